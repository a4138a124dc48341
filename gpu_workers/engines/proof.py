"""Measured, not believed: what a written candidate changed, and how well it joins its surroundings."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from gpu_workers import pictures
from gpu_workers.pictures import Picture, PictureInfo

from .contract import EngineError

BAND = 8  # pixels around a loss that count as its surroundings
STRIP = 256
_NO_LIMITS = pictures.Limits(1 << 62, 1 << 62, 1 << 62)


FILLED = "The candidate would have changed undamaged paint, so it was thrown away."
RECOLOURED = "The candidate would have changed more than the colours of the chosen area, so it was thrown away."


def prove(
    master: Path, candidate: Path, info: PictureInfo, open_to: np.ndarray, *, bands: int = 4, refusal: str = FILLED
) -> int:
    """Read both files again, strip by strip, and compare them; return how many pixels changed.

    open_to: (H, W) bool, upright: which pixels may differ, such as the damaged ones, and of these the first `bands`.
    Raises `EngineError` with the `refusal` when anything else differs, or with a sentence of its own when size, depth,
    profile, resolution or orientation does.
    """
    written = pictures.probe(candidate, _NO_LIMITS)
    _prove_header(info, written)
    mask = pictures.as_stored(open_to, info.orientation)
    changed = 0
    pairs = zip(pictures.strips(master, info, STRIP), pictures.strips(candidate, written, STRIP), strict=True)
    for (top, before), (_, after) in pairs:
        if before.shape[2] > after.shape[2]:
            after = _opaque(after)
        unequal = before != after
        different = unequal.any(axis=2)
        inside = mask[top : top + len(before)]
        if (different & ~inside).any() or unequal[..., bands:].any():
            raise EngineError(refusal)
        changed += int(np.count_nonzero(different))
    return changed


def _prove_header(master: PictureInfo, candidate: PictureInfo) -> None:
    same = ("width", "height", "bit_depth", "icc", "orientation")
    if any(getattr(master, name) != getattr(candidate, name) for name in same) or not _same_dpi(master, candidate):
        raise EngineError("The candidate would have lost its size, depth, profile, resolution or orientation.")


def _same_dpi(master: PictureInfo, candidate: PictureInfo) -> bool:
    if master.dpi is None or candidate.dpi is None or master.format == "webp":
        return master.dpi == candidate.dpi or master.format == "webp"
    return np.allclose(master.dpi, candidate.dpi, rtol=1e-3, atol=0.05)


def _opaque(rows: np.ndarray) -> np.ndarray:
    """Add the alpha that WebP leaves away when all of it is opaque."""
    return np.concatenate([rows, np.full_like(rows[..., :1], np.iinfo(rows.dtype).max)], axis=2)


def seam(picture: Picture, damaged: np.ndarray) -> float:
    """How steep the steps across the rims of the losses are, beside the steps in the paint around them.

    The mean absolute difference of brightness between neighbours of which one is damaged, divided by that between
    undamaged neighbours within `BAND` pixels of a loss (at least one level of 8 bits). 1 means that the rims do not
    show; 0 where no rim is inside the picture.
    """
    rim, rims, around, arounds = 0.0, 0, 0.0, 0
    for top in range(0, len(damaged), STRIP):
        low, high = max(0, top - BAND), min(len(damaged), top + STRIP + BAND + 1)
        if not damaged[low:high].any():
            continue
        hole, light = damaged[low:high], _light(picture.pixels[low:high], picture.info)
        near = cv2.dilate(hole.view(np.uint8), np.ones((2 * BAND + 1,) * 2, np.uint8)) > 0
        own = slice(top - low, min(top + STRIP, len(damaged)) - low)
        for axis in (0, 1):
            steps = np.abs(np.diff(light, axis=axis))[own]
            (hole1, hole2), (near1, near2) = _sides(hole, axis, own), _sides(near, axis, own)
            across, beside = hole1 ^ hole2, ~hole1 & ~hole2 & near1 & near2
            rim, rims = rim + float(steps[across].sum()), rims + int(across.sum())
            around, arounds = around + float(steps[beside].sum()), arounds + int(beside.sum())
    if not rims:
        return 0.0
    return round(rim / rims / max(around / max(arounds, 1), 1 / 255), 4)


def _light(pixels: np.ndarray, info: PictureInfo) -> np.ndarray:
    colours = pixels[..., : 3 if info.bands >= 3 else 1]
    return colours.mean(axis=2, dtype=np.float32) / np.iinfo(pixels.dtype).max


def _sides(mask: np.ndarray, axis: int, rows: slice) -> tuple[np.ndarray, np.ndarray]:
    """What a mask says on either side of each step along an axis."""
    first, second = (mask[:-1], mask[1:]) if axis == 0 else (mask[:, :-1], mask[:, 1:])
    return first[rows], second[rows]
