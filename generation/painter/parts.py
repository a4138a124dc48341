"""The parts a landscape is put together from: ranges, mountains, mist, water, sky."""

from __future__ import annotations

import numpy as np

from . import architecture, brush, trees, water
from .boat import boat
from .canvas import Canvas
from .cun import TEXTURES
from .mountains import Fold, crest_line, far_ridge, massif, moss
from .noise import plane, smoothstep
from .palette import Colour


def ridges(
    canvas: Canvas, rng: np.random.Generator, top: float, count: int, swing: float, toward: float, bends: float = 1.4
) -> None:
    """Far ranges, each nearer one lower and darker; highest around `toward`, in shares of the sheet."""
    height = canvas.height
    x = np.linspace(0, 1, canvas.width)
    rise = np.exp(-(((x - toward) / 0.42) ** 2)) if canvas.width < 2 * height else np.ones_like(x)
    for i in range(count):
        swung = swing * height * rng.uniform(0.8, 1.2)
        crest = crest_line(rng, canvas, (top + 0.055 * i) * height, swung, bends + 0.5 * i)
        crest += ((1 - rise) * 0.13 * height).astype(np.float32)
        far_ridge(canvas, rng, crest, 0.085 * height, 0.12 + 0.07 * i)


def mountain(
    canvas: Canvas,
    rng: np.random.Generator,
    place: tuple[float, float],
    size: tuple[float, float],
    folds: int,
    texture: str,
    tone: float,
) -> None:
    """A mountain heaped up from `folds`, its foot at `place`, `size` (half its width, height), in pixels."""
    sharp, lean = float(rng.uniform(*TEXTURES[texture].sharp)), float(rng.uniform(-0.5, 0.5))
    peak = Fold(*place, *size, tone, sharp, lean, mineral(canvas, rng))
    canvas.shown |= {"mountains", "mist", "rocks"}
    silhouette = massif(canvas, rng, peak, folds, texture)
    moss(canvas, rng, silhouette, folds * 14, tone * 1.15)
    _summit_trees(canvas, rng, silhouette, size[1], tone)


def mineral(canvas: Canvas, rng: np.random.Generator) -> Colour | None:
    """One of the palette's minerals, the first more often; None where it has none."""
    minerals = canvas.palette.minerals
    return minerals[int(rng.random() < 0.35)] if minerals else None


def _summit_trees(canvas: Canvas, rng: np.random.Generator, silhouette: np.ndarray, height: float, tone: float) -> None:
    """Small trees along the skyline of a mountain."""
    solid = silhouette > 0.5
    columns = np.flatnonzero(solid.any(axis=0))
    if not len(columns):
        return
    count = int(rng.integers(8, 20))
    at = np.clip(rng.choice(columns) + rng.normal(0, 0.25, count) * len(columns), columns[0], columns[-1]).astype(int)
    at = at[np.isin(at, columns)]
    feet = np.stack([at, solid.argmax(axis=0)[at] + 0.012 * height], axis=1).astype(np.float64)
    trees.grove(canvas, rng, feet, 0.035 * height + 3 * canvas.unit, tone * 1.1)


def mist(canvas: Canvas, rng: np.random.Generator, y: float, thick: float, strength: float) -> None:
    """A bank of mist around height `y`, `thick` pixels, with torn edges."""
    box = canvas.box(0, y - 3 * thick, canvas.width, y + 3 * thick)
    if box.empty:
        return
    _, rows = box.grid()
    thick, strength = thick * canvas.wishes.mist**0.5, min(1.0, strength * canvas.wishes.mist)
    torn = plane(rng, box.shape, (0.9 * thick, 5 * thick), octaves=5, gain=0.55)
    down = (rows - y) / thick
    level = down + 0.55 * torn
    bank = smoothstep(-1.6, 0.1, level) * smoothstep(2.2, 0.6, level) * smoothstep(2.9, 2.0, np.abs(down))
    canvas.cover(strength * bank, box)


def waterfall(canvas: Canvas, rng: np.random.Generator, x: float, top: float, drop: float) -> None:
    """A fall of water, `drop` pixels high: bare ground between a few ink lines, lost in its own spray."""
    canvas.shown.add("waterfall")
    points, width = 14, 0.035 * drop + 2.5 * canvas.unit
    t = np.linspace(0, 1, points)
    bend = np.cumsum(np.cumsum(rng.normal(0, 0.004, points)))
    path = np.stack([x + bend * drop, top + t * drop], axis=1)
    spread = width * (0.45 + 0.8 * t**1.5)
    box = canvas.box(x - 0.4 * drop, top - width, x + 0.4 * drop, top + drop + width)
    if box.empty:
        return
    mask = np.zeros(box.shape, np.uint8)
    brush.fill(mask, brush.ribbons(path[None], spread[None]), [1.0], box)
    _, rows = box.grid()
    ends = smoothstep(top, top + 0.06 * drop, rows) * smoothstep(top + drop, top + 0.72 * drop, rows)
    water = mask.astype(np.float32) / 255 * ends
    canvas.cover(water * 0.94, box)
    count = 5
    paths = np.stack([path + np.stack([o * spread, 0 * t], axis=1) for o in rng.uniform(-0.42, 0.42, count)])
    widths = np.tile(0.8 * canvas.unit * brush.taper(points, 0.5, 0.1), (count, 1))
    brush.strokes(canvas, paths, widths, rng.uniform(0.2, 0.5, count), density=0.5, dryness=0.3, clip=(water, box))


def temple(canvas: Canvas, rng: np.random.Generator, x: float, y: float, size: float) -> None:
    """Far roofs among trees."""
    canvas.shown.add("temple")
    feet = np.stack([x + rng.normal(0, 1.0 * size, 22), y + rng.normal(0, 0.08 * size, 22)], axis=1)
    trees.grove(canvas, rng, feet[:10] - np.array([0, 0.2 * size]), 0.5 * size, 0.42)
    architecture.far_roofs(canvas, rng, x, y, size, 0.75)
    trees.grove(canvas, rng, feet[10:] + np.array([0, 0.12 * size]), 0.36 * size, 0.62)


def shores(
    canvas: Canvas, rng: np.random.Generator, rows: tuple[float, float], columns: tuple[float, float], count: int
) -> None:
    """Sandbars with small trees between `rows` and `columns` (shares of the sheet), nearer ones larger and darker."""
    for t in np.sort(rng.uniform(0, 1, count)):
        y = (rows[0] + (rows[1] - rows[0]) * t) * canvas.height
        wide = canvas.unit * 1024 * (0.09 + 0.13 * t) * rng.uniform(0.7, 1.4)
        back = water.shore(canvas, rng, rng.uniform(*columns) * canvas.width, y, wide, wide * 0.06, 0.22 + 0.38 * t)
        if len(back) and rng.random() < 0.8:
            along = rng.normal(rng.uniform(0.3, 0.7), 0.1, int(rng.integers(4, 12)))
            feet = back[np.clip((along * len(back)).astype(int), 0, len(back) - 1)]
            trees.grove(canvas, rng, feet + np.array([0, 2 * canvas.unit]), (9 + 17 * t) * canvas.unit, 0.25 + 0.35 * t)


def open_water(
    canvas: Canvas, rng: np.random.Generator, rows: tuple[float, float], sailing: tuple[float, float]
) -> None:
    """Ripples between two heights and a boat in the columns `sailing` (shares of the sheet)."""
    w, h = canvas.width, canvas.height
    top, bottom = rows
    for _ in range(4):
        x, y = rng.uniform(-0.1, 0.8) * w, rng.uniform(top, bottom - 0.05) * h
        water.ripples(canvas, rng, (x, y, x + 0.35 * w, y + 0.05 * h), 15, 0.26)
    canvas.shown |= {"boat", "river"}
    y = rng.uniform(top + 0.04, top + 0.12)
    boat(canvas, rng, rng.uniform(*sailing) * w, y * h, (0.045 + 0.13 * (y - top)) * 1024 * canvas.unit, 0.9)


def geese(canvas: Canvas, rng: np.random.Generator, x: float, y: float, count: int) -> None:
    """A skein of wild geese, far off: two strokes each."""
    canvas.shown.add("geese")
    u = canvas.unit
    i = np.arange(count)
    centres = np.stack(
        [x + i * 13 * u + rng.normal(0, 3 * u, count), y + i * 5 * u + rng.normal(0, 3 * u, count)], axis=1
    )
    wings = []
    for centre in centres:
        beat, span = rng.uniform(0.2, 0.75), 4.6 * u * rng.uniform(0.8, 1.2)
        for side in (-1, 1):
            wing = np.array([[0, 0], [0.5 * side, -beat], [1.0 * side, -0.45 * beat]]) * span
            wings.append(brush.curve(wing + centre, 6))
    widths = np.tile(u * np.array([1.5, 1.4, 1.2, 1.0, 0.7, 0.4]), (len(wings), 1))
    brush.strokes(canvas, np.stack(wings), widths, np.full(len(wings), 0.8), density=0.75)


def moon(canvas: Canvas, rng: np.random.Generator, x: float, y: float, radius: float) -> None:
    """A moon by what is around it: a faint halo of wash, the disc left bare."""
    canvas.shown.add("moon")
    reach = 6.5 * radius
    box = canvas.box(x - reach, y - reach, x + reach, y + reach)
    if box.empty:
        return
    columns, rows = box.grid()
    far = np.hypot(columns - x, rows - y)
    cloud = plane(rng, box.shape, (1.5 * radius, 4 * radius), octaves=4)
    halo = np.exp(-((far / (2.4 * radius)) ** 2)) * (0.13 + 0.035 * cloud) * smoothstep(reach, 0.5 * reach, far)
    canvas.wash(
        np.clip(halo, 0, None) * np.clip((far - radius) / (1.2 * canvas.unit) + 0.5, 0, 1),
        box,
        canvas.palette.distance,
        0.05,
    )
