"""Mountains: far ridges in wash alone, near massifs heaped up from folds with outline, texture strokes and moss."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from . import brush, cun
from .canvas import Box, Canvas
from .noise import line, plane, smoothstep
from .palette import Colour


@dataclass(frozen=True)
class Fold:
    """One swelling of a mountain: it stands on `base` around `x`; all lengths in pixels.

    `tone` 0..1 is how dark its ink is, `sharp` how pointed its top, `lean` -1..1 to which side it stands.
    """

    x: float
    base: float
    width: float
    height: float
    tone: float = 0.6
    sharp: float = 1.0
    lean: float = 0.0
    mineral: Colour | None = None


def far_ridge(canvas: Canvas, rng: np.random.Generator, crest: np.ndarray, depth: float, density: float) -> None:
    """A ridge with its edge along `crest` (width,), in pixels: a wash that sinks into mist over `depth`."""
    box = canvas.box(0, float(crest.min()) - 4, canvas.width, float(crest.max()) + depth * 2.6)
    if box.empty:
        return
    _, y = box.grid()
    below = y - crest[None, box.left : box.right]
    inside = np.clip(below + 0.5, 0, 1)
    cloud = plane(rng, box.shape, (60 * canvas.unit, 150 * canvas.unit), octaves=4)
    sink = np.exp(-np.maximum(below, 0) / depth * (1 + 0.25 * cloud))
    sink *= smoothstep(box.bottom, box.bottom - depth, y)  # nothing is left where the box ends
    canvas.cover(inside * smoothstep(0.05, 0.5, sink), box)
    edge = 0.22 * np.exp(-np.maximum(below, 0) / (2.2 * canvas.unit))
    folds = 1 + 0.22 * plane(rng, box.shape, (46 * canvas.unit, 22 * canvas.unit), octaves=4)
    canvas.wash(density * inside * (sink * folds + edge * 0.5), box, canvas.palette.distance, grain=0.07)


def crest_line(rng: np.random.Generator, canvas: Canvas, level: float, swing: float, bends: float) -> np.ndarray:
    """(width,) heights in pixels of a far ridge around `level`, `swing` high, both in pixels."""
    broad = line(rng, canvas.width, bends, octaves=2, gain=0.6)
    rough = line(rng, canvas.width, bends * 3.1, octaves=6, gain=0.52)
    peaks = np.abs(line(rng, canvas.width, bends * 1.7, octaves=4, gain=0.5))
    return (level - swing * (0.55 * broad + 0.13 * rough + 0.42 * peaks)).astype(np.float32)


def massif(canvas: Canvas, rng: np.random.Generator, peak: Fold, folds: int, texture: str) -> np.ndarray:
    """Heap up a mountain behind which everything is blank; returns its silhouette (H, W) float32 0..1."""
    silhouette = np.zeros((canvas.height, canvas.width), np.float32)
    for fold in [peak, *_heap(canvas, rng, peak, folds)]:
        paint_fold(canvas, rng, fold, texture, silhouette)
    return silhouette


def _heap(canvas: Canvas, rng: np.random.Generator, peak: Fold, count: int) -> list[Fold]:
    """Folds in front of `peak`, from its shoulders down to its foot, winding from side to side."""
    minerals = canvas.palette.minerals
    side, heaped = float(rng.choice([-1, 1])), []
    for i in range(count):
        down = ((i + 0.6) / count) ** 0.9
        reach = peak.width * (0.10 + 0.95 * down)
        side = -side if rng.random() < 0.72 else side
        x = peak.x - peak.lean * peak.width * 0.45 * (1 - down) + side * reach * rng.uniform(0.05, 0.95) ** 0.8
        scale = rng.uniform(0.7, 1.25)
        height = peak.height * (0.36 - 0.14 * down) * scale
        crown = peak.base - peak.height * (0.90 - 0.86 * down) * (1 - 0.30 * abs(x - peak.x) / peak.width)
        heaped.append(
            replace(
                peak,
                x=x,
                base=crown + height,
                width=peak.width * (0.26 + 0.20 * down) * scale,
                height=height,
                tone=float(np.clip(peak.tone * rng.uniform(0.75, 1.2), 0.1, 1)),
                sharp=peak.sharp * rng.uniform(0.7, 1.1),
                lean=float(np.clip(-side * 0.3 + rng.normal(0, 0.2), -0.7, 0.7)),
                mineral=minerals[int(rng.random() < 0.38)] if minerals else None,
            )
        )
    return sorted(heaped, key=lambda fold: fold.base)


def paint_fold(
    canvas: Canvas, rng: np.random.Generator, fold: Fold, texture: str, silhouette: np.ndarray | None = None
) -> None:
    """Paint one fold over what is there; where `silhouette` (H, W) says mountain, the hollow behind it darkens."""
    reach = fold.width * 1.25
    box = canvas.box(fold.x - reach, fold.base - fold.height * 1.65, fold.x + reach, fold.base)
    if box.empty or min(box.shape) < 6:
        return
    contour = _contour(rng, fold, box)
    depth = _depth(canvas, rng, fold, contour, box)
    inside = np.clip(depth + 0.5, 0, 1)
    down = np.clip(depth / fold.height, 0, 1)
    x, y = box.grid()
    across, level = (x - fold.x) / fold.width, (y - (fold.base - fold.height)) / fold.height
    foot = smoothstep(1.0, 0.45, level + 0.12 * _soft(rng, box, fold)) * smoothstep(1.0, 0.88, level)
    if silhouette is not None:
        behind = silhouette[box.slices]
        near = np.clip(1 + depth / (0.36 * fold.height), 0, 1)  # ends within the box: no seam
        hollow = near**2.4 * smoothstep(1.22, 0.9, np.abs(across)) * (1 - inside) * behind
        canvas.wash(0.52 * fold.tone * hollow, box, canvas.palette.shadow)
        np.maximum(behind, inside * (0.2 + 0.8 * foot), out=behind)
    canvas.cover(inside * smoothstep(0.0, 0.35, foot), box)
    _washes(canvas, rng, fold, box, inside * foot, down)
    _outline(canvas, rng, fold, box, depth, foot)
    ink = fold.tone * canvas.palette.ink_strength
    place, within = (fold.x, fold.width), (inside * foot, box)
    cun.texture(canvas, rng, cun.TEXTURES[texture], place, fold.height, contour, within, ink)


def _contour(rng: np.random.Generator, fold: Fold, box: Box) -> np.ndarray:
    """(w,) heights in sheet pixels of the fold's edge over the columns of `box`."""
    x = (np.arange(box.left, box.right, dtype=np.float32) - fold.x) / fold.width
    skewed = x + fold.lean * 0.45 * (1 - x**2)
    body = np.clip(1 - np.abs(skewed) ** (1.1 + 0.9 / fold.sharp), 0, None) ** (0.45 + 0.55 * fold.sharp)
    bumps = np.abs(line(rng, len(x), 5 * len(x) * 0.5 / fold.width, octaves=5, gain=0.52))
    rough = line(rng, len(x), 3 * len(x) * 0.5 / fold.width, octaves=6, gain=0.5)
    return fold.base - fold.height * body * (0.95 + 0.17 * np.tanh((0.12 * bumps * body + 0.075 * rough - 0.02) / 0.17))


def _depth(canvas: Canvas, rng: np.random.Generator, fold: Fold, contour: np.ndarray, box: Box) -> np.ndarray:
    """(h, w) pixels below the fold's edge, negative above it; the edge is bent so that it may overhang a little."""
    bend = plane(rng, box.shape, max(0.22 * fold.height, 8), octaves=3) * 0.030 * fold.width
    x = np.clip(np.arange(len(contour), dtype=np.float32)[None] + bend, 0, len(contour) - 1.001)
    left = x.astype(np.int32)
    part = x - left
    edge = contour[left] * (1 - part) + contour[np.minimum(left + 1, len(contour) - 1)] * part
    return box.grid()[1] - edge


def _soft(rng: np.random.Generator, box: Box, fold: Fold) -> np.ndarray:
    return plane(rng, box.shape, (0.3 * fold.height, 0.5 * fold.width), octaves=2)


def _washes(
    canvas: Canvas, rng: np.random.Generator, fold: Fold, box: Box, alpha: np.ndarray, down: np.ndarray
) -> None:
    """Light on one side, shadow on the other and in the folds; mineral or earth colour over it."""
    palette = canvas.palette
    x, _ = box.grid()
    across = np.clip((x - fold.x) / fold.width, -1, 1)
    veins = plane(rng, box.shape, (0.55 * fold.height, 0.13 * fold.width), octaves=4, gain=0.6)
    shade = 0.10 + 0.20 * smoothstep(-0.3, 0.9, across) + 0.13 * veins + 0.30 * np.exp(-down / 0.05) * 0.5
    if fold.mineral:
        tops = smoothstep(0.75, 0.0, down + 0.12 * veins)
        canvas.wash(alpha * palette.lit_strength * smoothstep(0.15, 0.8, down), box, palette.lit)
        settled = palette.mineral_strength * tops * (0.86 + 0.10 * canvas.grain[box.slices])
        canvas.cover(alpha * settled, box, fold.mineral)
    elif palette.lit_strength:
        warm = smoothstep(0.6, -0.6, across + 0.3 * veins)
        canvas.wash(alpha * palette.lit_strength * (0.25 + 0.75 * warm) * (0.4 + 0.6 * down), box, palette.lit)
    canvas.wash(alpha * fold.tone * palette.ink_strength * np.clip(shade, 0, 1), box, palette.shadow)


def _outline(
    canvas: Canvas, rng: np.random.Generator, fold: Fold, box: Box, depth: np.ndarray, foot: np.ndarray
) -> None:
    """The brush line along the edge: thick and thin, wet and dry, lost and found."""
    size = canvas.unit * (0.8 + 1.1 * min(1.0, fold.height / (200 * canvas.unit)))
    press = plane(rng, box.shape, 34 * canvas.unit, octaves=3)
    width = size * np.clip(1.0 + 0.55 * press, 0.25, 2.4)
    profile = np.exp(-(((depth - width * 0.5) / (0.62 * width)) ** 2))
    canvas.dry(0.95 * fold.tone * foot * profile * smoothstep(-1.6, 0.2, press), box, 0.24)


def moss(canvas: Canvas, rng: np.random.Generator, silhouette: np.ndarray, count: int, tone: float) -> None:
    """Dian: clusters of dark dots where the mountain's edge and its hollows are, like far bushes and moss."""
    dark = 1 - cv2.GaussianBlur(canvas.light[..., 1], (0, 0), 3 * canvas.unit)
    weight = (dark * (silhouette > 0.6)).astype(np.float64)
    weight *= np.clip(plane(rng, weight.shape, 70 * canvas.unit, octaves=2), 0, None)
    total = weight.sum()
    if total <= 0:
        return
    chosen = np.searchsorted(np.cumsum(weight.ravel()), rng.uniform(0, total, count))
    y, x = np.unravel_index(np.minimum(chosen, weight.size - 1), weight.shape)
    centres = np.stack([x, y], axis=1) + rng.normal(0, 2.5 * canvas.unit, (count, 2))
    sizes = canvas.unit * rng.uniform(1.8, 4.4, count)
    outlines = brush.dabs(centres, sizes, rng.normal(0, 0.35, count), ratio=1.5)
    mask = np.zeros((canvas.height, canvas.width), np.uint8)
    brush.fill(mask, outlines, rng.uniform(0.45, 1.0, count), canvas.whole())
    canvas.wash(mask.astype(np.float32) / 255 * tone, canvas.whole())
