"""Picking and rejecting: reasons, a history that only grows, and two people at the same moment."""

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from portal.audit.models import Event
from portal.audit.services import LISTENERS
from portal.errors import UserError
from restoration.judging import JudgedMeanwhile, judge_candidate, last_judgement
from restoration.models import Candidate, Judgement
from tests.factories import CollectionFactory, person
from tests.jobs.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)


def history(candidate):
    return list(candidate.judgements.values_list("judgement", "reason", "note").order_by("id"))


def test_a_rejection_says_why(candidate, curator):
    for reason in ("", "ugly"):
        with pytest.raises(UserError, match="choose a reason"):
            judge_candidate(curator, candidate, "rejected", reason=reason)
    with pytest.raises(UserError, match="other reason"):
        judge_candidate(curator, candidate, "rejected", "  ", reason="other")
    candidate.refresh_from_db()
    assert (candidate.judgement, history(candidate), Event.objects.filter(subject="candidate").count()) == ("", [], 0)
    judge_candidate(curator, candidate, "rejected", "A third roof.", reason="motif")
    candidate.refresh_from_db()
    assert (candidate.judgement, candidate.judgement_reason, candidate.judgement_note) == (
        "rejected", "motif", "A third roof.",
    )  # fmt: skip
    assert candidate.judged_by == curator
    assert candidate.judged_at


def test_a_pick_has_no_reason_for_a_rejection(candidate, curator):
    judge_candidate(curator, candidate, "picked", reason="motif")
    candidate.refresh_from_db()
    assert candidate.judgement_reason == ""


def test_the_database_refuses_a_rejection_without_a_reason(candidate):
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidate.objects.filter(pk=candidate.pk).update(judgement="rejected")


def test_every_judgement_is_kept_and_told(candidate, curator):
    judge_candidate(curator, candidate, "picked", "Calm.")
    judge_candidate(curator, candidate, "rejected", reason="seam")
    judge_candidate(curator, candidate, "", "a note that is about nothing")
    assert history(candidate) == [("picked", "", "Calm."), ("rejected", "seam", ""), ("", "", "")]
    candidate.refresh_from_db()
    said = (candidate.judgement, candidate.judgement_reason, candidate.judgement_note, candidate.judged_by)
    assert said == ("", "", "", None)
    assert candidate.judged_at is None
    told = list(Event.objects.filter(subject="candidate").order_by("id").values_list("action", "artwork", "actor"))
    work = candidate.restoration.artwork_id
    assert told == [
        ("candidate.picked", work, curator.pk),
        ("candidate.rejected", work, curator.pk),
        ("candidate.judgement_withdrawn", work, curator.pk),
    ]


def test_saying_the_same_twice_is_said_once(candidate, curator):
    for _ in range(3):
        judge_candidate(curator, candidate, "picked", "Calm.")
    assert len(history(candidate)) == 1
    judge_candidate(curator, candidate, "picked", "Calm, and the line goes on.")
    assert len(history(candidate)) == 2


def test_a_second_person_who_says_the_same_is_heard(candidate, curator, collection):
    other = person("curator", collection)
    judge_candidate(curator, candidate, "picked")
    judge_candidate(other, candidate, "picked")
    candidate.refresh_from_db()
    assert candidate.judged_by == other
    assert [row.by for row in candidate.judgements.order_by("id")] == [curator, other]


def test_a_judgement_of_what_one_has_not_seen_is_not_overwritten(candidate, curator, collection):
    other = person("curator", collection)
    judge_candidate(other, candidate, "rejected", reason="colour", seen=0)
    with pytest.raises(JudgedMeanwhile):
        judge_candidate(curator, candidate, "picked", seen=0)
    candidate.refresh_from_db()
    assert (candidate.judgement, len(history(candidate))) == ("rejected", 1)
    judge_candidate(curator, candidate, "picked", seen=last_judgement(candidate))
    candidate.refresh_from_db()
    assert candidate.judgement == "picked"


def test_of_many_at_the_same_moment_one_is_first_and_all_others_are_told(candidate, collection):
    people = [person("curator", collection) for _ in range(4)]

    def judge(user):
        try:
            return judge_candidate(user, Candidate.objects.get(pk=candidate.pk), "picked", str(user), seen=0)
        except JudgedMeanwhile:
            return "late"

    results = together(*(lambda user=user: judge(user) for user in people))
    assert results.count("late") == 3
    row = Judgement.objects.get()
    candidate.refresh_from_db()
    assert (candidate.judgement_note, candidate.judged_by) == (row.note, row.by)


def test_a_judgement_that_cannot_be_told_is_not_made(candidate, curator, monkeypatch):
    def broken(event):
        raise RuntimeError("no")

    monkeypatch.setattr("portal.audit.services.LISTENERS", [*LISTENERS, broken])
    with pytest.raises(RuntimeError):
        judge_candidate(curator, candidate, "picked")
    candidate.refresh_from_db()
    assert (candidate.judgement, history(candidate)) == ("", [])


@pytest.mark.parametrize("role", ["coordinator", "consultant", "expert"])
def test_only_curators_of_the_collection_judge(candidate, collection, role):
    for user in (person(role, collection), CollectionFactory().created_by):
        with pytest.raises(PermissionDenied):
            judge_candidate(user, candidate, "picked")
    assert history(candidate) == []


def test_what_was_judged_before_there_was_a_history_begins_it(candidate, curator):
    from importlib import import_module

    Candidate.objects.filter(pk=candidate.pk).update(judgement="picked", judgement_note="Calm.", judged_by=curator)
    with connection.schema_editor() as editor:
        import_module("restoration.migrations.0003_judgements").begin_histories(apps, editor)
    row = candidate.judgements.get()
    assert (row.judgement, row.note, row.by, row.at) == ("picked", "Calm.", curator, None)
