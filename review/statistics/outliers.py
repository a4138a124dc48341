"""Which scores lie far from what the others gave the same item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

LIMIT = Fraction(3, 2)
LEAST_RATERS = 5  # |z| cannot exceed (n - 1) / √n, which is exactly 1.5 for four


@dataclass(frozen=True)
class Outlier:
    """Places of the item and the rater, and z: (score - mean) / sample standard deviation, the own score included."""

    item: int
    rater: int
    z: float


def outliers(scores: np.ndarray, limit: Fraction = LIMIT) -> list[Outlier]:
    """Scores (raters, items), NaN = missing, more than `limit` sample standard deviations from their item's mean.

    Strictly more, and compared in exact fractions: a score at 1.5 is none, whatever floats make of it. Items with fewer
    than `LEAST_RATERS` scores have none, nor have those on which all agree.
    """
    return [found for item in range(scores.shape[1]) for found in _of_item(item, scores[:, item], limit)]


def _of_item(item: int, column: np.ndarray, limit: Fraction) -> Iterator[Outlier]:
    raters = np.flatnonzero(~np.isnan(column))
    if len(raters) < LEAST_RATERS:
        return
    exact = [Fraction(float(column[rater])).limit_denominator(10**6) for rater in raters]
    mean = sum(exact) / len(exact)
    variance = sum((score - mean) ** 2 for score in exact) / (len(exact) - 1)
    for rater, score in zip(raters, exact, strict=True):
        if (score - mean) ** 2 > limit**2 * variance and variance:
            yield Outlier(item, int(rater), float(score - mean) / float(variance) ** 0.5)
