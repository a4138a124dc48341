"""The few distributions that the tests of significance need."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

NORMAL = NormalDist()
_TERMS = 500


def chi_squared_tail(x: float, freedom: int) -> float:
    """P(X ≥ x) for χ² with so many degrees of freedom: the regularised upper incomplete gamma function.

    By its series below the mean and by Lentz's continued fraction above it (Numerical Recipes, §6.2).
    """
    if x <= 0:
        return 1.0
    a, z = freedom / 2, x / 2
    front = math.exp(-z + a * math.log(z) - math.lgamma(a))
    if z < a + 1:
        term = total = 1 / a
        for step in range(1, _TERMS):
            term *= z / (a + step)
            total += term
            if term < total * 1e-16:
                break
        return max(0.0, 1 - front * total)
    tiny = 1e-300
    b = z + 1 - a
    c, d = 1 / tiny, 1 / b
    value = d
    for step in range(1, _TERMS):
        factor = -step * (step - a)
        b += 2
        d = 1 / (factor * d + b or tiny)
        c = b + factor / c or tiny
        value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return front * value


def two_sided(z: float) -> float:
    """P(|Z| ≥ |z|) for a standard normal Z."""
    return math.erfc(abs(z) / math.sqrt(2))


def midranks(values: np.ndarray) -> np.ndarray:
    """Ranks (…, n) along the last axis, from 1; equal values share the mean of their ranks."""
    less = (values[..., None, :] < values[..., :, None]).sum(-1)
    equal = (values[..., None, :] == values[..., :, None]).sum(-1)
    return less + (equal + 1) / 2
