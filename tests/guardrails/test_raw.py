"""Ways to the public past the services, by raw SQL: the database refuses each, by the rule that is named beside it."""

import json
from importlib import import_module

import pytest
from django.db import Error, connection, transaction

from portal.triggers import unmake
from review.guardrails import services
from review.guardrails.content import canonical, content_hash
from review.guardrails.models import Clearance, Evidence, Release
from review.guardrails.services.consent import validate
from tests.factories import ArtworkFactory, person, sealed_picture

pytestmark = pytest.mark.django_db
RULES = {rule.name: rule for rule in import_module("review.guardrails.migrations.0005_discarded").AFTER} | {
    rule.name: rule for rule in import_module("review.guardrails.migrations.0004_emptied").RULES
}
AT = "'2026-01-01 00:00:00+00:00'"
PUBLISH = "UPDATE guardrails_release SET state='published', published_by_id=prepared_by_id, published_at=prepared_at"


def run(statement, *values):
    """One raw statement, its foreign keys checked at once; UUIDs as the database has them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [_bare(value) for value in values])
        connection.check_constraints()
        return cursor.rowcount


def _bare(value):
    return value.hex if hasattr(value, "hex") and connection.vendor == "sqlite" else value


class Ways:
    """Each way makes its own release and goes on by raw SQL; it returns the changed rows, or the database refuses."""

    def __init__(self, released, curator, second, collection):
        self.released, self.curator, self.second, self.collection = released, curator, second, collection

    def inserted_as_published(self):
        release = self.released("draft")
        columns = [f.column for f in Release._meta.concrete_fields]
        values = ["'published'" if c == "state" else "'original'" if c == "kind" else "prepared_by_id"
                  if c == "published_by_id" else "prepared_at" if c == "published_at" else "9" if c == "number"
                  else "%s" if c == "id" else c for c in columns]  # fmt: skip
        other = ArtworkFactory.build(collection=self.collection).pk
        return run(f"INSERT INTO guardrails_release ({', '.join(columns)}) SELECT {', '.join(values)}"  # noqa: S608
                   " FROM guardrails_release WHERE id=%s", other, release.pk)  # fmt: skip

    def republished_after_withdrawal(self):
        release = self.released("withdrawn")
        return run("UPDATE guardrails_release SET state='published', withdrawn_by_id=NULL, withdrawn_at=NULL,"
                   " withdrawn_because='' WHERE id=%s", release.pk)  # fmt: skip

    def withdrawn_without_publication(self):
        release = self.released("draft")
        return run("UPDATE guardrails_release SET state='withdrawn', published_by_id=prepared_by_id,"
                   " published_at=prepared_at, withdrawn_by_id=prepared_by_id, withdrawn_at=prepared_at,"
                   " withdrawn_because='x' WHERE id=%s", release.pk)  # fmt: skip

    def published_back_to_draft(self):
        release = self.released("published")
        return run("UPDATE guardrails_release SET state='draft', published_by_id=NULL, published_at=NULL WHERE id=%s",
                   release.pk)  # fmt: skip

    def another_picture_after_signing(self):
        release = self.released("signed")
        return run("UPDATE guardrails_release SET picture_id=%s WHERE id=%s",
                   sealed_picture(self.collection, 5).pk, release.pk)  # fmt: skip

    def another_work_after_publishing(self):
        release, other = self.released("published"), ArtworkFactory(collection=self.collection)
        return run("UPDATE guardrails_release SET artwork_id=%s WHERE id=%s", other.pk, release.pk)

    def content_of_published_changed(self):
        release = self.released("published")
        told = release.shown
        told["artwork"]["title"] = "False"
        return run("UPDATE guardrails_release SET content=%s, content_hash=%s WHERE id=%s", canonical(told),
                   content_hash(told), release.pk)  # fmt: skip

    def other_content_under_the_approved_hash(self):
        release = self.released("signed")
        told = release.shown
        told["artwork"]["title"] = "False"
        return run(f"{PUBLISH}, content=%s WHERE id=%s", canonical(told), release.pk)

    def draft_with_a_false_hash(self):
        release = self.released("draft")
        return run("UPDATE guardrails_release SET content_hash=%s WHERE id=%s", "0" * 64, release.pk)

    def inserted_with_a_false_hash(self):
        release = self.released("draft")
        columns = [f.column for f in Release._meta.concrete_fields]
        values = ["%s" if c in ("id", "content_hash") else "9" if c == "number" else c for c in columns]
        other = ArtworkFactory.build(collection=self.collection).pk
        given = [other, "0" * 64]
        return run(f"INSERT INTO guardrails_release ({', '.join(columns)}) SELECT {', '.join(values)}"  # noqa: S608
                   " FROM guardrails_release WHERE id=%s", *given, release.pk)  # fmt: skip

    def content_of_another_file_judged_and_signed(self):
        """Everything in order for a content that tells of a file which the release does not have."""
        release = self.released("draft")
        told = release.shown
        told["picture"]["sha256"] = "0" * 64
        text, digest = canonical(told), content_hash(told)
        run("UPDATE guardrails_release SET content=%s, content_hash=%s WHERE id=%s", text, digest, release.pk)
        self.forged(release, digest)
        return run(f"{PUBLISH} WHERE id=%s", release.pk)

    def published_when_only_signed(self):
        release = self.released("draft")
        self.forged(release, release.content_hash, checks=())
        return run(f"{PUBLISH} WHERE id=%s", release.pk)

    def published_with_four_checks(self):
        release = self.released("draft")
        self.forged(release, release.content_hash, checks=("panel", "provenance", "anchor", "rights"))
        return run(f"{PUBLISH} WHERE id=%s", release.pk)

    def published_with_one_check_five_times(self):
        release = self.released("draft")
        self.forged(release, release.content_hash, checks=("panel",) * 5)
        return run(f"{PUBLISH} WHERE id=%s", release.pk)

    def published_though_the_newest_evidence_blocks(self):
        release = self.released("signed")
        self.forged(release, release.content_hash, checks=("sacred",), outcome="blocked", signers=())
        return run(f"{PUBLISH} WHERE id=%s", release.pk)

    def published_when_the_content_has_changed(self):
        release = self.released("signed")
        told = release.shown
        told["artwork"]["title"] = "Another"
        return run(f"{PUBLISH}, content=%s, content_hash=%s WHERE id=%s", canonical(told), content_hash(told),
                   release.pk)  # fmt: skip

    def published_with_one_signature(self):
        release = self.released("judged")
        services.sign(self.curator, release, release.content_hash)
        return run(f"{PUBLISH} WHERE id=%s", release.pk)

    def published_with_signatures_of_an_old_hash(self):
        release = self.released("signed")
        told = release.shown
        told["artwork"]["title"] = "Another"
        run("UPDATE guardrails_release SET content=%s, content_hash=%s WHERE id=%s", canonical(told),
            content_hash(told), release.pk)  # fmt: skip
        self.forged(release, content_hash(told), signers=())
        return run(f"{PUBLISH} WHERE id=%s", release.pk)

    def published_deleted(self):
        """Without what hangs on it, which its own rules keep."""
        release = self.released("published")
        return run("DELETE FROM guardrails_release WHERE id=%s", release.pk)

    def evidence_turned(self):
        release = self.released("judged")
        Evidence.objects.filter(release=release).exists()
        return run("UPDATE guardrails_evidence SET outcome='passed' WHERE release_id=%s", release.pk)

    def evidence_deleted(self):
        release = self.released("judged")
        return run("DELETE FROM guardrails_evidence WHERE release_id=%s", release.pk)

    def evidence_of_an_old_hash(self):
        return self.forged(self.released("draft"), "0" * 64, signers=())

    def evidence_of_another_release(self):
        one, other = self.released("judged"), self.released("draft")
        return self.forged(other, one.content_hash, signers=())

    def evidence_put_before_the_newest(self):
        release = self.released("judged")
        return self.forged(release, release.content_hash, checks=("sacred",), signers=(), key=-5)

    def signature_turned(self):
        release = self.released("signed")
        return run("UPDATE guardrails_signature SET content_hash=%s WHERE release_id=%s", "0" * 64, release.pk)

    def signature_deleted(self):
        release = self.released("signed")
        return run("DELETE FROM guardrails_signature WHERE release_id=%s", release.pk)

    def signature_of_an_old_hash(self):
        return self.forged(self.released("draft"), "0" * 64, checks=())

    def signature_moved_from_another_release(self):
        one, other = self.released("signed"), self.released("draft")
        return run("UPDATE guardrails_signature SET release_id=%s WHERE release_id=%s", other.pk, one.pk)

    def one_signer_twice(self):
        release = self.released("judged")
        services.sign(self.curator, release, release.content_hash)
        return self.forged(release, release.content_hash, checks=(), signers=(self.curator,))

    def two_public_at_once(self):
        release = self.released("published")
        self.released("signed", release.artwork)
        return run(f"{PUBLISH} WHERE state='draft'")

    def withdrawal_taken_back(self):
        release = self.released("withdrawn")
        return run("UPDATE guardrails_release SET withdrawn_because='another' WHERE id=%s", release.pk)

    def discarded_taken_back(self):
        release = services.discard(self.curator, self.released("draft"))
        return run("UPDATE guardrails_release SET state='draft' WHERE id=%s", release.pk)

    def discarded_published(self):
        release = services.discard(self.curator, self.released("signed"))
        return run(f"{PUBLISH} WHERE id=%s", release.pk)

    def published_discarded(self):
        release = self.released("published")
        return run("UPDATE guardrails_release SET state='discarded', published_by_id=NULL, published_at=NULL"
                   " WHERE id=%s", release.pk)  # fmt: skip

    def published_without_the_condition_that_one_did_not_confirm(self):
        release, said = self.conditioned()
        services.sign(self.curator, release, release.content_hash, met=[said.pk])
        self.forged(release, release.content_hash, checks=(), signers=(self.second,))
        return run(f"{PUBLISH} WHERE id=%s", release.pk)

    def condition_confirmed_for_another_release(self):
        _release, said = self.conditioned()
        signature = self.released("signed").signatures.first()
        return self.confirmed(signature, said)

    def confirmation_turned(self):
        release, said = self.conditioned()
        services.sign(self.curator, release, release.content_hash, met=[said.pk])
        return run("UPDATE guardrails_confirmation SET at=%s", "2026-01-01 00:00:00+00:00")

    def confirmation_deleted(self):
        release, said = self.conditioned()
        services.sign(self.curator, release, release.content_hash, met=[said.pk])
        return run("DELETE FROM guardrails_confirmation")

    def consultation_turned(self):
        self.conditioned()
        return run("UPDATE guardrails_consultation SET conditions=''")

    def consultation_deleted(self):
        self.conditioned()
        return run("DELETE FROM guardrails_consultation")

    def clearance_deleted(self):
        release = self.released("draft")
        about = {"content_hash": release.content_hash, "cleared": False, "reason": "Not theirs.", "by": self.second}
        Clearance.objects.create(release=release, **about)
        return run("DELETE FROM guardrails_clearance")

    def conditioned(self):
        release = self.released("judged")
        said = validate(person("consultant", self.collection), release, content_hash=release.content_hash,
                        conditions="Only with its story.")  # fmt: skip
        return release, said

    def confirmed(self, signature, said):
        return run("INSERT INTO guardrails_confirmation (signature_id, consultation_id, at)"
                   " VALUES (%s, %s, '2026-01-01 00:00:00+00:00')", signature.pk, said.pk)  # fmt: skip

    def picture_deleted(self):
        return run("DELETE FROM catalogue_picture WHERE id=%s", self.released("published").picture_id)

    def artwork_deleted(self):
        return run("DELETE FROM catalogue_artwork WHERE id=%s", self.released("withdrawn").artwork_id)

    def forged(self, release, digest, checks=("panel", "provenance", "anchor", "rights", "sacred"), signers=None,
               outcome="passed", key=None):  # fmt: skip
        """Evidence and signatures by raw SQL."""
        made = 0
        for name in checks:
            columns, values = "", []
            if key is not None:
                columns, values = "id, ", [key]
            marks = ", ".join(["%s"] * len(values) + ["%s"] * 6)
            made += run(
                f"INSERT INTO guardrails_evidence ({columns}release_id, name, content_hash, outcome, words,"  # noqa: S608
                f" judged_by_id, reason, who, link, evidence, judged_at) VALUES ({marks}, '', '', '', '{{}}', {AT})",
                *values, release.pk, name, digest, outcome, json.dumps({}), self.curator.pk,
            )  # fmt: skip
        for signer in (self.curator, self.second) if signers is None else signers:
            made += run("INSERT INTO guardrails_signature (release_id, content_hash, signer_id, signed_at)"
                        " VALUES (%s, %s, %s, '2026-01-01 00:00:00+00:00')", release.pk, digest, signer.pk)  # fmt: skip
        return made


# way → the rules that refuse it (one: drop that rule, and the way is open). "": a constraint of the table
WAYS = {
    "inserted_as_published": ["release_begins_as_draft"],
    "republished_after_withdrawal": ["release_moves_forward", "release_withdrawn_stays"],
    "withdrawn_without_publication": ["release_moves_forward"],
    "published_back_to_draft": ["release_moves_forward", "release_approved_stays"],
    "another_picture_after_signing": ["release_stays_one_thing"],
    "another_work_after_publishing": ["release_stays_one_thing"],
    "content_of_published_changed": ["release_approved_stays"],
    "other_content_under_the_approved_hash": ["release_hash"],
    "draft_with_a_false_hash": ["release_hash"],
    "inserted_with_a_false_hash": ["release_hash_of_new"],
    "content_of_another_file_judged_and_signed": ["release_shows_its_files"],
    "published_when_only_signed": ["release_judged"],
    "published_with_four_checks": ["release_judged"],
    "published_with_one_check_five_times": ["release_judged"],
    "published_though_the_newest_evidence_blocks": ["release_judged"],
    "published_when_the_content_has_changed": ["release_judged", "release_signed"],
    "published_with_one_signature": ["release_signed"],
    "published_with_signatures_of_an_old_hash": ["release_signed"],
    "published_deleted": ["release_kept", ""],
    "evidence_turned": ["evidence_unchanged"],
    "evidence_deleted": ["evidence_kept"],
    "evidence_of_an_old_hash": ["evidence_bound"],
    "evidence_of_another_release": ["evidence_bound"],
    "evidence_put_before_the_newest": ["evidence_in_order"],
    "signature_turned": ["signature_unchanged"],
    "signature_deleted": ["signature_kept"],
    "signature_of_an_old_hash": ["signature_bound"],
    "signature_moved_from_another_release": ["signature_unchanged"],
    "one_signer_twice": [""],
    "two_public_at_once": [""],
    "withdrawal_taken_back": ["release_withdrawn_stays"],
    "discarded_taken_back": ["release_moves_forward"],
    "discarded_published": ["release_moves_forward", "release_approved_stays"],
    "published_discarded": ["release_moves_forward", "release_approved_stays"],
    "published_without_the_condition_that_one_did_not_confirm": ["release_signed"],
    "condition_confirmed_for_another_release": ["confirmation_bound"],
    "confirmation_turned": ["confirmation_unchanged"],
    "confirmation_deleted": ["confirmation_kept"],
    "consultation_turned": ["consultation_unchanged"],
    "consultation_deleted": ["consultation_not_deleted"],
    "clearance_deleted": ["clearance_not_deleted"],
    "picture_deleted": ["published_catalogue_picture_kept", ""],
    "artwork_deleted": ["published_catalogue_artwork_kept", ""],
}


@pytest.fixture
def ways(released, curator, second, collection):
    return Ways(released, curator, second, collection)


@pytest.mark.parametrize("way", WAYS)
def test_every_way_by_raw_sql_is_refused_and_by_its_rule(ways, way):
    with pytest.raises(Error), transaction.atomic():
        getattr(ways, way)()
    rules = [name for name in WAYS[way] if name]
    if "" in WAYS[way]:
        return
    with transaction.atomic():
        unmake(connection, [RULES[name] for name in rules])
        assert getattr(ways, way)()
        transaction.set_rollback(True)


def test_every_rule_is_what_closes_some_way():
    named = {name for rules in WAYS.values() for name in rules} - {""}
    elsewhere = {name for name in RULES if name.startswith(("published_", "bars_")) or RULES[name].truncates}
    assert set(RULES) <= named | elsewhere
