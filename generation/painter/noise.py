"""Seeded noise on lines and on planes, the ground of every shape and texture."""

from __future__ import annotations

import cv2
import numpy as np


def smoothstep(low: float, high: float, values: np.ndarray) -> np.ndarray:
    """0 below `low`, 1 above `high`, smooth between (high < low turns it round); any shape, same shape back."""
    t = np.clip((values - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def line(rng: np.random.Generator, count: int, bends: float, octaves: int = 5, gain: float = 0.5) -> np.ndarray:
    """(count,) float32 noise of about unit deviation with `bends` bends in its lowest octave."""
    total, weight, power = np.zeros(count, np.float32), 1.0, 0.0
    for _ in range(octaves):
        if bends > count / 2:
            break
        knots = rng.standard_normal((1, int(np.ceil(bends)) + 3)).astype(np.float32)
        total += weight * _stretch(knots, 1, count, bends)[0]
        power += weight**2
        bends, weight = bends * 2, weight * gain
    return total * (1.6 / max(power, 1e-6) ** 0.5)


def plane(
    rng: np.random.Generator,
    shape: tuple[int, int],
    cell: float | tuple[float, float],
    octaves: int = 4,
    gain: float = 0.5,
) -> np.ndarray:
    """(H, W) float32 noise of about unit deviation; `cell`, or (high, wide), is its largest grain in pixels."""
    high, wide = (cell, cell) if np.isscalar(cell) else cell
    total, weight, power = np.zeros(shape, np.float32), 1.0, 0.0
    for octave in range(octaves):
        if octave and min(high, wide) < 1.5:
            break
        rows, columns = shape[0] / max(high, 1.0), shape[1] / max(wide, 1.0)
        knots = rng.standard_normal((int(rows) + 4, int(columns) + 4)).astype(np.float32)
        total += weight * _stretch(knots, shape[0], shape[1], columns, rows)
        power += weight**2
        high, wide, weight = high / 2, wide / 2, weight * gain
    return total * (1.5 / max(power, 1e-6) ** 0.5)


def ridged(values: np.ndarray) -> np.ndarray:
    """Noise folded so that its zero crossings become sharp crests: 1 on a crest, falling to 0."""
    return np.clip(1.0 - np.abs(values), 0.0, 1.0)


def _stretch(knots: np.ndarray, height: int, width: int, columns: float, rows: float = 0.0) -> np.ndarray:
    """Cubic enlargement of `knots`, so that `columns` x `rows` of their cells fill (height, width)."""
    x = np.linspace(1.0, 1.0 + columns, width, dtype=np.float32)
    y = np.linspace(1.0, 1.0 + rows, height, dtype=np.float32) if height > 1 else np.zeros(1, np.float32)
    if height > 1:
        matrix = np.array([[columns / max(width - 1, 1), 0, 1], [0, rows / max(height - 1, 1), 1]], np.float32)
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(knots, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT)
    return cv2.remap(knots, x[None], np.zeros_like(x)[None] + y[0], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
