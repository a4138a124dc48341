"""Did blindness hold? What the raters took for authentic, against what was."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .estimate import Estimate
from .functions import NORMAL

GUESSES = ("authentic", "generated", "unsure")
_Z = NORMAL.inv_cdf(0.975)


@dataclass(frozen=True)
class BlindingIndex:
    """Bang's index of one kind of items: 1 = all seen through, 0 = as by chance, -1 = all taken for the other kind."""

    index: Estimate
    low: float | None
    high: float | None
    answers: int


@dataclass(frozen=True)
class Discrimination:
    """d′ and the area under the ROC curve of authentic against generated, each with a 95 % interval."""

    d_prime: Estimate
    d_prime_interval: tuple[float, float] | None
    area: Estimate
    area_interval: tuple[float, float] | None


def bang(right: int, wrong: int, unsure: int) -> BlindingIndex:
    """Bang, Ni & Davis (2004), eq. 5 and 6: (2 r / (r + w) - 1) (r + w) / n = (r - w) / n, with its normal interval."""
    answers = right + wrong + unsure
    if not answers:
        return BlindingIndex(Estimate.none("Nobody has answered."), None, None, 0)
    p, q = right / answers, wrong / answers
    half = _Z * math.sqrt(max(p + q - (p - q) ** 2, 0.0) / answers)
    return BlindingIndex(Estimate(p - q), max(p - q - half, -1.0), min(p - q + half, 1.0), answers)


def discrimination(authentic: np.ndarray, generated: np.ndarray) -> Discrimination:
    """How well answers tell the two kinds apart.

    Args:
        authentic: answers (n,) to authentic items, 1 = taken for authentic, 0 = for generated, 0.5 = unsure.
        generated: the same (m,) for generated items.

    d′ = z(hits) - z(false alarms) with the log-linear correction (Hautus 1995), so that rates of 0 and 1 stay finite;
    its interval after Gourevitch & Galanter (1967). The area is the Mann-Whitney statistic, its interval that of
    Hanley & McNeil (1982).
    """
    n, m = len(authentic), len(generated)
    if not n or not m:
        none = Estimate.none("Both authentic and generated items need answers.")
        return Discrimination(none, None, none, None)
    hits, alarms = (authentic.sum() + 0.5) / (n + 1), (generated.sum() + 0.5) / (m + 1)
    one, other = NORMAL.inv_cdf(float(hits)), NORMAL.inv_cdf(float(alarms))
    variance = hits * (1 - hits) / (n * NORMAL.pdf(one) ** 2) + alarms * (1 - alarms) / (m * NORMAL.pdf(other) ** 2)
    d_prime, half = one - other, _Z * math.sqrt(float(variance))
    greater = authentic[:, None] > generated[None]
    area = float((greater + 0.5 * (authentic[:, None] == generated[None])).mean())
    return Discrimination(
        Estimate(d_prime), (d_prime - half, d_prime + half), Estimate(area), _area_interval(area, n, m)
    )


def _area_interval(area: float, n: int, m: int) -> tuple[float, float]:
    first, second = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (n - 1) * (first - area**2) + (m - 1) * (second - area**2)
    half = _Z * math.sqrt(max(spread, 0.0) / (n * m))
    return max(area - half, 0.0), min(area + half, 1.0)
