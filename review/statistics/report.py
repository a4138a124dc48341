"""Everything that a table of scores says, for each dimension and for the weighted total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import numpy as np

from .alpha import DRAWS, Interval, alpha, bootstraps, pair_bootstrap
from .concordance import kendall
from .outliers import LEAST_RATERS, outliers
from .raters import habits
from .table import Table
from .totals import mean_interval, totals, weights_of

TOTAL = "total"
NO_WEIGHTS = "A total of several dimensions needs their weights."


def report(
    table: Table, metric: str = "ordinal", draws: int = DRAWS, seed: int = 0, weights: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """A report that is ready for JSON: {"dimensions": {name: …}, "total": …} and what it was computed with.

    weights: dimension → share, together exactly 1; None: those of the table. One dimension alone is its own total. A
    value that cannot be computed is None, and `reasons` says why. The total's α is taken on the interval metric, since
    weighted sums are no ranks.
    """
    shares = _shares(table, weights)
    tables, metrics = [*table.dimensions.values()], [metric] * len(table.dimensions)
    if shares and len(tables) > 1:
        tables, metrics = [*tables, totals(table.dimensions, shares)], [*metrics, "interval"]
    found = bootstraps(tables, metrics, draws, seed)
    rows = [_entry(table, *row, draws, seed) for row in zip(tables, metrics, found, strict=True)]
    entries = dict(zip(table.dimensions, rows, strict=False))
    total = rows[-1] if shares else {**_empty(table), "reasons": {TOTAL: NO_WEIGHTS}}
    return {
        "metric": metric,
        "draws": draws,
        "seed": seed,
        "weights": {name: str(share) for name, share in shares.items()} if shares else None,
        "dimensions": entries,
        TOTAL: total,
    }


def _shares(table: Table, weights: Mapping[str, str] | None) -> dict[str, Decimal] | None:
    if given := (weights or table.weights):
        return weights_of(given)
    return {name: Decimal(1) for name in table.dimensions} if len(table.dimensions) == 1 else None


def _empty(table: Table) -> dict[str, Any]:
    names = ("kendall_w", "kendall_w_uncorrected", "kendall_p", "krippendorff_alpha", "alpha_ci", "mean", "mean_ci")
    return (
        {"n_items": len(table.items), "n_raters": len(table.raters), "n_missing": None}
        | dict.fromkeys(names)
        | {"outliers": []}
    )


def _entry(table: Table, scores: np.ndarray, metric: str, interval: Interval, draws: int, seed: int) -> dict[str, Any]:
    w, agreed, pairs = kendall(scores), alpha(scores, metric), pair_bootstrap(scores, metric, draws, seed)
    enough = bool(((~np.isnan(scores)).sum(axis=0) >= LEAST_RATERS).any())
    reasons = {
        "kendall_w": w.w.reason,
        "kendall_w_uncorrected": w.uncorrected.reason,
        "kendall_p": w.w.reason,
        "krippendorff_alpha": agreed.reason,
        "alpha_ci": interval.reason,
        "outliers": "" if enough else f"An item needs {LEAST_RATERS} scores before one of them can be an outlier.",
    }
    of_items = [float(np.nanmean(column)) for column in scores.T if not np.isnan(column).all()]
    return {
        "n_items": len(table.items),
        "n_raters": len(table.raters),
        "n_missing": int(np.isnan(scores).sum()),
        "metric": metric,
        "mean": float(np.mean(of_items)) if of_items else None,
        "mean_ci": _pair(mean_interval(of_items, draws, seed)),
        "kendall_w": w.w.value,
        "kendall_w_uncorrected": w.uncorrected.value,
        "kendall_chi2": w.chi_squared,
        "kendall_df": w.freedom,
        "kendall_p": w.p,
        "kendall_items": w.items,
        "kendall_dropped": w.dropped,
        "krippendorff_alpha": agreed.value,
        "alpha_ci": _pair((interval.low, interval.high)),
        "alpha_ci_method": "bootstrap over items",
        "alpha_ci_degenerate": interval.degenerate,
        "alpha_ci_pairs": _pair((pairs.low, pairs.high)),
        "alpha_items": int(((~np.isnan(scores)).sum(axis=0) >= 2).sum()),
        "outliers": [
            {"item": table.items[found.item], "rater": table.raters[found.rater], "z": found.z}
            for found in outliers(scores)
        ],
        "raters": [{**asdict(habit), "rater": table.raters[habit.rater]} for habit in habits(scores)],
        "reasons": {name: reason for name, reason in reasons.items() if reason},
    }


def _pair(interval: tuple[float | None, float | None] | None) -> list[float] | None:
    if interval is None or interval[0] is None or interval[1] is None:
        return None
    return [float(interval[0]), float(interval[1])]
