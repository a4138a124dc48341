"""Orders are balanced, stored, and say nothing."""

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review.models import Presentation
from review.services import orders
from review.services.orders import MAX_RUN, williams

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
