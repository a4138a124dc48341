"""Do the validators agree: variance of a caption's scores, and when an arbiter decides."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

SCORES = (1, 2, 3, 4, 5)
LEAST_VALIDATORS = 2
LARGEST_VARIANCE = 1.5
KAPPA_BAR = 0.75  # what the paper asks for; it reached 0.82


def variance(scores: Sequence[int]) -> float:
    """The sample variance (divisor n - 1) of a caption's scores: validators are a sample of those who could judge.

    The paper does not say which variance it means. With this one two validators who are two points apart (2.0) need an
    arbiter, and one point (0.5) is agreement; with divisor n even 2 against 4 would count as agreement. Raises
    `ValueError` for fewer than two scores.
    """
    if len(scores) < LEAST_VALIDATORS:
        raise ValueError("A variance needs two scores or more.")
    return float(statistics.variance(scores))


def needs_arbiter(scores: Sequence[int]) -> bool:
    """Whether two validators or more differ so much that an arbiter decides: variance above, not at, 1.5."""
    return len(scores) >= LEAST_VALIDATORS and variance(scores) > LARGEST_VARIANCE
