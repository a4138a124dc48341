"""What an expert's pages are made of, row by row: whose, in which order, and what of the others."""

import uuid

import pytest
from django.http import Http404
from django.utils import timezone

from review.models import Argument, DeductionTerm, Discussion, Score, Seat, Sheet, Study
from review.selectors import panel
from review.services import sheets
from tests.factories import UserFactory
from tests.review.conftest import answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def seats(study_draft, scoring):
    """Three experts who score two pictures."""
    return scoring(study_draft(2, 0, 0), 3)


def shown(seat: Seat, place: int = 0):
    return seat.presentations.select_related("seat__study", "item").order_by("position")[place]


def of_item(seat: Seat, item):
    return seat.presentations.select_related("seat__study").get(item=item)


def submit(presentation, value: int, **content) -> None:
    study, user = presentation.seat.study, presentation.seat.user
    sheet = sheets.save(user, presentation, answers(study, value, **content), 0, uuid.uuid4())
    sheets.submit(user, presentation, sheet.version, None)


def test_seats_are_the_person_s_own_the_latest_study_first(seats, study_draft, scoring):
    user = seats[0].user
    later = study_draft(1, 0, 0)
    Study.objects.filter(pk=later.pk).update(created_at=timezone.now() + timezone.timedelta(days=1))
    about = {"user": user, "email": user.email}
    newer = Seat.objects.create(study=later, state="accepted", **about)
    left = Seat.objects.create(study=study_draft(1, 0, 0), state="withdrawn", **about)
    assert list(panel.seats_for(user)) == [newer, seats[0]]
    assert panel.get_seat(user, newer.pk) == newer
    for other in (left, seats[1]):
        with pytest.raises(Http404):
            panel.get_seat(user, other.pk)


def test_invitations_are_listed_while_their_study_can_still_be_joined(seats, study_draft):
    user = seats[0].user
    for state in ("draft", "scoring", "closed", "abandoned"):
        study = study_draft(0, 0, 0)
        Seat.objects.create(study=study, email=user.email, state="invited")
        Study.objects.filter(pk=study.pk).update(
            state=state, ended_at=timezone.now(), frozen_at=timezone.now(), title=state
        )
    assert {it.study.title for it in panel.places_of(user)} == {"Hills", "draft", "scoring"}
    assert [it.study.title for it in panel.places_of(UserFactory())] == []


def test_the_round_that_is_open(study_draft):
    study = study_draft(0, 0, 0)
    study.calibrations.create(number=1, closed_at=timezone.now())
    told = {}
    for state in ("draft", "calibration", "scoring", "delphi", "closed"):
        study.state = state
        told[state] = panel.open_round(study)
    assert told == {"draft": None, "calibration": None, "scoring": 0, "delphi": None, "closed": None}
    study.calibrations.create(number=2)
    study.state = "calibration"
    assert panel.open_round(study) == 2


def test_places_stand_in_the_expert_s_order_and_say_how_far_each_is(seats):
    seat = seats[0]
    first, second = shown(seat), shown(seat, 1)
    sheets.save(seat.user, second, answers(seat.study, 4), 0, uuid.uuid4())
    told = {"code": first.code, "position": 1, "state": "open"}, {"code": second.code, "position": 2, "state": "begun"}
    assert panel.places(seat, 0) == list(told)
    submit(first, 4)
    assert [it["state"] for it in panel.places(seat, 0)] == ["submitted", "begun"]
    left = panel.tasks(seat)
    assert (left["round"], left["done"], left["next"], left["waits"]) == (0, 1, told[1], True)
    assert (left["conflicts"], left["arguments"], left["display"]) == (2, [], True)
    submit(shown(seats[1]), 4)
    assert panel.places(seat, 1) == []


def test_answers_are_the_own_ones_with_their_version(seats):
    one = shown(seats[0])
    assert panel.answered(one) == {"version": 0, "submitted": False, "saved_at": None, "content": sheets.EMPTY}
    submit(one, 3, comment="Pale.")
    told = panel.answered(one)
    assert (told["version"], told["submitted"], told["content"]["comment"]) == (2, True, "Pale.")
    assert told["saved_at"] == Sheet.objects.get(presentation=one).saved_at.isoformat()


def test_the_rubric_stands_in_its_order_with_the_terms_of_each_question(study_draft):
    study = study_draft(0, 0, 0)
    DeductionTerm.objects.create(key="old", name_en="Old", name_zh="旧", retired=True)
    rows = panel.rubric(study)
    assert [row["key"] for row in rows] == ["type", "elements", "relation", "composition"]
    assert rows[0].keys() == {"key", "name", "question", "levels", "terms"}
    assert [level["value"] for level in rows[0]["levels"]] == [1, 2, 3, 4, 5]
    offered = {row["key"]: {term["key"] for term in row["terms"]} for row in rows}
    assert "old" not in set().union(*offered.values())
    for term in DeductionTerm.objects.filter(retired=False):
        where = {key for key, terms in offered.items() if term.key in terms}
        assert where == ({term.dimension_key} if term.dimension_key else set(offered))


@pytest.fixture
def talk(seats) -> Discussion:
    """A discussion of the first picture's type; everybody scored, everybody gave reasons, on other things as well."""
    study, item = seats[0].study, shown(seats[0]).item
    other = study.items.exclude(pk=item.pk).get()
    for seat in seats:
        reasons = {"type": [{"term": None, "text": f"The type as {seat.label}"}],
                   "elements": [{"term": None, "text": "Elements amiss"}]}  # fmt: skip
        keys = {"type": seat.label + 1, "elements": 4, "relation": 5, "composition": None}
        submit(of_item(seat, item), 5, scores=keys, deductions=reasons)
        submit(of_item(seat, other), 4, comment="Another")
    Study.objects.filter(pk=study.pk).update(state="delphi")
    made = Discussion.objects.create(study=study, item=item, dimension=study.dimensions.get(key="type"), round=1)
    for seat in seats:
        Argument.objects.create(discussion=made, seat=seat, flagged=seat.label == 2)
    return made


def test_one_hears_the_numbers_of_all_and_the_words_of_the_others(talk, seats):
    own = talk.arguments.get(seat=seats[0])
    assert panel.own_score(own) == 2
    assert panel.own_score(talk.arguments.get(seat=seats[2])) == 4
    assert panel.heard(own) == {"counts": [0, 1, 1, 1, 0], "texts": ["The type as 2", "The type as 3"]}
    Argument.objects.filter(discussion=talk, seat=seats[2]).update(text="The wash is right.")
    Argument.objects.filter(pk=own.pk).update(text="My own words.")
    aside = Discussion.objects.create(
        study=talk.study, item=talk.item, dimension=talk.study.dimensions.get(key="elements"), round=1
    )
    Argument.objects.create(discussion=aside, seat=seats[2], text="Of the elements.")
    assert panel.heard(own)["texts"] == ["The type as 2", "The type as 3", "The wash is right."]
    Seat.objects.filter(pk=seats[1].pk).update(state="withdrawn")
    assert panel.heard(own) == {"counts": [0, 1, 0, 1, 0], "texts": ["The type as 3", "The wash is right."]}
    Score.objects.filter(sheet__presentation__seat=seats[2], dimension=talk.dimension).update(value=None)
    assert panel.heard(own)["counts"] == [0, 1, 0, 0, 0]


def test_a_term_stands_before_its_words_and_names_of_accounts_are_left_out(talk, seats):
    own, other = talk.arguments.get(seat=seats[0]), seats[1]
    Seat.objects.filter(pk=seats[2].pk).update(name="Q")
    type(other.user).objects.filter(pk=other.user_id).update(email="hidden@example.net", username="brushlover")
    reason = Score.objects.get(sheet__presentation__seat=other, sheet__presentation__item=talk.item,
                               dimension=talk.dimension).deductions.get()  # fmt: skip
    reason.term, reason.text = DeductionTerm.objects.get(key="balance"), "Brushlover saw a Q."
    reason.save()
    assert f"{reason.term}: … saw a Q." in panel.heard(own)["texts"]


def test_open_discussions_come_with_those_that_wait_first(talk, seats):
    flagged = talk.arguments.get(seat=seats[1])
    earlier = Discussion.objects.create(
        study=talk.study, item=talk.item, dimension=talk.study.dimensions.get(key="elements"), round=1
    )
    second = Argument.objects.create(discussion=earlier, seat=seats[1])
    Argument.objects.filter(pk=flagged.pk).update(flagged=False)
    Argument.objects.filter(pk=second.pk).update(flagged=True)
    seat = panel.get_seat(seats[1].user, seats[1].pk)
    assert panel.tasks(seat)["arguments"] == [second, flagged]
    Discussion.objects.filter(pk=earlier.pk).update(closed_at=timezone.now())
    assert panel.arguments(seat) == [flagged]
    assert panel.get_argument(seat.user, second.pk) == second
    with pytest.raises(Http404):
        panel.get_argument(seats[0].user, second.pk)
