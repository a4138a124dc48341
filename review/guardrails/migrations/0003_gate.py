"""Nothing is public that was not judged and signed as it is: the database refuses every other way."""

from django.db import migrations

from portal.triggers import Rule, make, unmake

RELEASE, EVIDENCE, SIGNATURE = "guardrails_release", "guardrails_evidence", "guardrails_signature"
WHAT = ("id", "artwork_id", "number", "kind", "candidate_id", "painting_id", "picture_id", "master_id", "mask_id",
        "prepared_by_id", "prepared_at")
APPROVED = ("content", "content_hash", "published_by_id", "published_at")
WITHDRAWN = ("state", "withdrawn_by_id", "withdrawn_at", "withdrawn_because")
PUBLISHES = "(NEW.state = 'published' AND OLD.state = 'draft')"

FIVE_CHECKS = f"""(SELECT COUNT(*) FROM {EVIDENCE} e WHERE e.release_id = NEW.id AND e.content_hash = NEW.content_hash
    AND e.outcome IN ('passed', 'not_needed') AND e.name IN ('panel', 'provenance', 'anchor', 'rights', 'sacred')
    AND NOT EXISTS (SELECT 1 FROM {EVIDENCE} n WHERE n.release_id = e.release_id AND n.name = e.name AND n.id > e.id))"""
SIGNERS = f"""(SELECT COUNT(DISTINCT s.signer_id) FROM {SIGNATURE} s
    WHERE s.release_id = NEW.id AND s.content_hash = NEW.content_hash)"""
BOUND = f"""NOT EXISTS (SELECT 1 FROM {RELEASE} r WHERE r.id = NEW.release_id AND r.state = 'draft'
    AND r.content_hash = NEW.content_hash)"""
IN_ORDER = f"EXISTS (SELECT 1 FROM {EVIDENCE} n WHERE n.release_id = NEW.release_id AND n.id > NEW.id)"
FROZEN_STUDY = "EXISTS (SELECT 1 FROM review_study s WHERE s.id = {row}.study_id AND s.frozen_at IS NOT NULL)"
ALWAYS = "1 = 1"


def _differs(names):
    return "(" + " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in names) + ")"


def _sealed(name, table):
    own = f"(SELECT p.sha256 FROM {table} p WHERE p.id = NEW.{name}_id)"
    return f"(NEW.{name}_id IS NOT NULL AND JSON(NEW.content, {name}, sha256) IS DISTINCT FROM {own})"


SHOWN = " OR ".join([
    _sealed("picture", "catalogue_picture"), _sealed("master", "catalogue_picture"), _sealed("mask", "restoration_mask"),
])


def _rests(*names):
    any_of = " OR ".join(f"r.{name} = OLD.id" for name in names)
    return f"EXISTS (SELECT 1 FROM {RELEASE} r WHERE r.state <> 'draft' AND ({any_of}))"


ADDED = "Evidence and signatures are only ever added."
RULES = [
    Rule("release_begins_as_draft", RELEASE, "BEFORE INSERT", "NEW.state <> 'draft'", "A release begins in preparation."),
    Rule("release_moves_forward", RELEASE, "BEFORE UPDATE",
         "NEW.state IS DISTINCT FROM OLD.state AND NOT (" + PUBLISHES
         + " OR (NEW.state = 'withdrawn' AND OLD.state = 'published'))",
         "A release is prepared, published and withdrawn, and never goes back."),
    Rule("release_stays_one_thing", RELEASE, "BEFORE UPDATE", _differs(WHAT), "What a release shows cannot change."),
    Rule("release_approved_stays", RELEASE, "BEFORE UPDATE", "OLD.state <> 'draft' AND " + _differs(APPROVED),
         "What was approved is shown as it was approved."),
    Rule("release_withdrawn_stays", RELEASE, "BEFORE UPDATE", "OLD.state = 'withdrawn' AND " + _differs(WITHDRAWN),
         "A withdrawal is final."),
    Rule("release_hash_of_new", RELEASE, "BEFORE INSERT", "NEW.content_hash IS DISTINCT FROM HASH(NEW.content)",
         "The hash is not of this content."),
    Rule("release_hash", RELEASE, "BEFORE UPDATE",
         f"(NEW.content_hash IS DISTINCT FROM OLD.content_hash OR NEW.content IS DISTINCT FROM OLD.content OR {PUBLISHES})"
         " AND NEW.content_hash IS DISTINCT FROM HASH(NEW.content)", "The hash is not of this content."),
    Rule("release_shows_its_files", RELEASE, "BEFORE UPDATE", f"{PUBLISHES} AND ({SHOWN})",
         "The content tells of other files than the release has."),
    Rule("release_judged", RELEASE, "BEFORE UPDATE", f"{PUBLISHES} AND {FIVE_CHECKS} < 5",
         "Not every check has passed for exactly this content."),
    Rule("release_signed", RELEASE, "BEFORE UPDATE", f"{PUBLISHES} AND {SIGNERS} < 2",
         "Two different people have to sign exactly this content."),
    Rule("release_kept", RELEASE, "BEFORE DELETE", "OLD.state <> 'draft'", "What was published is not deleted."),
    Rule("evidence_unchanged", EVIDENCE, "BEFORE UPDATE", ALWAYS, ADDED),
    Rule("evidence_kept", EVIDENCE, "BEFORE DELETE", ALWAYS, ADDED),
    Rule("evidence_bound", EVIDENCE, "BEFORE INSERT", BOUND, "Evidence is of a release in preparation as it is now."),
    Rule("evidence_in_order", EVIDENCE, "AFTER INSERT", IN_ORDER, "Evidence is added in order."),
    Rule("signature_unchanged", SIGNATURE, "BEFORE UPDATE", ALWAYS, ADDED),
    Rule("signature_kept", SIGNATURE, "BEFORE DELETE", ALWAYS, ADDED),
    Rule("signature_bound", SIGNATURE, "BEFORE INSERT", BOUND, "A signature is of a release in preparation as it is now."),
    *[
        Rule(f"published_{table}_kept", table, "BEFORE DELETE", _rests(*names), "A published release rests on this.")
        for table, names in {
            "catalogue_picture": ("picture_id", "master_id"), "restoration_mask": ("mask_id",),
            "restoration_candidate": ("candidate_id",), "generation_painting": ("painting_id",),
            "catalogue_artwork": ("artwork_id",),
        }.items()
    ],
    *[
        Rule(f"bars_fixed_{event.lower()}", "guardrails_bars", f"BEFORE {event}", FROZEN_STUDY.format(row=row),
             "The bars of a study that has started are fixed.")
        for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
    ],
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("guardrails", "0002_checks"), ("review", "0003_frozen")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: make(editor.connection, RULES), lambda apps, editor: unmake(editor.connection, RULES)
        )
    ]
