"""Colour reconstructions beside restorations.

Going back, the orders of colour reconstructions are deleted, since the older tables cannot hold them; their jobs and
sealed pictures stay.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def forget(apps, schema_editor):
    apps.get_model("restoration", "Restoration").objects.filter(task="colour").delete()
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with pending checks cannot be altered


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0003_periods'),
        ('gpu_workers', '0001_initial'),
        ('restoration', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('sha256', models.CharField(max_length=64)),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.AddField(
            model_name='candidate',
            name='difference',
            field=models.FileField(blank=True, max_length=300, upload_to=''),
        ),
        migrations.AddField(
            model_name='candidate',
            name='measures',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='candidate',
            name='structure',
            field=models.FileField(blank=True, max_length=300, upload_to=''),
        ),
        migrations.AddField(
            model_name='restoration',
            name='area',
            field=models.CharField(blank=True, choices=[('whole', 'The whole picture'), ('pigment', 'The painted areas'), ('ground', 'The ground'), ('mask', 'What a mask marks')], max_length=7, verbose_name='area'),
        ),
        migrations.AddField(
            model_name='restoration',
            name='strength',
            field=models.FloatField(blank=True, null=True, verbose_name='strength'),
        ),
        migrations.AddField(
            model_name='restoration',
            name='task',
            field=models.CharField(choices=[('fill', 'Restoration'), ('colour', 'Colour reconstruction')], default='fill', max_length=6),
        ),
        migrations.AlterField(
            model_name='restoration',
            name='mask',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='restorations', to='restoration.mask'),
        ),
        migrations.AddConstraint(
            model_name='candidate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('difference', ''), ('structure', '')), models.Q(models.Q(('difference', ''), _negated=True), models.Q(('structure', ''), _negated=True)), _connector='OR'), name='both_maps_or_none'),
        ),
        migrations.AddConstraint(
            model_name='restoration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('area', ''), ('mask__isnull', False), ('strength__isnull', True), ('task', 'fill')), models.Q(models.Q(models.Q(('area', 'mask'), ('mask__isnull', False)), models.Q(('area__in', ('whole', 'pigment', 'ground')), ('mask__isnull', True)), _connector='OR'), ('candidates_wanted', 1), ('prompt', ''), ('steps__isnull', True), ('strength__isnull', False), ('strength__range', (0, 1)), ('style_reference__isnull', True), ('task', 'colour')), _connector='OR'), name='each_task_has_its_own'),
        ),
        migrations.AddField(
            model_name='reference',
            name='artwork',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='recoloured', to='catalogue.artwork'),
        ),
        migrations.AddField(
            model_name='reference',
            name='restoration',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='references', to='restoration.restoration'),
        ),
        migrations.AddConstraint(
            model_name='reference',
            constraint=models.UniqueConstraint(fields=('restoration', 'number'), name='reference_number_once'),
        ),
        migrations.AddConstraint(
            model_name='reference',
            constraint=models.UniqueConstraint(fields=('restoration', 'artwork'), name='reference_once'),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget),
    ]
