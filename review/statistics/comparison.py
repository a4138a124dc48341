"""Are some engines better than others on the same works? Friedman's test, then Wilcoxon's of pairs, after Holm."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .concordance import kendall
from .estimate import Estimate
from .functions import midranks, two_sided

EXACT = 25  # pairs up to which the distribution of the signed ranks is counted out, where no ranks are tied


@dataclass(frozen=True)
class Comparison:
    """Places of two engines, the median of first - second over the works, p of Wilcoxon's test, p after Holm."""

    first: int
    second: int
    difference: float
    p: float | None
    corrected: float | None


def compare(scores: np.ndarray) -> tuple[Estimate, list[Comparison]]:
    """Friedman's p of scores (works, engines), NaN = missing, and all pairs of engines on the works that both have."""
    friedman = kendall(scores).p
    overall = (
        Estimate(friedman) if friedman is not None else Estimate.none("Too few works were scored for every engine.")
    )
    pairs = list(itertools.combinations(range(scores.shape[1]), 2))
    differences = [scores[:, one] - scores[:, other] for one, other in pairs]
    kept = [difference[~np.isnan(difference)] for difference in differences]
    tests = [wilcoxon(difference) for difference in kept]
    corrected = holm(tests)
    medians = [float(np.median(difference)) if len(difference) else 0.0 for difference in kept]
    return overall, [
        Comparison(*pair, median, p, after)
        for pair, median, p, after in zip(pairs, medians, tests, corrected, strict=True)
    ]


def wilcoxon(differences: np.ndarray) -> float | None:
    """Two-sided p of the signed ranks of differences (n,), zeros left out; None when nothing remains.

    Exact where at most `EXACT` remain and none are tied, else by the normal approximation with the variance corrected
    for ties.
    """
    kept = differences[differences != 0]
    if not len(kept):
        return None
    ranks = midranks(np.abs(kept))
    positive = float(ranks[kept > 0].sum())
    n = len(kept)
    if n <= EXACT and len(np.unique(ranks)) == n:
        ways = np.zeros(n * (n + 1) // 2 + 1)
        ways[0] = 1
        for rank in range(1, n + 1):
            ways[rank:] = ways[rank:] + ways[: len(ways) - rank]
        tail = ways[: int(min(positive, n * (n + 1) / 2 - positive)) + 1].sum() / 2.0**n
        return min(1.0, 2 * float(tail))
    counts = np.unique(ranks, return_counts=True)[1]
    variance = n * (n + 1) * (2 * n + 1) / 24 - float((counts**3 - counts).sum()) / 48
    return two_sided((positive - n * (n + 1) / 4) / math.sqrt(variance))


def holm(ps: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down correction (1979); what is None stays so and does not count."""
    known = sorted((p, number) for number, p in enumerate(ps) if p is not None)
    corrected: list[float | None] = [None] * len(ps)
    highest = 0.0
    for rank, (p, number) in enumerate(known):
        highest = max(highest, min(1.0, p * (len(known) - rank)))
        corrected[number] = highest
    return corrected
