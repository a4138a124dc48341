"""Variance, arbiter, Fleiss' kappa beside published values."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.corpus.agreement import needs_arbiter, variance
from review.statistics import fleiss_kappa, kappa_of_counts

# Fleiss (1971), psychiatric diagnoses of 30 subjects by 6 raters; published kappa 0.430
DIAGNOSES = """444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445
333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555"""
# counts of 14 raters in 5 categories for 10 subjects, the example of the encyclopaedias; published kappa 0.210
EXAMPLE = [(0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1), (7, 7, 0, 0, 0),
           (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7)]  # fmt: skip


def test_kappa_is_that_of_fleiss_own_example():
    kappa = fleiss_kappa([list(map(int, row)) for row in DIAGNOSES.split()])
    assert kappa.value == pytest.approx(0.430245, abs=1e-6)
    assert (kappa.items, kappa.raters) == (30, 6)


def test_kappa_of_counts_is_that_of_the_worked_example():
    counts = [Counter({place: n for place, n in enumerate(row) if n}) for row in EXAMPLE]
    assert kappa_of_counts(counts).value == pytest.approx(0.209931, abs=1e-6)


def test_perfect_agreement_is_one():
    assert fleiss_kappa([[1, 1], [5, 5], [3, 3]]).value == pytest.approx(1)


@given(st.lists(st.lists(st.integers(1, 5), min_size=3, max_size=3), min_size=2, max_size=8), st.randoms())
def test_neither_the_order_of_items_nor_of_raters_changes_kappa(ratings, random):
    mixed = [random.sample(row, len(row)) for row in random.sample(ratings, len(ratings))]
    before, after = fleiss_kappa(ratings).value, fleiss_kappa(mixed).value
    assert before == after if before is None else after == pytest.approx(before)


def test_a_kappa_that_cannot_be_told_has_a_reason():
    assert fleiss_kappa([]).reason == "No caption has two scores yet."
    assert fleiss_kappa([[4]]).value is None
    assert fleiss_kappa([[4, 4], [4, 4]]).reason.startswith("All scores are the same")


def test_captions_with_another_number_of_scores_are_left_out_and_counted():
    kappa = fleiss_kappa([[1, 1], [5, 5], [3, 3, 3], [2]])
    assert (kappa.items, kappa.raters) == (2, 2)


def test_the_variance_has_the_divisor_n_minus_one():
    assert variance([2, 4]) == 2
    assert variance([3, 3, 3]) == 0
    with pytest.raises(ValueError, match="two scores"):
        variance([3])


@pytest.mark.parametrize(
    ("scores", "asked"),
    [
        ([3, 4], False),  # 0.5
        ([2, 4], True),  # 2.0, which with divisor n would be 1.0
        ([1, 1, 2, 2, 4], False),  # exactly 1.5
        ([1, 1, 1, 2, 4], True),  # 1.7
        ([1, 2, 3], False),  # 1.0
        ([5], False),
        ([], False),
    ],
)
def test_an_arbiter_decides_above_one_and_a_half(scores, asked):
    assert needs_arbiter(scores) is asked
