"""A draft can be discarded, which stays as a record; signers confirm the conditions that consultants set.

SQLite rebuilds two tables here, so every rule of theirs, and every rule of others that asks them, is made anew.
"""

from dataclasses import replace
from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from portal.triggers import Rule, make, unmake

_gate, _emptied = (import_module(f"review.guardrails.migrations.{name}") for name in ("0003_gate", "0004_emptied"))
BEFORE = [*_gate.RULES, next(rule for rule in _emptied.RULES if rule.name == "consultation_not_deleted")]
OLD_RULE = "guardrails_consultation_kept"  # of 0002: here it becomes one of RULES

MOVES = f"""NEW.state IS DISTINCT FROM OLD.state AND NOT ({_gate.PUBLISHES}
    OR (NEW.state = 'withdrawn' AND OLD.state = 'published') OR (NEW.state = 'discarded' AND OLD.state = 'draft'))"""
UNCONFIRMED = """SELECT 1 FROM guardrails_consultation c
    WHERE c.release_id = s.release_id AND c.content_hash = s.content_hash AND c.validated AND c.conditions <> ''
    AND NOT EXISTS (SELECT 1 FROM guardrails_consultation n
        WHERE n.release_id = c.release_id AND n.by_id = c.by_id AND n.id > c.id)
    AND NOT EXISTS (SELECT 1 FROM guardrails_confirmation k WHERE k.signature_id = s.id AND k.consultation_id = c.id)"""
SIGNERS = _gate.SIGNERS.removesuffix(")") + f" AND NOT EXISTS ({UNCONFIRMED}))"
CHANGED = {
    "release_moves_forward": {
        "condition": MOVES,
        "sentence": "A release is prepared, published and withdrawn, or discarded, and never goes back.",
    },
    "release_signed": {
        "condition": f"{_gate.PUBLISHES} AND {SIGNERS} < 2",
        "sentence": "Two different people have to sign exactly this content, and confirm every condition.",
    },
}
OF_ONE_CONTENT = """EXISTS (SELECT 1 FROM guardrails_signature s JOIN guardrails_release r ON r.id = s.release_id
    JOIN guardrails_consultation c ON c.release_id = r.id AND c.content_hash = s.content_hash
    WHERE s.id = NEW.signature_id AND c.id = NEW.consultation_id AND r.state = 'draft'
    AND r.content_hash = s.content_hash)"""
TABLE = "guardrails_confirmation"
RULES = [
    Rule("consultation_unchanged", "guardrails_consultation", "BEFORE UPDATE", _gate.ALWAYS, _emptied.DECIDED),
    Rule("confirmation_unchanged", TABLE, "BEFORE UPDATE", _gate.ALWAYS, _gate.ADDED),
    Rule("confirmation_kept", TABLE, "BEFORE DELETE", _gate.ALWAYS, _gate.ADDED),
    Rule("confirmation_bound", TABLE, "BEFORE INSERT", f"NOT {OF_ONE_CONTENT}",
         "A condition is confirmed by who signs the same content."),
    Rule(f"{TABLE}_not_emptied", TABLE, "BEFORE TRUNCATE", _gate.ALWAYS, _emptied.RULES[0].sentence),
]  # fmt: skip
AFTER = [replace(rule, **CHANGED.get(rule.name, {})) for rule in BEFORE] + RULES


def let_go(apps, editor):
    unmake(editor.connection, BEFORE)
    postgres = editor.connection.vendor == "postgresql"
    editor.execute(f"DROP TRIGGER {OLD_RULE}" + (" ON guardrails_consultation" if postgres else ""))


def make_again(apps, editor):
    how = {
        "postgresql": "FOR EACH ROW EXECUTE FUNCTION guardrails_kept()",
        "sqlite": f"BEGIN SELECT RAISE(ABORT, '{_emptied.DECIDED}'); END",
    }[editor.connection.vendor]
    editor.execute(f"CREATE TRIGGER {OLD_RULE} BEFORE UPDATE ON guardrails_consultation {how}")
    make(editor.connection, BEFORE)


KNOWN = ("draft", "published", "withdrawn", "discarded")
PUBLISHED_BY = Q(state__in=("draft", "discarded"), published_by=None, published_at=None) | Q(
    state__in=("published", "withdrawn"), published_by__isnull=False, published_at__isnull=False
)


class Migration(migrations.Migration):
    dependencies = [("guardrails", "0004_emptied")]
    operations = [
        migrations.RunPython(let_go, make_again),
        migrations.AddField(
            "consultation", "told", models.BooleanField(default=False, verbose_name="visitors read the conditions")
        ),
        migrations.AlterField(
            "release",
            "state",
            models.CharField(
                choices=[
                    ("draft", "In preparation"),
                    ("published", "Published"),
                    ("withdrawn", "Withdrawn"),
                    ("discarded", "Discarded"),
                ],
                default="draft",
                max_length=9,
            ),
        ),
        migrations.RemoveConstraint("release", "release_state_known"),
        migrations.AddConstraint(
            "release", models.CheckConstraint(condition=Q(state__in=KNOWN), name="release_state_known")
        ),
        migrations.RemoveConstraint("release", "release_published_by_somebody"),
        migrations.AddConstraint(
            "release", models.CheckConstraint(condition=PUBLISHED_BY, name="release_published_by_somebody")
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "consultation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="guardrails.consultation",
                    ),
                ),
                (
                    "signature",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="guardrails.signature",
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.AddConstraint(
            "confirmation",
            models.UniqueConstraint(fields=["signature", "consultation"], name="condition_confirmed_once_a_signature"),
        ),
        migrations.RunPython(
            lambda apps, editor: make(editor.connection, AFTER), lambda apps, editor: unmake(editor.connection, AFTER)
        ),
    ]
