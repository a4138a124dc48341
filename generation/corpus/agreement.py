"""Do the validators agree: variance of a caption's scores, the arbiter's part, Fleiss' kappa over many captions."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Kappa:
    """`value`: Fleiss' kappa, None with a `reason` where there is none; `items`, `raters`: what it rests on."""

    value: float | None
    items: int
    raters: int
    reason: str = ""


def fleiss_kappa(ratings: Sequence[Sequence[int]]) -> Kappa:
    """Fleiss' kappa (1971) of categories given to items; `ratings` has one sequence of ratings an item.

    Every item needs the same number of raters; items that have another number than most are left out, and `items`
    counts those that remain.
    """
    counts = Counter(len(row) for row in ratings if len(row) >= LEAST_VALIDATORS)
    if not counts:
        return Kappa(None, 0, 0, "No caption has two scores yet.")
    raters = max(counts, key=lambda n: (counts[n], n))
    return kappa_of_counts([Counter(row) for row in ratings if len(row) == raters])


def kappa_of_counts(table: Sequence[Counter]) -> Kappa:
    """The same from counts: one counter an item, category → how many raters chose it, each with the same sum."""
    items, raters = len(table), table[0].total()
    agreed = sum(sum(n * (n - 1) for n in row.values()) for row in table) / (items * raters * (raters - 1))
    total = sum(table, Counter())
    chance = sum((n / (items * raters)) ** 2 for n in total.values())
    if chance == 1:
        return Kappa(None, items, raters, "All scores are the same, so agreement cannot be told from chance.")
    return Kappa((agreed - chance) / (1 - chance), items, raters)
