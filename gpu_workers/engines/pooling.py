"""Averaging over blocks, strip by strip, so that a small copy of a large picture needs little memory."""

from __future__ import annotations

import numpy as np

_PIXELS = 1 << 20  # about how many pixels a strip holds


def pooled(values: np.ndarray, step: int) -> np.ndarray:
    """Means of (h, w) or (h, w, C) over blocks of `step` x `step` pixels, smaller ones at the right and at the foot."""
    if step == 1:
        return values.astype(np.float32)
    height, width = values.shape[:2]
    down, across = np.arange(0, height, step), np.arange(0, width, step)
    sums = np.add.reduceat(np.add.reduceat(values, down, axis=0, dtype=np.float32), across, axis=1)
    counts = np.diff(down, append=height)[:, None] * np.diff(across, append=width)[None, :]
    return sums / counts.reshape(counts.shape + (1,) * (values.ndim - 2)).astype(np.float32)


def strip_height(width: int, step: int) -> int:
    """How many rows a strip of about a million pixels has: a multiple of `step`."""
    return max(1, _PIXELS // (width * step)) * step
