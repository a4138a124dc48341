"""Example pictures of levels, frozen with the rubric: the database refuses; and the letter of a further calibration."""

import django.db.models.deletion
from django.db import migrations, models

TABLE = "review_example"
REFUSED = "This study is frozen."
FROZEN = """EXISTS (SELECT 1 FROM review_study s JOIN review_dimension d ON d.study_id = s.id
    JOIN review_level l ON l.dimension_id = d.id WHERE l.id = {row}.level_id AND s.frozen_at IS NOT NULL)"""


def guard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute(f"""
                CREATE FUNCTION {TABLE}_frozen() RETURNS trigger AS $$
                BEGIN
                    IF TG_OP <> 'INSERT' THEN
                        IF {FROZEN.format(row="OLD")} THEN
                            RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';
                        END IF;
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    IF {FROZEN.format(row="NEW")} THEN
                        RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                END $$ LANGUAGE plpgsql;
                CREATE TRIGGER {TABLE}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {TABLE}
                FOR EACH ROW EXECUTE FUNCTION {TABLE}_frozen();
            """)
            return
        for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD")):  # deletions are left to the foreign keys, as in 0003
            cursor.execute(f"""
                CREATE TRIGGER {TABLE}_frozen_{event.lower()} BEFORE {event} ON {TABLE} WHEN {FROZEN.format(row=row)}
                BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END;
            """)


def unguard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER {TABLE}_frozen ON {TABLE}; DROP FUNCTION {TABLE}_frozen();")
            return
        for event in ("insert", "update"):
            cursor.execute(f"DROP TRIGGER {TABLE}_frozen_{event}")


class Migration(migrations.Migration):
    dependencies = [("review", "0004_disclosure")]
    operations = [
        migrations.CreateModel(
            name="Example",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(max_length=300, upload_to="")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "level",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="example", to="review.level"
                    ),
                ),
            ],
        ),
        migrations.AlterField(
            model_name="seat",
            name="letter",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "None"),
                    ("invitation", "Invitation"),
                    ("link", "A new link"),
                    ("reminder", "Reminder"),
                    ("further", "A further round of calibration"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]
