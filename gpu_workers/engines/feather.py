"""Fading new paint in: over some pixels inside the border of a loss, and never outside it."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from .contract import MAX_FEATHER, EngineError
from .fills import FULL, Fills

STRIP = 256


def check_feather(feather: int) -> None:
    """Refuse what no feather can be with an `EngineError`."""
    if not 0 <= feather <= MAX_FEATHER:
        raise EngineError(f"The feather must be from 0 to {MAX_FEATHER} pixels.")


def weights(damaged: np.ndarray, feather: int) -> Iterator[tuple[slice, np.ndarray]]:
    """How much the new paint counts: (rows, (h, W) float32) down the picture, 0 where nothing is damaged.

    damaged: (H, W) bool. A damaged pixel at Euclidean distance d from the nearest undamaged one counts by the smooth
    step 3t² − 2t³ of t = d / (feather + 1), and fully from there on. The edge of the picture is no border. Memory is
    that of a strip; each looks far enough beyond its own rows to be what it would be in the whole.
    """
    reach = feather + 1
    for top in range(0, len(damaged), STRIP):
        rows = slice(top, min(top + STRIP, len(damaged)))
        low = max(0, top - reach)
        around = damaged[low : rows.stop + reach].view(np.uint8)
        if around.all():
            yield rows, np.ones((rows.stop - rows.start, damaged.shape[1]), np.float32)
            continue
        distance = cv2.distanceTransform(around, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[top - low :][: rows.stop - top]
        linear = np.minimum(distance / np.float32(reach), 1)
        yield rows, linear * linear * (3 - 2 * linear)


def fade_in(fills: Fills, pixels: np.ndarray, feather: int) -> None:
    """Mix the master's own paint into the fills of all candidates near the border of the damage, in place.

    pixels: (H, W, C) of the master, before anything was pasted into it. What is transparent there has no paint to mix
    in. Where the new paint counts fully its values stay exactly what they were.
    """
    channels = fills.values.shape[2]
    full = np.iinfo(pixels.dtype).max
    for rows, weight in weights(fills.damaged, feather):
        faded = fills.damaged[rows] & (weight < 1)
        if not faded.any():
            continue
        ranks = fills.starts[rows.start] + np.flatnonzero(weight[fills.damaged[rows]] < 1)
        master = pixels[rows][faded].astype(np.float32)
        share = 1 - weight[faded]
        if master.shape[1] > channels:
            share *= master[:, channels] / full
        old = master[:, :channels] * np.float32(FULL / full)
        for values in fills.values:
            new = values[ranks].astype(np.float32)
            values[ranks] = np.rint(new + (old - new) * share[:, None]).astype(np.uint16)
