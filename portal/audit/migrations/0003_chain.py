"""The log becomes a chain: what is there is sealed and linked, and the database lets nobody alter or delete it."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from portal.audit import chain
from portal.triggers import Rule, make, unmake

EVENT = "audit_event"
SAID = ("id", "action", "actor_id", "subject", "subject_id", "data", "at", "sealed")
LINK = ("sequence", "previous", "hash")
BEFORE = f"""COALESCE((SELECT e.hash FROM {EVENT} e WHERE e.sequence = NEW.sequence - 1),
    CASE WHEN NEW.sequence = 1 THEN '' ELSE 'none' END)"""


def _differs(names):
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in names) + ")"


def _only_vanishes(name):
    return f"(NEW.{name} IS NOT NULL AND NEW.{name} IS DISTINCT FROM OLD.{name})"


KEPT = "The log is only ever added to."
RULES = [
    Rule("event_kept", EVENT, "BEFORE DELETE", "1 = 1", KEPT),
    Rule("event_unchanged", EVENT, "BEFORE UPDATE",
         f"{_differs(SAID)} OR {_only_vanishes('artwork_id')} OR {_only_vanishes('collection_id')}", KEPT),
    Rule("event_linked_once", EVENT, "BEFORE UPDATE", f"OLD.sequence IS NOT NULL AND {_differs(LINK)}", KEPT),
    Rule("event_follows", EVENT, "BEFORE UPDATE",
         "OLD.sequence IS NULL AND NEW.sequence IS NOT NULL AND (NEW.hash IS DISTINCT FROM"
         f" HASH(NEW.previous || NEW.sealed) OR NEW.previous IS DISTINCT FROM {BEFORE})",
         "An event is linked to the one before it."),
    Rule("event_begins_unlinked", EVENT, "BEFORE INSERT", "NEW.sequence IS NOT NULL",
         "An event is linked after it was written."),
]  # fmt: skip


def chain_what_is_there(apps, schema_editor):
    Event = apps.get_model("audit", "Event")
    for event in Event.objects.order_by("pk").iterator():
        Event.objects.filter(pk=event.pk).update(sealed=chain.sealed(event))
    chain.link(Event)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_subjects"), ("catalogue", "0003_periods")]
    operations = [
        migrations.AlterField(
            model_name="event",
            name="collection",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="events",
                to="catalogue.collection",
            ),
        ),
        migrations.AlterField("event", "at", models.DateTimeField(default=django.utils.timezone.now)),
        migrations.AddField("event", "sealed", models.TextField(default="", editable=False), preserve_default=False),
        migrations.AddField("event", "sequence", models.PositiveBigIntegerField(editable=False, null=True, unique=True)),
        migrations.AddField(
            "event", "previous", models.CharField(blank=True, default="", editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            "event", "hash", models.CharField(blank=True, default="", editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(chain_what_is_there, migrations.RunPython.noop),
        migrations.RunPython(
            lambda apps, editor: make(editor.connection, RULES), lambda apps, editor: unmake(editor.connection, RULES)
        ),
    ]  # fmt: skip
