"""What a study asks and shows cannot change once it is frozen, and revisions are only ever added: the database refuses."""

from django.db import migrations

# table → how to find the study of a row
FROZEN = {
    "review_dimension": "{row}.study_id",
    "review_level": "(SELECT study_id FROM review_dimension WHERE id = {row}.dimension_id)",
    "review_item": "{row}.study_id",
}
REFUSED = "This study is frozen."
KEPT = "Revisions are only ever added."


def _postgres(cursor):
    for table, study in FROZEN.items():
        cursor.execute(f"""
            CREATE FUNCTION {table}_frozen() RETURNS trigger AS $$
            BEGIN
                IF TG_OP <> 'INSERT' THEN
                    IF EXISTS (SELECT 1 FROM review_study s WHERE s.id = {study.format(row="OLD")}
                               AND s.frozen_at IS NOT NULL) THEN
                        RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';
                    END IF;
                END IF;
                IF TG_OP <> 'DELETE' THEN
                    IF EXISTS (SELECT 1 FROM review_study s WHERE s.id = {study.format(row="NEW")}
                               AND s.frozen_at IS NOT NULL) THEN
                        RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                END IF;
                RETURN OLD;
            END $$ LANGUAGE plpgsql;
            CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_frozen();
        """)
    cursor.execute(f"""
        CREATE FUNCTION review_kept() RETURNS trigger AS $$
        BEGIN RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'check_violation'; END $$ LANGUAGE plpgsql;
        CREATE TRIGGER review_revision_kept BEFORE UPDATE ON review_revision FOR EACH ROW EXECUTE FUNCTION review_kept();
        CREATE TRIGGER review_result_kept BEFORE UPDATE ON review_result FOR EACH ROW EXECUTE FUNCTION review_kept();
    """)


def _sqlite(cursor):
    """Deletions are left to the foreign keys here: emptying a database for tests is one."""
    for table, study in FROZEN.items():
        for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD")):
            cursor.execute(f"""
                CREATE TRIGGER {table}_frozen_{event.lower()} BEFORE {event} ON {table}
                WHEN EXISTS (SELECT 1 FROM review_study s WHERE s.id = {study.format(row=row)}
                             AND s.frozen_at IS NOT NULL)
                BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END;
            """)
    for table in ("review_revision", "review_result"):
        cursor.execute(f"""
            CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table}
            BEGIN SELECT RAISE(ABORT, '{KEPT}'); END;
        """)


def guard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        {"postgresql": _postgres, "sqlite": _sqlite}[schema_editor.connection.vendor](cursor)


def unguard(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "sqlite":
            for table in FROZEN:
                for event in ("insert", "update"):
                    cursor.execute(f"DROP TRIGGER {table}_frozen_{event}")
            for table in ("review_revision", "review_result"):
                cursor.execute(f"DROP TRIGGER {table}_kept")
            return
        for table in FROZEN:
            cursor.execute(f"DROP TRIGGER {table}_frozen ON {table}; DROP FUNCTION {table}_frozen();")
        cursor.execute("DROP TRIGGER review_revision_kept ON review_revision")
        cursor.execute("DROP TRIGGER review_result_kept ON review_result; DROP FUNCTION review_kept();")


class Migration(migrations.Migration):
    dependencies = [("review", "0002_panel")]
    operations = [migrations.RunPython(guard, unguard)]
