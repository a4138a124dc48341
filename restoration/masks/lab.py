"""Colour difference as the eye sees it, in strips so that a large picture needs little memory."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from .labels import MaskError

STRIP = 1024


def colour_bands(picture: np.ndarray) -> np.ndarray:
    """(H, W) or (H, W, C) uint8 | uint16 as (H, W, 3): gray repeated, opacity dropped; or `MaskError`."""
    if picture.dtype not in (np.uint8, np.uint16) or picture.ndim not in (2, 3):
        raise MaskError("A picture must have 8 or 16 bits a channel.")
    bands = picture[..., None] if picture.ndim == 2 else picture
    if bands.shape[2] not in (1, 2, 3, 4):
        raise MaskError(f"A picture has 1 to 4 channels, this one has {bands.shape[2]}.")
    return np.broadcast_to(bands[..., :1], (*bands.shape[:2], 3)) if bands.shape[2] < 3 else bands[..., :3]


def unit_range(rgb: np.ndarray) -> np.ndarray:
    """(h, w, 3) uint8 | uint16 | float32 as float32 in 0..1."""
    scale = {"uint8": 1 / 255, "uint16": 1 / 65535}.get(rgb.dtype.name, 1.0)
    return np.multiply(rgb, np.float32(scale), dtype=np.float32)


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """(h, w, 3) sRGB, uint8 | uint16 | float32 in 0..1, as CIELAB float32: L* 0..100, a* and b* about -100..100."""
    return cv2.cvtColor(unit_range(rgb), cv2.COLOR_RGB2LAB)


def strips(height: int, rows: int = STRIP) -> Iterator[slice]:
    """Consecutive row ranges of at most `rows` that cover `height`."""
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))


def shrink(rgb: np.ndarray, longest: int) -> np.ndarray:
    """`rgb` averaged down so that its longer side is at most `longest` pixels; itself where it is small enough."""
    factor = longest / max(rgb.shape[:2])
    if factor >= 1:
        return np.ascontiguousarray(rgb)
    size = (max(1, round(rgb.shape[1] * factor)), max(1, round(rgb.shape[0] * factor)))
    return cv2.resize(np.ascontiguousarray(rgb), size, interpolation=cv2.INTER_AREA)
