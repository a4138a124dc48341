"""The order in which an expert is shown pictures never changes once it is drawn: the database refuses.

Rows are added for later rounds and for who comes later, and one goes where a conflict of interest is declared before
anything was answered; none is ever changed.
"""

from django.db import migrations

REFUSED = "The order of a panel never changes."


def guard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute(f"""
                CREATE TRIGGER review_presentation_kept BEFORE UPDATE ON review_presentation
                BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END;
            """)
            return
        cursor.execute(f"""
            CREATE FUNCTION review_presentation_kept() RETURNS trigger AS $$
            BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation'; END $$ LANGUAGE plpgsql;
            CREATE TRIGGER review_presentation_kept BEFORE UPDATE ON review_presentation
            FOR EACH ROW EXECUTE FUNCTION review_presentation_kept();
        """)


def unguard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER review_presentation_kept")
            return
        cursor.execute("DROP TRIGGER review_presentation_kept ON review_presentation")
        cursor.execute("DROP FUNCTION review_presentation_kept()")


class Migration(migrations.Migration):
    dependencies = [("review", "0005_examples")]
    operations = [migrations.RunPython(guard, unguard)]
