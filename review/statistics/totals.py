"""Weighted totals of a rubric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

import numpy as np

from .table import ScoreError


def weights_of(given: Mapping[str, str | float | Decimal]) -> dict[str, Decimal]:
    """Weights as exact decimals. Raises `ScoreError` unless each lies above 0 and together they are exactly 1."""
    try:
        weights = {name: Decimal(str(value)) for name, value in given.items()}
    except InvalidOperation:
        raise ScoreError("A weight is a decimal number such as 0.4.") from None
    if not weights or any(not weight.is_finite() or weight <= 0 for weight in weights.values()):
        raise ScoreError("Every weight lies above 0.")
    if (total := sum(weights.values())) != 1:
        raise ScoreError(f"The weights must add up to exactly 1; these add up to {total}.")
    return weights


def totals(dimensions: Mapping[str, np.ndarray], weights: Mapping[str, Decimal]) -> np.ndarray:
    """The weighted total (raters, items) of scores (raters, items) a dimension; NaN where one of them is missing.

    Rounded to 10 decimals, so that totals which are equal on paper are equal here.
    """
    if dimensions.keys() != weights.keys():
        raise ScoreError("Every dimension needs a weight, and every weight a dimension.")
    whole: np.ndarray = sum((float(weights[name]) * scores for name, scores in dimensions.items()), np.float64(0))
    return np.round(whole, 10)


def mean_interval(
    values: Sequence[float] | np.ndarray, draws: int = 10_000, seed: int = 0
) -> tuple[float, float] | None:
    """A 95 % interval of a mean by drawing the values with replacement; None for fewer than two."""
    kept = np.asarray(values, float)
    kept = kept[~np.isnan(kept)]
    if len(kept) < 2:
        return None
    rng, piece, found = np.random.default_rng(seed), max(1, 2_000_000 // len(kept)), []
    for start in range(0, draws, piece):
        chosen = rng.integers(len(kept), size=(min(piece, draws - start), len(kept)))
        found.append(kept[chosen].mean(axis=1))
    low, high = np.percentile(np.concatenate(found), [2.5, 97.5])
    return float(low), float(high)
