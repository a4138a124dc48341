"""Kendall's coefficient of concordance: do raters put the items into the same order?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .estimate import NO_VARIATION, TOO_FEW_ITEMS, TOO_FEW_RATERS, Estimate
from .functions import chi_squared_tail, midranks


@dataclass(frozen=True)
class Concordance:
    """Kendall's W with and without correction for ties, and Friedman's test of it: χ² with `freedom`, `p`.

    It rests on complete blocks: `items` that all `raters` scored; `dropped` counts the others. W knows no severity: a
    rater who gives each item two more leaves it at 1.
    """

    w: Estimate
    uncorrected: Estimate
    chi_squared: float | None
    freedom: int
    p: float | None
    raters: int
    items: int
    dropped: int


def kendall(scores: np.ndarray) -> Concordance:
    """Kendall's W of scores (raters, items), NaN = missing (Kendall & Gibbons 1990, ch. 6).

    Ranks are taken within each rater, equal scores share the mean rank. W = 12 S / (m² (n³ - n) - m T), where T sums
    t³ - t over each rater's ties; without T for the uncorrected one.
    """
    complete = ~np.isnan(scores).any(axis=0)
    kept = scores[:, complete]
    raters, items = kept.shape
    dropped = int((~complete).sum())
    if raters < 2 or items < 2:
        nothing = Estimate.none(TOO_FEW_RATERS if raters < 2 else TOO_FEW_ITEMS)
        return Concordance(nothing, nothing, None, max(items - 1, 0), None, raters, items, dropped)
    ranks = midranks(kept)
    sums = ranks.sum(axis=0)
    spread = 12 * float(((sums - sums.mean()) ** 2).sum())
    whole = raters**2 * (items**3 - items)
    plain = Estimate(spread / whole)
    ties = sum(int((counts**3 - counts).sum()) for counts in (np.unique(row, return_counts=True)[1] for row in kept))
    if whole == raters * ties:
        return Concordance(Estimate.none(NO_VARIATION), plain, None, items - 1, None, raters, items, dropped)
    w = spread / (whole - raters * ties)
    chi_squared = raters * (items - 1) * w
    p = chi_squared_tail(chi_squared, items - 1)
    return Concordance(Estimate(w), plain, chi_squared, items - 1, p, raters, items, dropped)
