"""Cun, the texture strokes that model a mountain's folds: hemp fibre, axe cut, raindrop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import brush
from .canvas import Box, Canvas

POINTS = 7


@dataclass(frozen=True)
class Cun:
    """One manner of texturing.

    length: shortest and longest stroke, in shares of the fold's height. slant: how far strokes fan out to the sides.
    weight: thickness in units of the sheet. dryness: of the brush. crowd: how many more strokes than usual. shape: the
    relative thickness (POINTS,) along a stroke. sharp: how pointed the mountains are that it suits, lowest and highest.
    """

    length: tuple[float, float]
    slant: float
    weight: float
    dryness: float
    crowd: float
    shape: np.ndarray
    sharp: tuple[float, float]


TEXTURES: dict[str, Cun] = {
    "hemp": Cun((0.16, 0.50), 0.75, 1.15, 0.16, 0.8, brush.taper(POINTS, 0.35, 0.10), (0.70, 1.05)),
    "axe": Cun((0.06, 0.20), 0.95, 3.40, 0.42, 0.8, np.linspace(1.0, 0.12, POINTS), (1.00, 1.45)),
    "rain": Cun((0.03, 0.08), 0.25, 1.90, 0.12, 1.5, brush.taper(POINTS, 0.30, 0.25, 0.5), (0.80, 1.20)),
}


def texture(
    canvas: Canvas,
    rng: np.random.Generator,
    cun: Cun,
    place: tuple[float, float],
    height: float,
    contour: np.ndarray,
    within: tuple[np.ndarray, Box],
    tone: float,
) -> None:
    """Lay strokes down a fold, denser on its dark side and under its edge.

    `place` is the fold's middle and half width, `contour` (w,) the height of its edge over the columns of the box in
    `within`, whose array (h, w) 0..1 bounds the strokes; lengths in pixels.
    """
    middle, reach = place
    count = int(np.clip(reach * height / (95 * canvas.unit**2), 14, 700) * cun.crowd)
    even = count // 3
    s = np.clip(np.concatenate([rng.normal(0.25, 0.42, count - even), rng.uniform(-1, 1, even)]), -1, 1)
    left = within[1].left
    column = np.clip(middle + s * reach - left, 0, len(contour) - 1).astype(int)
    start = rng.beta(0.8, 2.2, count)
    length = height * rng.uniform(*cun.length, count)[:, None]
    t = np.linspace(0, 1, POINTS)[None]
    waver = np.cumsum(np.cumsum(rng.normal(0, 0.011, (count, POINTS)), axis=1), axis=1)
    x = (left + column)[:, None] + length * (s[:, None] * cun.slant * t**1.3 + waver)
    y = (contour[column] + start * height)[:, None] + length * t
    widths = cun.weight * canvas.unit * rng.uniform(0.6, 1.4, count)[:, None] * cun.shape
    tones = np.clip(0.42 + 0.30 * s + rng.normal(0, 0.16, count), 0.08, 1) * (1 - 0.4 * start)
    paths, widths = np.stack([x, y], axis=2), np.minimum(widths, 0.06 * height + 0.5)
    brush.strokes(canvas, paths, widths, tones, density=1.05 * tone, dryness=cun.dryness, clip=within)
