"""The panel check: over the bars of its study, with no discussion open and the blindness lifted by two."""

import pytest
from django.db import Error, transaction

from review.guardrails import panel
from review.guardrails.models import Bars, Release
from review.models import Result, Study
from review.services import unblinding
from tests.review.conftest import coordinator, link, running, seated, study_draft  # noqa: F401

pytestmark = pytest.mark.django_db


def of(painting):
    return Release(kind="painting", painting=painting)


def unblind(study, coordinator, second):  # noqa: F811
    unblinding.ask(coordinator, study, "It is over.")
    unblinding.agree(second, study)


@pytest.fixture
def closed(running):  # noqa: F811
    study = running("closed")
    item = study.items.filter(origin="painting", calibration=False).first()
    return study, of(item.painting)


def bent(study, alpha=0.8, total=4.2):
    """The frozen result with other numbers, as a study could have come to."""
    result = Result.objects.get(study=study)
    told = result.statistics
    told["total"]["krippendorff_alpha"] = alpha
    for entry in told["items"].values():
        entry["total"]["mean"] = total
    Result.objects.filter(study=study).delete()
    Result.objects.create(study=study, statistics=told, seed=1, draws=1, code_version="x", data_sha256="0" * 64)


def test_an_original_needs_no_panel():
    assert panel.check(Release(kind="original")).outcome == "not_needed"


def test_nobody_was_asked(collection):
    from tests.factories import painting_for

    found = panel.check(of(painting_for(collection)))
    assert (found.outcome, "No panel" in found.reason) == ("blocked", True)


@pytest.mark.parametrize(("state", "says"), [("scoring", "not over yet"), ("delphi", "still in discussion")])
def test_a_study_under_way_blocks(running, state, says):  # noqa: F811
    study = running(state)
    found = panel.check(of(study.items.filter(origin="painting").first().painting))
    assert (found.outcome, says in found.reason) == ("blocked", True)


def test_a_blind_study_tells_nothing(closed):
    _study, release = closed
    assert "still blind" in panel.check(release).reason
    assert panel.finding(release) is None


@pytest.mark.parametrize(
    ("alpha", "total", "outcome", "says"),
    [
        (0.8, 4.2, "passed", "gave 4.20 of 5"),
        (0.667, 3.5, "passed", "agree"),
        (0.66, 4.2, "blocked", "agrees too little"),
        (0.8, 3.49, "blocked", "and 3.50 is asked for"),
        (None, 4.2, "blocked", "no number"),
    ],
)
def test_the_bars_decide(closed, coordinator, second, alpha, total, outcome, says):  # noqa: F811
    study, release = closed
    bent(study, alpha, total)
    unblind(study, coordinator, second)
    found = panel.check(release)
    assert (found.outcome, says in found.reason) == (outcome, True)
    assert panel.finding(release)["total"] == total


def test_the_bars_of_a_study_that_started_are_fixed_by_the_database(closed, coordinator, second):  # noqa: F811
    study, _release = closed
    with pytest.raises(Error), transaction.atomic():
        Bars.objects.create(study=study, alpha=0, total=1)
    assert Study.objects.get(pk=study.pk).frozen_at
