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

EXACT = 25  # pairs up to which the distribution of the signed ranks is counted out


NO_SHARED = "No work was scored for both engines."
NO_DIFFERENCE = "Both engines were scored alike on every work."
TOO_FEW_WORKS = "Fewer than two works were scored for every engine."


@dataclass(frozen=True)
class Comparison:
    """Places of two engines, and what tells them apart on the works that both have.

    difference: the median of first - second, None where they share no work; p of Wilcoxon's test; `corrected` after
    Holm, over all pairs that have a p.
    """

    first: int
    second: int
    works: int
    difference: float | None
    p: Estimate
    corrected: float | None


@dataclass(frozen=True)
class Friedman:
    """p of Friedman's test over the `works` that every engine has; approximate, by χ²."""

    p: Estimate
    works: int


def compare(scores: np.ndarray) -> tuple[Friedman, list[Comparison]]:
    """Friedman's test of scores (works, engines), NaN = missing, and all pairs of engines on the works of both."""
    complete = scores[~np.isnan(scores).any(axis=1)]
    found = kendall(complete)
    if len(complete) < 2 or scores.shape[1] < 2:
        overall = Estimate.none(TOO_FEW_WORKS)
    else:
        overall = Estimate(found.p) if found.p is not None else Estimate.none(found.w.reason)
    pairs = list(itertools.combinations(range(scores.shape[1]), 2))
    differences = [scores[:, one] - scores[:, other] for one, other in pairs]
    kept = [difference[~np.isnan(difference)] for difference in differences]
    tests = [wilcoxon(difference) for difference in kept]
    return Friedman(overall, len(complete)), [
        Comparison(*pair, len(of), float(np.median(of)) if len(of) else None, _estimate(p, of), after)
        for pair, of, p, after in zip(pairs, kept, tests, holm(tests), strict=True)
    ]


def _estimate(p: float | None, differences: np.ndarray) -> Estimate:
    return Estimate(p) if p is not None else Estimate.none(NO_DIFFERENCE if len(differences) else NO_SHARED)


def wilcoxon(differences: np.ndarray) -> float | None:
    """Two-sided p of the signed ranks of differences (n,), zeros left out; None when nothing remains.

    Exact where at most `EXACT` remain, ties or not: over all ways in which the signs could have fallen, each rank kept.
    Else by the normal approximation with the variance corrected for ties.
    """
    kept = differences[differences != 0]
    if not len(kept):
        return None
    ranks = midranks(np.abs(kept))
    positive = float(ranks[kept > 0].sum())
    n = len(kept)
    if n <= EXACT:
        return _exact(ranks, positive)
    counts = np.unique(ranks, return_counts=True)[1]
    variance = n * (n + 1) * (2 * n + 1) / 24 - float((counts**3 - counts).sum()) / 48
    return two_sided((positive - n * (n + 1) / 4) / math.sqrt(variance))


def _exact(ranks: np.ndarray, positive: float) -> float:
    """The share of all signs with a sum of positive ranks as far from the middle as this one; ranks may be halves."""
    doubled = np.rint(2 * ranks).astype(int)
    ways = np.zeros(doubled.sum() + 1)
    ways[0] = 1
    for rank in doubled:
        ways[rank:] = ways[rank:] + ways[:-rank]
    less = round(2 * positive)
    tail = ways[: min(less, len(ways) - 1 - less) + 1].sum() / 2.0 ** len(ranks)
    return min(1.0, 2 * float(tail))


def holm(ps: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down correction (1979); what is None stays so and does not count."""
    known = sorted((p, number) for number, p in enumerate(ps) if p is not None)
    corrected: list[float | None] = [None] * len(ps)
    highest = 0.0
    for rank, (p, number) in enumerate(known):
        highest = max(highest, min(1.0, p * (len(known) - rank)))
        corrected[number] = highest
    return corrected
