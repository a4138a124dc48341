"""A first proposal of what is damaged, by image analysis, for a curator to correct."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from .classifier import CLASSES, shipped
from .difference import drop_small
from .features import describe, overview
from .lab import colour_bands, shrink, to_lab
from .labels import DAMAGE_CLASSES, MaskError

LONGEST = 5000  # a larger picture is judged at this length of its longer side: its cracks are wide enough
OVERVIEW = 800
PRIOR = 4.0  # the judge was fitted to as many damaged as intact pixels; a picture has many more intact ones
TILE, MARGIN = 1024, 64
Progress = Callable[[float], None]
Window = tuple[slice, slice]


@dataclass(frozen=True)
class Proposal:
    """`labels` (H, W) uint8, codes of damage; `confidence` (H, W) uint8, 0..255 = how likely damage of any class is."""

    labels: np.ndarray
    confidence: np.ndarray


def propose_mask(picture: np.ndarray, *, least: float = 0.5, progress: Progress | None = None) -> np.ndarray:
    """The labels of `propose`, for a picture (H, W, C) uint8 | uint16; `MaskError` where nothing looks damaged."""
    labels = propose(picture, least=least, progress=progress).labels
    if not labels.any():
        raise MaskError("Nothing in the picture looks like damage; draw the mask by hand.")
    return labels


def propose(picture: np.ndarray, *, least: float = 0.5, progress: Progress | None = None) -> Proposal:
    """Propose losses, cracks and stains in a picture (H, W, C) uint8 | uint16, upright.

    Each pixel is judged by colour, contrast, grain and thin lines against its surroundings and the whole picture, tile
    by tile; the judgement is then settled along the picture's own edges. `least` 0..1 is how likely damage must be to
    be marked. `progress` is called with the share done, 0..1. Memory is the tile's, but for the picture at 5000 pixels
    and two 8-bit maps.
    """
    rgb = colour_bands(picture)
    whole = overview(to_lab(shrink(rgb, OVERVIEW)))
    drawn = shrink(rgb, LONGEST)
    labels = np.zeros(drawn.shape[:2], np.uint8)
    confidence = np.zeros(drawn.shape[:2], np.uint8)
    windows = list(tiled(drawn.shape[:2]))
    for i, (inner, outer) in enumerate(windows):
        lab = to_lab(drawn[outer])
        likely = _settle(shipped()(describe(lab, whole)), lab[..., 0])
        core = tuple(slice(i.start - o.start, i.stop - o.start) for i, o in zip(inner, outer, strict=True))
        labels[inner] = _decide(likely, least)[core]
        confidence[inner] = np.rint(np.clip(1 - likely[..., 0], 0, 1) * 255).astype(np.uint8)[core]
        if progress:
            progress((i + 1) / len(windows))
    labels = _tidy(labels)
    if drawn.shape != rgb.shape:
        labels = cv2.resize(labels, rgb.shape[1::-1], interpolation=cv2.INTER_NEAREST)
        confidence = cv2.resize(confidence, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return Proposal(labels, confidence)


def tiled(shape: tuple[int, int]) -> Iterator[tuple[Window, Window]]:
    """(inner, outer) windows: the inner ones cover `shape` once, the outer ones reach `MARGIN` pixels beyond."""
    height, width = shape
    for top in range(0, height, TILE):
        for left in range(0, width, TILE):
            bottom, right = min(top + TILE, height), min(left + TILE, width)
            rows = slice(max(top - MARGIN, 0), min(bottom + MARGIN, height))
            columns = slice(max(left - MARGIN, 0), min(right + MARGIN, width))
            yield (slice(top, bottom), slice(left, right)), (rows, columns)


def _settle(likely: np.ndarray, light: np.ndarray) -> np.ndarray:
    """Smooth the judgement (h, w, 4) without crossing edges of lightness; cracks, being thin, less than areas."""
    guide = np.ascontiguousarray(light) / 100
    likely = likely * np.array([PRIOR, 1, 1, 1], np.float32)
    likely /= likely.sum(axis=2, keepdims=True)
    reach = {"intact": 5, "loss": 5, "crack": 1, "stain": 7}
    return np.dstack([_guided(np.ascontiguousarray(likely[..., i]), guide, reach[c]) for i, c in enumerate(CLASSES)])


def _guided(values: np.ndarray, guide: np.ndarray, reach: int, softness: float = 4e-4) -> np.ndarray:
    """He, Sun and Tang, "Guided image filtering" (2013), for one channel: follows the edges of `guide`."""
    size = (2 * reach + 1, 2 * reach + 1)
    mean_guide, mean = cv2.blur(guide, size), cv2.blur(values, size)
    together = cv2.blur(guide * values, size) - mean_guide * mean
    slope = together / (cv2.blur(guide * guide, size) - mean_guide**2 + softness)
    offset = mean - slope * mean_guide
    return np.clip(cv2.blur(slope, size) * guide + cv2.blur(offset, size), 0, 1)


def _decide(likely: np.ndarray, least: float) -> np.ndarray:
    """Labels (h, w) uint8: the likeliest class of damage, where damage is likely at all."""
    best = 1 + likely[..., 1:].argmax(axis=2)
    codes = np.array([0, *(DAMAGE_CLASSES[name] for name in CLASSES[1:])], np.uint8)
    return np.where(likely[..., 1:].sum(axis=2) >= least, codes[best], np.uint8(0))


def _tidy(labels: np.ndarray) -> np.ndarray:
    """Without specks, pinholes closed, and a pixel wider, since the soft rim of damage is damaged too."""
    damaged = drop_small((labels > 0).astype(np.uint8), max(20, labels.size // 40_000))
    damaged = cv2.morphologyEx(damaged, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    return np.where(cv2.dilate(damaged, disc) > 0, cv2.dilate(labels * damaged, np.ones((5, 5), np.uint8)), 0)
