"""Engines on the same works: what scipy says, and what is missing."""

import numpy as np
import pytest
from scipy import stats

from review.statistics import compare
from review.statistics.comparison import NO_DIFFERENCE, NO_SHARED, TOO_FEW_WORKS

NAN = np.nan


def test_engines_are_compared_as_scipy_does():
    rng = np.random.default_rng(5)
    scores = rng.normal([3, 3.4, 4.2], 0.5, (14, 3))
    overall, pairs = compare(scores)
    assert overall.works == 14
    assert overall.p.value == pytest.approx(stats.friedmanchisquare(*scores.T).pvalue, abs=1e-12)
    assert [(it.first, it.second, it.works) for it in pairs] == [(0, 1, 14), (0, 2, 14), (1, 2, 14)]
    for it in pairs:
        differences = scores[:, it.first] - scores[:, it.second]
        assert it.difference == pytest.approx(np.median(differences))
        assert it.p.value == pytest.approx(stats.wilcoxon(differences, method="exact").pvalue, abs=1e-12)
    smallest = min(pairs, key=lambda it: it.p.value)
    assert smallest.corrected == pytest.approx(3 * smallest.p.value)


def test_works_that_lack_an_engine_count_where_they_can():
    scores = np.array([[1, 2, 3], [2, 3, 5], [1, 3, 4], [NAN, 2, 3], [4, NAN, 5]], float)
    overall, pairs = compare(scores)
    assert overall.works == 3
    assert overall.p.value == pytest.approx(stats.friedmanchisquare(*scores[:3].T).pvalue)
    assert [it.works for it in pairs] == [3, 4, 4]


@pytest.mark.parametrize(
    ("scores", "overall", "pair"),
    [
        ([[1, NAN], [NAN, 2]], TOO_FEW_WORKS, NO_SHARED),
        ([[1, 2], [NAN, 2]], TOO_FEW_WORKS, ""),
        ([[3, 3], [2, 2]], "All scores are the same, so agreement cannot be told from chance.", NO_DIFFERENCE),
    ],
)
def test_what_cannot_be_compared_says_why(scores, overall, pair):
    found, (one,) = compare(np.array(scores, float))
    assert (found.p.reason, one.p.reason) == (overall, pair)
    assert (one.difference is None) == (pair == NO_SHARED)
    assert (one.corrected is None) == bool(pair)


def test_one_engine_has_nobody_to_be_compared_with():
    found, pairs = compare(np.array([[1.0], [2.0]]))
    assert (found.p.value, pairs) == (None, [])
