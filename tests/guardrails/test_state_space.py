"""Whatever people do, in whatever order, by services, pages, API, admin or raw SQL: nothing is public that was not
judged and signed by two people as it is, and what is public stays as it was approved.

A machine walks the states with random steps (the same every run) and after each one asks what is public. The model that
it is compared with is written anew here, from the specification, and asks the tables alone.
"""

from importlib import import_module
from typing import ClassVar

import pytest
from django.core.exceptions import PermissionDenied
from django.db import Error, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from portal.errors import UserError
from portal.triggers import unmake
from review.guardrails import checks, services
from review.guardrails.content import canonical, content_hash, content_of, hash_text
from review.guardrails.models import CHECKS, Consultation, Evidence, Release, Signature
from review.guardrails.services import consent
from review.guardrails.verdict import BLOCKED, NOT_NEEDED, PASSED, Verdict
from tests.factories import ArtworkFactory, CollectionFactory, person, sealed_picture

RULES = {rule.name: rule for rule in import_module("review.guardrails.migrations.0005_discarded").AFTER}
pytestmark = pytest.mark.django_db
REFUSED = (UserError, PermissionDenied, Error)
WHO = ("curator", "second", "rights_officer", "consultant", "stranger")
SHOWN = ("published", "withdrawn")
STATES = st.sampled_from(["draft", "published", "withdrawn", "discarded"])


class Gate(RuleBasedStateMachine):
    """One work with its releases. answers: what each check says. approved: release → what it was published with.
    asked: release → the conditions that stood then. reached: the states that releases came to in any walk."""

    reached: ClassVar[set[str]] = set()

    @initialize()
    def begin(self):
        self.around = transaction.atomic()  # every walk is taken back, so that they do not meet
        self.around.__enter__()
        self.answers = dict.fromkeys(CHECKS, PASSED)
        collection = CollectionFactory()
        self.people = {
            "curator": collection.created_by, "second": person("curator", collection),
            "rights_officer": person("rights_officer", collection), "consultant": person("consultant", collection),
            "stranger": person("expert"),
        }  # fmt: skip
        self.operator = person("operator", is_staff=True)
        self.artwork = ArtworkFactory(collection=collection)
        self.spare = sealed_picture(collection, 3)
        self.client, self.approved, self.asked, self.old, self.titles = Client(), {}, {}, [], 0
        self.patched = checks.find
        checks.find = lambda name: lambda release: Verdict(name, self.answers[name], name)

    def teardown(self):
        if hasattr(self, "patched"):
            checks.find = self.patched
        if hasattr(self, "around"):
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)

    def step(self, does):
        """Do it, whole or not at all, and remember what became public; refusals are what is expected."""
        try:
            with transaction.atomic():
                does()
                if connection.vendor == "postgresql":
                    connection.check_constraints()
        except REFUSED:
            pass
        self.reached.update(Release.objects.values_list("state", flat=True))
        for release in Release.objects.filter(state__in=SHOWN):
            self.approved.setdefault(release.pk, release.content)
            self.asked.setdefault(release.pk, self.conditions(release))

    def conditions(self, release):
        """The consultations with a condition on what a release shows; of each consultant the last word."""
        said = {it.by_id: it for it in Consultation.objects.filter(release=release).order_by("id")}.values()
        return {it.pk for it in said if it.validated and it.conditions and it.content_hash == release.content_hash}

    def any_release(self, pick):
        rows = list(Release.objects.order_by("number"))
        return rows[pick % len(rows)] if rows else None

    # --- services ---
    @rule()
    def prepare(self):
        self.step(lambda: services.prepare(self.people["curator"], self.artwork))

    @rule(who=st.sampled_from(WHO), pick=st.integers(0, 3))
    def judge(self, who, pick):
        self.of(pick, lambda it: services.judge(self.people[who], it))

    @rule(who=st.sampled_from(WHO), pick=st.integers(0, 3), old=st.booleans())
    def sign(self, who, pick, old):
        def sign(release):
            digest = self.old[-1] if old and self.old else content_hash(content_of(release))
            met = [] if old else [it.pk for it in release.consultations.all()]
            services.sign(self.people[who], release, digest, met)
            assert who in ("curator", "second", "rights_officer")

        self.of(pick, sign)

    @rule(who=st.sampled_from(WHO), pick=st.integers(0, 3))
    def publish(self, who, pick):
        self.of(pick, lambda it: services.publish(self.people[who], it))

    @rule(who=st.sampled_from(WHO), pick=st.integers(0, 3))
    def withdraw(self, who, pick):
        self.of(pick, lambda it: services.withdraw(self.people[who], it, "Asked for."))

    @rule(pick=st.integers(0, 3))
    def discard(self, pick):
        draft = Release.objects.filter(state="draft").first()
        self.of(pick, lambda it: services.discard(self.people["curator"], draft or it))

    @rule(who=st.sampled_from(["consultant", "curator"]), pick=st.integers(0, 3))
    def a_condition_is_set(self, who, pick):
        self.of(pick, lambda it: consent.validate(
            self.people[who], it, content_hash=content_hash(content_of(it)), conditions="Not in winter."))  # fmt: skip

    @rule(back=st.booleans())
    def the_whole_way(self, back):
        """So that walks come to what lies behind publication, where nothing stands against it."""
        curator, second = self.people["curator"], self.people["second"]
        draft = services.prepare(curator, self.artwork)
        self.step(lambda: services.judge(curator, draft))
        draft.refresh_from_db()
        met = list(Consultation.objects.values_list("pk", flat=True))
        for who in (curator, second):
            self.step(lambda who=who: services.sign(who, draft, draft.content_hash, met))
        self.step(lambda: services.publish(curator, draft))
        if back:
            self.step(lambda: services.withdraw(curator, draft, "Asked for."))

    @rule(name=st.sampled_from(CHECKS), outcome=st.sampled_from([PASSED, PASSED, PASSED, NOT_NEEDED, BLOCKED]))
    def a_check_says_otherwise(self, name, outcome):
        self.answers[name] = outcome

    @rule()
    def the_entry_is_corrected(self):
        self.titles += 1
        self.old += list(Release.objects.values_list("content_hash", flat=True))
        type(self.artwork).objects.filter(pk=self.artwork.pk).update(title=f"Title {self.titles}")

    # --- pages, API and admin ---
    @rule(who=st.sampled_from(WHO), pick=st.integers(0, 3), how=st.sampled_from(["sign", "publish", "withdraw"]))
    def by_page(self, who, pick, how):
        self.client.force_login(self.people[who])
        sent = {"looked": "on", "reason": "Asked for.", "state": "published"}
        self.of(pick, lambda it: self.client.post(
            reverse(f"guardrails:{how}", args=[it.pk]), sent | {"content_hash": it.content_hash}))  # fmt: skip

    @rule(who=st.sampled_from(WHO), pick=st.integers(0, 3), verb=st.sampled_from(["put", "patch", "delete", "post"]))
    def by_api(self, who, pick, verb):
        self.client.force_login(self.people[who])
        about = {"data": {"state": "published"}, "content_type": "application/json"}
        self.of(pick, lambda it: getattr(self.client, verb)(f"/api/v1/releases/{it.pk}/", **about))

    @rule(pick=st.integers(0, 3))
    def by_admin(self, pick):
        self.client.force_login(self.operator)
        self.of(pick, lambda it: self.client.post(f"/admin/guardrails/release/{it.pk}/change/", {"state": "published"}))

    # --- raw SQL, and the models past the services ---
    @rule(pick=st.integers(0, 3), state=STATES)
    def state_by_sql(self, pick, state):
        by = "prepared_by_id" if state != "draft" else "NULL"
        at = "prepared_at" if state != "draft" else "NULL"
        gone = ("prepared_by_id", "prepared_at", "'x'") if state == "withdrawn" else ("NULL", "NULL", "''")
        self.of(pick, lambda it: self.sql(
            f"UPDATE guardrails_release SET state=%s, published_by_id={by}, published_at={at},"  # noqa: S608
            f" withdrawn_by_id={gone[0]}, withdrawn_at={gone[1]}, withdrawn_because={gone[2]} WHERE id=%s",
            state, self.key(it)))  # fmt: skip

    @rule(pick=st.integers(0, 3), honest=st.booleans())
    def content_by_sql(self, pick, honest):
        told = canonical({"picture": {"sha256": "0" * 64}})
        digest = hash_text(told) if honest else None
        self.of(pick, lambda it: self.sql("UPDATE guardrails_release SET content=%s, content_hash=%s WHERE id=%s", told,
                                          digest or it.content_hash, self.key(it)))  # fmt: skip

    @rule(pick=st.integers(0, 3))
    def picture_by_model(self, pick):
        self.of(pick, lambda it: Release.objects.filter(pk=it.pk).update(picture=self.spare))

    @rule(pick=st.integers(0, 3), table=st.sampled_from(["guardrails_evidence", "guardrails_signature"]),
          does=st.sampled_from(["DELETE FROM {} WHERE release_id=%s",
                                "UPDATE {} SET content_hash='0' WHERE release_id=%s"]))  # fmt: skip
    def approvals_by_sql(self, pick, table, does):
        self.of(pick, lambda it: self.sql(does.format(table), self.key(it)))

    @rule(pick=st.integers(0, 3))
    def deleted(self, pick):
        gone = "DELETE FROM guardrails_release WHERE id=%s AND state <> 'draft'"
        self.of(pick, lambda it: self.sql(gone, self.key(it)))

    @rule(pick=st.integers(0, 3), other=st.integers(0, 3), who=st.sampled_from(WHO))
    def signature_of_another(self, pick, other, who):
        hash_of_other = self.any_release(other)
        self.of(pick, lambda it: Signature.objects.create(
            release=it, signer=self.people["curator"], content_hash=hash_of_other.content_hash))  # fmt: skip

    # --- what must hold ---
    @invariant()
    def nothing_is_public_without_all_of_it(self):
        for release in Release.objects.filter(state__in=SHOWN) if hasattr(self, "approved") else []:
            digest = hash_text(release.content)
            assert release.content_hash == digest
            assert release.content == self.approved[release.pk], "what was approved has changed"
            assert release.shown["picture"]["sha256"] == release.picture.sha256
            for name in CHECKS:
                newest = Evidence.objects.filter(release=release, name=name).latest("id")
                assert (newest.content_hash, newest.outcome in (PASSED, NOT_NEEDED)) == (digest, True)
            rows = Signature.objects.filter(release=release, content_hash=digest)
            asked = self.asked[release.pk]
            signers = {row.signer_id for row in rows if asked <= {it.consultation_id for it in row.confirmations.all()}}
            assert len(signers) >= 2

    @invariant()
    def one_release_of_a_kind_is_public_and_none_comes_back(self):
        if not hasattr(self, "approved"):
            return
        assert Release.objects.filter(state="published").count() <= 1
        gone = set(Release.objects.filter(state="withdrawn").values_list("pk", flat=True))
        assert getattr(self, "gone", set()) <= gone
        self.gone = gone
        assert set(self.approved) <= set(Release.objects.values_list("pk", flat=True))

    def of(self, pick, does):
        release = self.any_release(pick)
        if release is not None:
            self.step(lambda: does(release))

    def sql(self, statement, *values):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    def key(self, release):
        return release.pk.hex if connection.vendor == "sqlite" else release.pk


def walk(**options):
    options |= {"derandomize": True, "deadline": None, "database": None, "phases": [Phase.generate]}
    run_state_machine_as_test(Gate, settings=settings(suppress_health_check=list(HealthCheck), **options))


def test_the_machine_sees_what_a_missing_rule_lets_through():
    """Rule by rule, test_raw.py proves it; this proves that the machine has eyes."""
    with transaction.atomic():
        unmake(connection, [RULES[name] for name in ("release_judged", "release_signed")])
        machine = Gate()
        try:
            machine.begin()
            machine.prepare()
            machine.nothing_is_public_without_all_of_it()
            machine.state_by_sql(0, "published")
            with pytest.raises((AssertionError, Evidence.DoesNotExist)):
                machine.nothing_is_public_without_all_of_it()
        finally:
            machine.teardown()
        transaction.set_rollback(True)


def test_no_step_in_any_order_makes_public_what_was_not_approved():
    Gate.reached.clear()
    walk(max_examples=25, stateful_step_count=30)
    assert Gate.reached == {"draft", "published", "withdrawn", "discarded"}
