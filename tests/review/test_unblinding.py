"""Blindness is lifted by two people, once, of a study that is over, and it is recorded."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from portal.audit.models import Event
from portal.errors import UserError
from review.models import Study, Unblinding
from review.services import unblinding
from tests.factories import person
from tests.review.conftest import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def over(study_draft) -> Study:
    """A study that has closed, without its steps."""
    study = study_draft(2, 2, 1)
    now = timezone.now()
    Study.objects.filter(pk=study.pk).update(state="closed", frozen_at=now, ended_at=now)
    return fresh(study)


def test_one_asks_with_a_reason_and_another_agrees(running, coordinator, second):
    over = running("closed")
    with pytest.raises(UserError, match="Say why"):
        unblinding.ask(coordinator, over, "  ")
    with pytest.raises(UserError, match="Nobody has asked"):
        unblinding.agree(second, over)
    asked = unblinding.ask(coordinator, over, f"  {'x' * 600}")
    assert (asked.asked_by, asked.reason, asked.agreed_at) == (coordinator, "x" * 500, None)
    assert unblinding.ask(second, over, "Another reason.") == asked
    assert Unblinding.objects.get().reason == "x" * 500
    with pytest.raises(UserError, match="second person"):
        unblinding.agree(coordinator, over)
    assert not unblinding.is_unblinded(over)
    agreed = unblinding.agree(second, over)
    kept = Unblinding.objects.get()
    assert (kept.agreed_by, kept.agreed_at, kept.asked_by) == (second, agreed.agreed_at, coordinator)
    assert unblinding.is_unblinded(over)
    assert unblinding.agree(coordinator, over).agreed_by == second
    rows = Event.objects.filter(action__startswith="study.unblind").order_by("pk")
    assert [(row.action, row.actor, row.data) for row in rows] == [
        ("study.unblinding_asked", coordinator, {"title": "Hills"}),
        ("study.unblinded", second, {"title": "Hills", "first": str(coordinator)}),
    ]


def test_origins_are_told_then_and_not_before(running, coordinator, second):
    over = running("closed")
    with pytest.raises(UserError, match="blind"):
        unblinding.origins(coordinator, over)
    unblinding.ask(coordinator, over, "It is over.")
    with pytest.raises(UserError, match="blind"):
        unblinding.origins(coordinator, over)
    unblinding.agree(second, over)
    items = unblinding.origins(coordinator, over)
    assert [(it.origin, it.code) for it in items] == sorted(over.items.values_list("origin", "code"))
    elsewhere = person("coordinator")
    with pytest.raises(PermissionDenied):
        unblinding.origins(elsewhere, over)


@pytest.mark.parametrize("state", ["draft", "calibration", "scoring", "delphi", "abandoned"])
def test_no_study_is_unblinded_before_it_has_closed(state, over, coordinator, second):
    Study.objects.filter(pk=over.pk).update(state=state)
    for move in (lambda: unblinding.ask(coordinator, over, "Why not."), lambda: unblinding.agree(second, over)):
        with pytest.raises(UserError, match="after it has closed"):
            move()
    assert Unblinding.objects.count() == 0


def test_who_may_not_lift_blindness_does_not(over, curator, stranger):
    for user in (curator, stranger):
        with pytest.raises(PermissionDenied):
            unblinding.ask(user, over, "I wonder.")
        with pytest.raises(PermissionDenied):
            unblinding.agree(user, over)
