"""The database itself refuses to alter a sealed picture, whoever asks.

SQLite drops triggers when a later migration rebuilds the table; tests/catalogue/test_sealing.py notices.
"""

from django.db import migrations

SEALED = [
    "collection_id", "file", "original_name", "sha256", "size_bytes", "format", "width", "height", "bands", "bit_depth",
    "orientation", "icc_name", "dpi_x", "dpi_y", "created_by_id", "created_at",
]
SENTENCE = "A sealed picture cannot be altered."
DIFFERS = {
    "sqlite": " OR ".join(f'NEW."{name}" IS NOT OLD."{name}"' for name in SEALED),
    "postgresql": " OR ".join(f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in SEALED),
}
MAKE = {
    "sqlite": [
        f"""CREATE TRIGGER picture_sealed BEFORE UPDATE ON catalogue_picture WHEN {DIFFERS["sqlite"]}
            BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"""
    ],
    "postgresql": [
        f"""CREATE FUNCTION picture_sealed() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        f"""CREATE TRIGGER picture_sealed BEFORE UPDATE ON catalogue_picture FOR EACH ROW
            WHEN ({DIFFERS["postgresql"]}) EXECUTE FUNCTION picture_sealed()""",
    ],
}
UNMAKE = {
    "sqlite": ["DROP TRIGGER picture_sealed"],
    "postgresql": ["DROP TRIGGER picture_sealed ON catalogue_picture", "DROP FUNCTION picture_sealed()"],
}


def make(apps, schema_editor):
    for statement in MAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def unmake(apps, schema_editor):
    for statement in UNMAKE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunPython(make, unmake)]
