"""What is only ever added to is not emptied either: PostgreSQL's TRUNCATE passes by every rule of a row, so it has one
of its own.

And what consultants and rights officers decided is not deleted, as it is not altered: a refusal stands.
"""

from django.db import migrations

from portal.triggers import Rule, make, unmake

ALWAYS = "1 = 1"
KEPT = (
    "audit_event", "guardrails_release", "guardrails_evidence", "guardrails_signature", "guardrails_clearance",
    "guardrails_consultation", "guardrails_bars", "review_study", "review_dimension", "review_level", "review_item",
    "review_example", "review_revision", "review_result", "review_disclosure", "review_presentation",
)  # fmt: skip
DECIDED = "What was decided is only ever added."
RULES = [
    *[Rule(f"{it}_not_emptied", it, "BEFORE TRUNCATE", ALWAYS, "This table is not emptied as a whole.") for it in KEPT],
    Rule("clearance_not_deleted", "guardrails_clearance", "BEFORE DELETE", ALWAYS, DECIDED),
    Rule("consultation_not_deleted", "guardrails_consultation", "BEFORE DELETE", ALWAYS, DECIDED),
]


class Migration(migrations.Migration):
    dependencies = [("guardrails", "0003_gate"), ("audit", "0003_chain"), ("review", "0006_frozen_orders")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: make(editor.connection, RULES), lambda apps, editor: unmake(editor.connection, RULES)
        )
    ]
