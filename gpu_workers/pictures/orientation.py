"""The eight orientations of EXIF and TIFF, as views of an array: turning a picture costs no memory."""

from __future__ import annotations

import numpy as np


def upright(stored: np.ndarray, orientation: int) -> np.ndarray:
    """Turn rows as they lie in a file (H, W, ...) so that they stand upright. A view."""
    turned = stored.swapaxes(0, 1) if orientation >= 5 else stored
    if orientation in (2, 3, 6, 7):
        turned = turned[:, ::-1]
    if orientation in (3, 4, 7, 8):
        turned = turned[::-1]
    return turned


def as_stored(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Undo `upright`. A view."""
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels.swapaxes(0, 1) if orientation >= 5 else pixels
