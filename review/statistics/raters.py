"""How each rater scores: severe or mild, with how much of the scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Habit:
    """severity: how far the rater's scores lie below those of the others on the same items, in points; negative = mild.

    straight: the longest run of equal scores in the order of the items, as a share of them; spread: sample standard
    deviation of the scores. None where there are too few scores.
    """

    rater: int
    scored: int
    severity: float | None
    spread: float | None
    straight: float | None


def habits(scores: np.ndarray) -> list[Habit]:
    """The habits of each rater of scores (raters, items), NaN = missing."""
    return [_habit(rater, scores) for rater in range(len(scores))]


def _habit(rater: int, scores: np.ndarray) -> Habit:
    own, others = scores[rater], np.delete(scores, rater, axis=0)
    here = ~np.isnan(own)
    shared = here & (~np.isnan(others)).any(axis=0)
    kept = own[here]
    severity = float((np.nanmean(others[:, shared], axis=0) - own[shared]).mean()) if shared.any() else None
    spread = float(kept.std(ddof=1)) if len(kept) > 1 else None
    return Habit(rater, len(kept), severity, spread, _straight(kept))


def _straight(kept: np.ndarray) -> float | None:
    if len(kept) < 2:
        return None
    changes = np.flatnonzero(np.diff(kept) != 0)
    runs = np.diff(np.concatenate([[-1], changes, [len(kept) - 1]]))
    return float(runs.max() / len(kept))
