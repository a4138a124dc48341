"""Fleiss' κ: do raters put things into the same categories?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_VALIDATORS = 2


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
