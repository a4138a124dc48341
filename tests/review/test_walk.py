"""A whole study through the services: a calibration that fails, outliers that are discussed, a result, its origins."""

import uuid

import pytest

from portal.errors import UserError
from review.models import Argument, Result, Study
from review.services import calibration, delphi, people, results, sheets, studies, unblinding
from review.services.readiness import readiness
from tests.review.conftest import answers, fresh, score_all

pytestmark = pytest.mark.django_db


def test_a_study_from_the_draft_to_its_origins(running, coordinator, second, link):
    study = running("draft", experts=7, authentic=3, generated=3)
    assert readiness(study) == []
    study = studies.start(coordinator, study)
    assert study.state == Study.State.CALIBRATION

    score_all(study, 1, lambda item, seat, number: 1 + (number * seat.label) % 5)  # nobody sees alike
    first = calibration.close_calibration(coordinator, study, "Look at the ink again.")
    assert (first.passed, fresh(study).state) == (False, "calibration")
    score_all(study, 2, lambda item, seat, number: 1 + number % 5)
    assert calibration.close_calibration(coordinator, study).passed
    assert fresh(study).state == "scoring"

    leaving = study.seats.get(label=3)
    people.withdraw(leaving.user, leaving, "No time.")
    newcomer = people.accept(link(people.replace(coordinator, leaving, email="new@example.org")))
    assert newcomer.presentations.filter(round=0).count() == 6

    score_all(fresh(study), 0, lambda item, seat, number: 1 if seat.label == 1 and number == 0 else 4)
    study = delphi.close_scoring(coordinator, study)
    first_number_scored = study.items.filter(calibration=False).order_by("code").first()
    flagged = Argument.objects.filter(flagged=True, discussion__study=study)
    assert study.state == "delphi"
    assert {it.discussion.item for it in flagged} == {first_number_scored}
    for argument in flagged:
        delphi.argue(argument.seat.user, argument, 4, "Seen again, the wash is right after all.")
    study = delphi.close_round(coordinator, study)
    assert study.state == "closed"

    result = Result.objects.get(study=study)
    assert result.data_sha256 == results.data_sha256(study)
    assert result.statistics["total"]["mean"] == pytest.approx(4.0)
    assert result.statistics["dimensions"]["type"]["kendall_w"] is None  # all alike: not estimable, never a pass
    with pytest.raises(UserError, match="blind"):
        unblinding.origins(coordinator, study)
    unblinding.ask(coordinator, study, "The study is over.")
    with pytest.raises(UserError, match="second person"):
        unblinding.agree(coordinator, study)
    unblinding.agree(second, study)
    assert len(unblinding.origins(coordinator, study)) == 10


def test_the_same_save_sent_twice_counts_once_and_an_old_version_overwrites_nothing(running):
    study = running("scoring")
    seat = study.seats.get(label=1)
    presentation = seat.presentations.filter(round=0).first()
    request = uuid.uuid4()
    one = sheets.save(seat.user, presentation, answers(study, 3), 0, request)
    again = sheets.save(seat.user, presentation, answers(study, 5), 0, request)
    assert (one.version, again.version) == (1, 1)
    with pytest.raises(sheets.Conflicting) as refused:
        sheets.save(seat.user, presentation, answers(study, 5), 0, uuid.uuid4())
    assert sheets.content_of(refused.value.sheet)["scores"]["type"] == 3
