"""Intraclass correlations of complete tables."""

from __future__ import annotations

import numpy as np

from .estimate import NO_VARIATION, Estimate

TOO_SMALL = "An intraclass correlation needs two items and two raters without missing scores."
KINDS = ("ICC(1,1)", "ICC(A,1)", "ICC(C,1)", "ICC(1,k)", "ICC(A,k)", "ICC(C,k)")


def icc(scores: np.ndarray) -> dict[str, Estimate]:
    """The six intraclass correlations of scores (items, raters) without gaps (Shrout & Fleiss 1979).

    Named after McGraw & Wong (1996): 1 one-way, A absolute agreement, C consistency; 1 of one rater, k of their mean.
    """
    n, k = scores.shape
    if n < 2 or k < 2 or np.isnan(scores).any():
        return dict.fromkeys(KINDS, Estimate.none(TOO_SMALL))
    mean = scores.mean()
    rows = k * ((scores.mean(axis=1) - mean) ** 2).sum() / (n - 1)
    columns = n * ((scores.mean(axis=0) - mean) ** 2).sum() / (k - 1)
    within = ((scores - scores.mean(axis=1, keepdims=True)) ** 2).sum() / (n * (k - 1))
    rest = scores - scores.mean(axis=1, keepdims=True) - scores.mean(axis=0, keepdims=True) + mean
    error = (rest**2).sum() / ((n - 1) * (k - 1))
    fractions = (
        (rows - within, rows + (k - 1) * within),
        (rows - error, rows + (k - 1) * error + k * (columns - error) / n),
        (rows - error, rows + (k - 1) * error),
        (rows - within, rows),
        (rows - error, rows + (columns - error) / n),
        (rows - error, rows),
    )
    return {
        kind: Estimate(float(above / below)) if below > 0 else Estimate.none(NO_VARIATION)
        for kind, (above, below) in zip(KINDS, fractions, strict=True)
    }
