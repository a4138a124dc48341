"""Fitting a fill into its surroundings: the tone at its rim, and the weights where two windows meet."""

from __future__ import annotations

import cv2
import numpy as np

from .windows import Box, Window

REACH = 12.0  # pixels over which a difference of tone at the rim fades out


def match_rim(window: np.ndarray, filled: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Move the fill's tone at the rim to that of the paint around it.

    window, filled: (h, w, 3) float32 in 0..1; mask: (h, w) bool. Where the engine renders the undamaged surroundings a
    little too light, it renders the rim of the loss too light as well; that difference, smoothed, is taken off the fill
    and fades within about `REACH` pixels. Engines that return the surroundings untouched are not changed.
    """
    known = ~mask
    error = np.where(known[..., None], window - filled, 0)
    if not error.any():
        return filled
    weight = cv2.GaussianBlur(known.astype(np.float32), (0, 0), REACH / 2)
    smooth = cv2.GaussianBlur(error, (0, 0), REACH / 2) / np.maximum(weight, 1e-4)[..., None]
    distance = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    fade = np.exp(-distance / REACH)[..., None]
    return np.clip(filled + smooth * fade, 0, 1).astype(np.float32)


def weights(window: Window, box: Box) -> np.ndarray:
    """(h, w) float32 over `box`: how much a window counts, 1 within its cell, 0 beyond, and a smooth step between.

    The step reaches equally far to both sides of the cell's edge, so that the weights of neighbours sum to 1. A window
    that is alone in its group has nobody to blend with, and counts fully everywhere.
    """
    if window.whole is None:
        return np.ones((box.height, box.width), np.float32)
    across = _step(np.arange(box.x0, box.x1) + 0.5, window.cell.x0, window.cell.x1, window.reach)
    down = _step(np.arange(box.y0, box.y1) + 0.5, window.cell.y0, window.cell.y1, window.reach)
    return (down[:, None] * across[None, :]).astype(np.float32)


def _step(position: np.ndarray, start: int, stop: int, reach: int) -> np.ndarray:
    inside = np.minimum(position - start, stop - position)
    linear = np.clip((inside / reach + 1) / 2, 0, 1)
    return linear * linear * (3 - 2 * linear)
