import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("guardrails", "0001_releases"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("picture", "The picture"), ("labelled", "The picture with a visible label beneath")], max_length=8)),
                ("content_hash", models.CharField(max_length=64)),
                ("certificates", models.CharField(max_length=64)),
                ("file", models.FileField(max_length=300, upload_to="")),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("size_bytes", models.PositiveBigIntegerField()),
                ("media_type", models.CharField(max_length=40)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("release", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="signed_files", to="guardrails.release")),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("release", "kind", "content_hash", "certificates"), name="signed_once_as_it_is"),
                    models.CheckConstraint(condition=models.Q(("kind__in", ("picture", "labelled"))), name="signed_kind_known"),
                ],
            },
        ),
    ]
