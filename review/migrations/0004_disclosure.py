"""The second part of a result: only of a study that two people have unblinded, and never changed: the database refuses."""

import django.db.models.deletion
from django.db import migrations, models

TABLE = "review_disclosure"
BLIND = "This study is blind."
KEPT = "Revisions are only ever added."
OPEN = "EXISTS (SELECT 1 FROM review_unblinding WHERE study_id = NEW.study_id AND agreed_at IS NOT NULL)"


def guard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute(f"""
                CREATE FUNCTION {TABLE}_open() RETURNS trigger AS $$
                BEGIN
                    IF NOT {OPEN} THEN RAISE EXCEPTION '{BLIND}' USING ERRCODE = 'check_violation'; END IF;
                    RETURN NEW;
                END $$ LANGUAGE plpgsql;
                CREATE TRIGGER {TABLE}_open BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_open();
                CREATE TRIGGER {TABLE}_kept BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION review_kept();
            """)
            return
        cursor.execute(f"""
            CREATE TRIGGER {TABLE}_open BEFORE INSERT ON {TABLE} WHEN NOT {OPEN}
            BEGIN SELECT RAISE(ABORT, '{BLIND}'); END;
        """)
        cursor.execute(f"""
            CREATE TRIGGER {TABLE}_kept BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END;
        """)


def unguard(apps, schema_editor):
    on = f" ON {TABLE}" if schema_editor.connection.vendor == "postgresql" else ""
    with schema_editor.connection.cursor() as cursor:
        for name in ("open", "kept"):
            cursor.execute(f"DROP TRIGGER {TABLE}_{name}{on}")
        if on:
            cursor.execute(f"DROP FUNCTION {TABLE}_open()")


class Migration(migrations.Migration):
    dependencies = [("review", "0003_frozen")]
    operations = [
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("statistics", models.JSONField()),
                ("seed", models.PositiveBigIntegerField()),
                ("draws", models.PositiveIntegerField()),
                ("code_version", models.CharField(max_length=100)),
                ("data_sha256", models.CharField(max_length=64)),
                ("frozen_at", models.DateTimeField(auto_now_add=True)),
                (
                    "study",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disclosure", to="review.study"
                    ),
                ),
            ],
        ),
        migrations.RunPython(guard, unguard),
    ]
