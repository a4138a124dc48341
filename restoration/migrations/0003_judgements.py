"""Judgements with a reason and their history.

What was judged before is the first entry of its history, without a moment, since none was written down; a rejection
from then has "another reason", which its note says. Going back, the history and the reasons are lost.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def give_reasons(apps, schema_editor):
    rejected = apps.get_model("restoration", "Candidate").objects.filter(judgement="rejected")
    rejected.update(judgement_reason="other")


def begin_histories(apps, schema_editor):
    Judgement = apps.get_model("restoration", "Judgement")
    judged = apps.get_model("restoration", "Candidate").objects.exclude(judgement="").order_by("pk")
    Judgement.objects.bulk_create(
        (
            Judgement(
                candidate_id=row.pk, judgement=row.judgement, reason=row.judgement_reason, note=row.judgement_note,
                by_id=row.judged_by_id,
            )
            for row in judged.iterator()
        ),
        batch_size=500,
    )  # fmt: skip
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with pending checks cannot be altered


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0003_periods'),
        ('restoration', '0002_colour'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('judgement', models.CharField(blank=True, choices=[('', 'Not judged'), ('picked', 'Picked'), ('rejected', 'Rejected')], max_length=10)),
                ('reason', models.CharField(blank=True, choices=[('motif', 'Invented motif'), ('colour', 'Colour cast'), ('seam', 'Visible seam'), ('brushwork', 'Wrong brushwork'), ('blurred', 'Blurred'), ('ground', 'Silk or paper does not match'), ('damage', 'Damage still shows'), ('other', 'Another reason')], max_length=10)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.AddField(
            model_name='candidate',
            name='judged_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='candidate',
            name='judgement_reason',
            field=models.CharField(blank=True, choices=[('motif', 'Invented motif'), ('colour', 'Colour cast'), ('seam', 'Visible seam'), ('brushwork', 'Wrong brushwork'), ('blurred', 'Blurred'), ('ground', 'Silk or paper does not match'), ('damage', 'Damage still shows'), ('other', 'Another reason')], max_length=10),
        ),
        migrations.RunPython(give_reasons, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('judgement', 'rejected')), models.Q(('judgement_reason', ''), _negated=True)), models.Q(models.Q(('judgement', 'rejected'), _negated=True), ('judgement_reason', '')), _connector='OR'), name='a_rejection_has_a_reason'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='judgement',
            name='candidate',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='judgements', to='restoration.candidate'),
        ),
        migrations.RunPython(begin_histories, migrations.RunPython.noop),
    ]
