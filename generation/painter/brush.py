"""Strokes: ribbons of varying width along a path, drawn many at a time."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from .canvas import Box, Canvas
from .palette import INK, Colour

SHIFT = 4


def ribbons(paths: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """Outlines (N, 2P, 2) of strokes along `paths` (N, P, 2) with `widths` (N, P), all in pixels."""
    along = np.gradient(paths, axis=1)
    along /= np.linalg.norm(along, axis=2, keepdims=True) + 1e-6
    across = np.stack([-along[..., 1], along[..., 0]], axis=2) * (widths[..., None] / 2)
    return np.concatenate([paths + across, (paths - across)[:, ::-1]], axis=1)


def fill(mask: np.ndarray, outlines: Iterable[np.ndarray], tones: Iterable[float], box: Box) -> None:
    """Draw closed outlines (P, 2) in sheet pixels with tones 0..1 onto `mask` uint8, the part `box` of the sheet."""
    corner = np.array([box.left, box.top], np.float32)
    for outline, tone in zip(outlines, tones, strict=True):
        cv2.fillPoly(mask, [to_fixed(outline - corner)], float(tone) * 255.0, cv2.LINE_AA, SHIFT)


def to_fixed(points: np.ndarray) -> np.ndarray:
    """Pixel coordinates as the fixed-point integers that OpenCV draws with."""
    return np.rint(points * (1 << SHIFT)).astype(np.int32)


def strokes(
    canvas: Canvas,
    paths: np.ndarray,
    widths: np.ndarray,
    tones: np.ndarray,
    *,
    density: float = 1.0,
    dryness: float = 0.0,
    colour: Colour = INK,
    clip: tuple[np.ndarray, Box] | None = None,
) -> None:
    """Paint strokes `paths` (N, P, 2), `widths` (N, P), `tones` (N,) 0..1, the darkest last; `clip` bounds them."""
    if len(paths) == 0:
        return
    reach = float(widths.max()) + 2
    low, high = paths.min(axis=(0, 1)) - reach, paths.max(axis=(0, 1)) + reach
    box = clip[1] if clip else canvas.box(low[0], low[1], high[0], high[1])
    if box.empty:
        return
    mask = np.zeros(box.shape, np.uint8)
    corner = np.array([box.left, box.top])
    outlines = to_fixed(ribbons(paths, widths) - corner)
    spines, cores = to_fixed(paths - corner), np.maximum(1, np.floor(widths.mean(axis=1) * 0.75)).astype(int)
    for i in np.argsort(tones):
        tone = float(tones[i]) * 255.0
        cv2.fillPoly(mask, [outlines[i]], tone, cv2.LINE_AA, SHIFT)
        if cores[i] > 1:  # an outline that folds over itself in a bend leaves a hole, which the spine closes
            cv2.polylines(mask, [spines[i]], False, tone, int(cores[i]), cv2.LINE_AA, SHIFT)
    coat = mask.astype(np.float32) * (density / 255.0)
    if clip:
        coat *= clip[0]
    if dryness > 0:
        canvas.dry(coat, box, dryness, colour)
    else:
        canvas.wash(coat, box, colour)


def taper(points: int, start: float = 0.6, end: float = 0.0, belly: float = 0.35) -> np.ndarray:
    """(points,) relative widths of a brush stroke: `start`, swelling to 1 at `belly`, thinning to `end`."""
    t = np.linspace(0, 1, points, dtype=np.float32)
    rise = start + (1 - start) * np.sin(np.clip(t / belly, 0, 1) * np.pi / 2)
    fall = end + (1 - end) * np.cos(np.clip((t - belly) / (1 - belly), 0, 1) * np.pi / 2)
    return np.where(t < belly, rise, fall)


def curve(points: np.ndarray, count: int) -> np.ndarray:
    """A smooth path (count, 2) through `points` (P, 2), by Catmull and Rom's spline."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, len(points) - 1 - 1e-6, count)
    i = t.astype(int)
    f = (t - i)[:, None]
    a, b, c, d = (padded[i + k] for k in range(4))
    return 0.5 * (2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f**2 + (3 * b - a - 3 * c + d) * f**3)


def dabs(centres: np.ndarray, sizes: np.ndarray, angle: np.ndarray, ratio: float = 2.0, points: int = 7) -> np.ndarray:
    """Outlines (N, points, 2) of oval dots: `sizes` (N,) long axes, `angle` (N,) radians, `ratio` long to short."""
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    x, y = np.cos(turn)[None] * sizes[:, None] / 2, np.sin(turn)[None] * sizes[:, None] / (2 * ratio)
    c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
    return np.stack([x * c - y * s, x * s + y * c], axis=2) + centres[:, None]
