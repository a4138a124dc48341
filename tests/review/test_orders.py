"""Orders are balanced, stored, and say nothing."""

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.errors import UserError
from review.models import Item, Presentation
from review.services import orders
from review.services.orders import MAX_RUN, williams
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@settings(deadline=None)
@given(st.integers(2, 24))
def test_a_williams_design_puts_everything_everywhere_and_after_everything_equally_often(count):
    rows = williams(count)
    assert all(sorted(row) == list(range(count)) for row in rows)
    places = Counter((place, thing) for row in rows for place, thing in enumerate(row))
    assert len(set(places.values())) == 1
    assert len(places) == count * count
    after = Counter(pair for row in rows for pair in itertools.pairwise(row))
    assert len(set(after.values())) == 1
    assert len(after) == count * (count - 1)


def test_every_expert_sees_every_item_once_in_an_order_of_their_own(running):
    study = running("scoring", authentic=3, generated=4)
    rows = {}
    for seat in study.seats.filter(state="accepted"):
        shown = list(seat.presentations.filter(round=0).order_by("position").values_list("item", "position"))
        assert [position for _item, position in shown] == list(range(1, 8))
        rows[seat.label] = tuple(item for item, _position in shown)
    assert len(set(rows.values())) == len(rows)
    assert len({frozenset(row) for row in rows.values()}) == 1


def test_no_two_experts_know_an_item_by_the_same_name(running):
    study = running("scoring")
    codes = list(Presentation.objects.filter(seat__study=study).values_list("code", flat=True))
    assert len(codes) == len(set(codes)) > 0
    assert not set(codes) & set(study.items.values_list("code", flat=True))


def test_authentic_works_stand_in_no_long_rows(running):
    study = running("scoring", authentic=5, generated=5)
    for seat in study.seats.filter(state="accepted"):
        kinds = [it.item.origin for it in seat.presentations.filter(round=0).select_related("item")]
        runs = "".join("a" if kind == "artwork" else "g" for kind in kinds)
        assert "a" * (MAX_RUN + 1) not in runs
        assert "g" * (MAX_RUN + 1) not in runs


def test_an_order_that_was_drawn_stays(running):
    study = running("scoring")
    before = list(Presentation.objects.filter(seat__study=study).order_by("pk").values())
    orders.draw_orders(study, 0)
    assert list(Presentation.objects.filter(seat__study=study).order_by("pk").values()) == before


def test_labels_are_drawn_by_lot_and_each_is_given_once(running):
    labels = list(running("calibration", experts=7).seats.order_by("invited_at").values_list("label", flat=True))
    assert sorted(labels) == list(range(1, 8))


def test_an_order_leaves_out_what_the_expert_has_a_part_in_and_keeps_the_places_close(study_draft, scoring):
    study = study_draft(4, 0, 1)
    first, second = study.items.filter(calibration=False)[:2]
    seat = study.seats.create(email="a@example.org", user=UserFactory(), state="accepted", label=9)
    seat.conflicts.create(item=first, present=True)
    seat.conflicts.create(item=second, present=False)
    scoring(study)
    rows = list(seat.presentations.filter(round=0).values_list("position", "item"))
    assert [position for position, _item in rows] == [1, 2, 3]
    assert first.pk not in {item for _position, item in rows}
    orders.draw_order_for(seat, 1)
    assert seat.presentations.filter(round=1).get().item.calibration


def test_who_comes_later_gets_the_row_of_the_own_place_and_no_round_is_empty(study_draft, scoring):
    study = study_draft(5, 0, 0)
    seats = scoring(study, 3)
    items = list(study.items.order_by("code"))
    for place, seat in enumerate(seats):
        kept = [it.item for it in seat.presentations.select_related("item")]
        assert kept == orders.drawn(study, items, 0, place)
    kept = list(seats[1].presentations.values_list("item", flat=True))
    seats[1].presentations.all().delete()
    orders.draw_order_for(seats[1], 0)
    assert list(seats[1].presentations.values_list("item", flat=True)) == kept
    with pytest.raises(UserError, match="no pictures"):
        orders.draw_order_for(seats[0], 1)


def test_numbers_that_are_given_stay_and_only_who_accepted_gets_one(study_draft):
    study = study_draft(0, 0, 0)
    about = {name: UserFactory() for name in ("a", "b", "c")}
    for name, user in about.items():
        label = 2 if name == "a" else 0
        study.seats.create(email=f"{name}@example.org", user=user, state="accepted", label=label)
    study.seats.create(email="d@example.org", state="invited")
    orders.draw_labels(study)
    told = dict(study.seats.values_list("email", "label"))
    assert (told["a@example.org"], told["d@example.org"]) == (2, 0)
    assert {told["b@example.org"], told["c@example.org"]} == {1, 3}


@pytest.mark.parametrize(
    ("kinds", "place"), [("aaag", None), ("aaaag", 3), ("ggaggg", None), ("ggagggg", 6), ("agag", None), ("", None)]
)
def test_a_run_is_too_long_from_its_fourth_on(kinds, place):
    order = [Item(origin="artwork" if kind == "a" else "painting") for kind in kinds]
    assert orders._long_run(order) == place
