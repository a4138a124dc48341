"""Composition: which things stand where on the sheet, from the sky down to the near bank."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import parts
from .bank import near_bank
from .canvas import Canvas
from .cun import TEXTURES
from .elements import ELEMENTS
from .ground import GROUNDS, paint_ground
from .palette import PALETTES
from .seal import sign
from .wishes import Wishes

SMALLEST = 32
SNOW_SKY = 0.11  # density of the wash on sky and water where snow lies


def paint(
    seed: int, size: tuple[int, int] = (1024, 768), palette: str = "ink", ground: str = "paper", signed: bool = True,
    wishes: Wishes | None = None,
) -> np.ndarray:  # fmt: skip
    """Paint a landscape of `size` (width, height) in pixels; returns (H, W, 3) uint8 RGB, the same bytes for a seed.

    `palette` is one of `PALETTES`, `ground` one of `GROUNDS`. Wide sheets become hand scrolls, tall ones hanging
    scrolls. signed: with an inscription and a seal. wishes: what the scene shall hold. Raises `ValueError` for a name
    that is not known and for a sheet below 32 pixels a side.
    """
    if palette not in PALETTES:
        raise ValueError(f"There is no palette “{palette}”; choose among {', '.join(PALETTES)}.")
    if ground not in GROUNDS:
        raise ValueError(f"There is no ground “{ground}”; choose among {', '.join(GROUNDS)}.")
    if min(size) < SMALLEST:
        raise ValueError(f"A sheet must be at least {SMALLEST} pixels wide and high.")
    rng = np.random.default_rng(seed)
    wishes = wishes or Wishes()
    canvas = Canvas(size, wishes.palette(PALETTES[palette]), rng, wishes)
    if wishes.season == "winter":  # sky and water are washed, and what has snow on it stays bare
        canvas.wash(np.full((size[1], size[0]), SNOW_SKY, np.float32), canvas.whole(), canvas.palette.distance, 0.05)
    _layout(rng, *size, wishes.layout)(canvas, rng)
    _what_is_missing(canvas, rng)
    canvas.light = canvas.light**wishes.ink
    if rng.random() < 0.5 and not wishes.upright:
        canvas.light = np.ascontiguousarray(canvas.light[:, ::-1])
    if signed:
        sign(canvas, rng)
    sheet = canvas.light * paint_ground(rng, size, ground, canvas.unit)
    return np.rint(np.clip(sheet, 0, 1) * 255).astype(np.uint8)


def _layout(
    rng: np.random.Generator, width: int, height: int, wished: str = ""
) -> Callable[[Canvas, np.random.Generator], None]:
    if width <= 2 * height and wished:
        return {"level": level, "corner": corner, "hanging": hanging}[wished]
    if width > 2 * height:
        return scroll
    if height > 1.15 * width:
        return hanging
    return corner if rng.random() < 0.35 else level


def _texture(canvas: Canvas, rng: np.random.Generator) -> str:
    chosen = str(rng.choice(list(TEXTURES)))
    return canvas.wishes.texture or chosen


def _what_is_missing(canvas: Canvas, rng: np.random.Generator) -> None:
    """What is wished and no part of the layout has painted, where it usually stands; the farther first."""
    missing = [name for name in canvas.wishes.shows if name not in canvas.shown]
    for name in sorted(missing, key=lambda name: ELEMENTS[name][1][1]):
        draw, (middle, foot, wide, high) = ELEMENTS[name]
        x = float(np.clip(middle + rng.normal(0, 0.06), 0.15, 0.85)) * canvas.width
        draw(canvas, rng, x, foot * canvas.height, wide * canvas.height, high * canvas.height)


def level(canvas: Canvas, rng: np.random.Generator) -> None:
    """Level distance: hills on one side, wide water on the other, a near bank with trees."""
    w, h = canvas.width, canvas.height
    texture = _texture(canvas, rng)
    parts.ridges(canvas, rng, 0.36, 4, swing=0.075, toward=0.75)
    parts.geese(canvas, rng, rng.uniform(0.3, 0.42) * w, rng.uniform(0.16, 0.26) * h, int(rng.integers(4, 9)))
    x, base, tall = w * rng.uniform(0.66, 0.78), h * 0.70, h * rng.uniform(0.42, 0.54)
    beside = x + w * rng.uniform(0.12, 0.20)
    parts.mountain(canvas, rng, (beside, base - 0.02 * h), (0.17 * w, tall * 0.7), 14, texture, 0.36)
    parts.mist(canvas, rng, base - 0.08 * h, 0.10 * h, 0.8)
    parts.mountain(canvas, rng, (x, base), (w * rng.uniform(0.17, 0.23), tall), 24, texture, 0.56)
    if canvas.wants("waterfall", rng.random() < 0.5):
        parts.waterfall(canvas, rng, x + 0.05 * w, base - 0.5 * tall, 0.38 * tall)
    parts.temple(canvas, rng, x - 0.09 * w, base - 0.10 * h, 0.055 * w)
    parts.mist(canvas, rng, base, 0.07 * h, 0.95)
    parts.shores(canvas, rng, (0.60, 0.72), (0.05, 0.45), 4)
    parts.mountain(canvas, rng, (x + 0.13 * w, base + 0.10 * h), (0.16 * w, 0.20 * h), 9, texture, 0.58)
    parts.mist(canvas, rng, base + 0.11 * h, 0.05 * h, 0.9)
    bank, sailing = (0.25, (0.51, 0.60)) if rng.random() < 0.5 else (0.76, (0.18, 0.40))
    parts.open_water(canvas, rng, (0.68, 0.97), sailing)
    near_bank(canvas, rng, bank, texture, 0.38)


def corner(canvas: Canvas, rng: np.random.Generator) -> None:
    """One corner: near rocks, great trees and a pavilion below, a few far peaks, the rest left blank."""
    w, h = canvas.width, canvas.height
    if canvas.wants("moon", rng.random() < 0.6 and "geese" not in canvas.wishes.shows):
        parts.moon(canvas, rng, rng.uniform(0.38, 0.56) * w, rng.uniform(0.15, 0.24) * h, 0.032 * h)
    else:
        parts.geese(canvas, rng, rng.uniform(0.35, 0.5) * w, rng.uniform(0.16, 0.28) * h, int(rng.integers(5, 10)))
    parts.ridges(canvas, rng, 0.44, 3, swing=0.07, toward=0.25)
    parts.mountain(canvas, rng, (0.24 * w, 0.60 * h), (0.13 * w, 0.27 * h), 12, "hemp", 0.27)
    parts.mist(canvas, rng, 0.60 * h, 0.07 * h, 0.9)
    parts.shores(canvas, rng, (0.60, 0.70), (0.1, 0.5), 3)
    parts.open_water(canvas, rng, (0.66, 0.97), (0.20, 0.44))
    near_bank(canvas, rng, 0.76, canvas.wishes.texture or str(rng.choice(["axe", "hemp"])), 0.55)


def hanging(canvas: Canvas, rng: np.random.Generator) -> None:
    """High distance: a towering peak above mist, hills and water below, trees at the foot."""
    w, h = canvas.width, canvas.height
    texture = _texture(canvas, rng)
    parts.ridges(canvas, rng, 0.30, 3, swing=0.05, toward=0.5)
    x = w * rng.uniform(0.45, 0.62)
    parts.mountain(canvas, rng, (x + 0.26 * w, 0.56 * h), (0.20 * w, 0.26 * h), 12, texture, 0.36)
    parts.mist(canvas, rng, 0.55 * h, 0.06 * h, 0.9)
    parts.mountain(canvas, rng, (x, 0.62 * h), (0.34 * w, 0.47 * h), 34, texture, 0.56)
    parts.waterfall(canvas, rng, x + 0.10 * w, 0.40 * h, 0.17 * h)
    parts.mist(canvas, rng, 0.61 * h, 0.05 * h, 1.0)
    parts.mountain(canvas, rng, (x - 0.30 * w, 0.70 * h), (0.22 * w, 0.16 * h), 10, texture, 0.56)
    parts.temple(canvas, rng, x - 0.18 * w, 0.645 * h, 0.09 * w)
    parts.mist(canvas, rng, 0.71 * h, 0.04 * h, 0.9)
    parts.open_water(canvas, rng, (0.70, 0.95), (0.15, 0.35))
    near_bank(canvas, rng, float(rng.uniform(0.62, 0.74)), texture, 0.26)


def scroll(canvas: Canvas, rng: np.random.Generator) -> None:
    """A hand scroll: hills rise and sink along the way, water between them."""
    w, h = canvas.width, canvas.height
    texture = _texture(canvas, rng)
    parts.ridges(canvas, rng, 0.40, 3, swing=0.10, toward=0.6, bends=w / h)
    parts.geese(canvas, rng, rng.uniform(0.2, 0.7) * w, 0.16 * h, 7)
    hills = max(2, int(1.1 * w / h))
    for i in range(hills):
        x = w * (i + 0.5 + rng.uniform(-0.3, 0.3)) / hills
        tall = h * float(rng.choice([0.25, 0.42, 0.58]))
        parts.mountain(
            canvas, rng, (x, 0.74 * h), (max(tall * 0.75, 0.3 * h), tall), int(8 + 26 * tall / h), texture, 0.54
        )
        parts.mist(canvas, rng, 0.74 * h, 0.06 * h, 0.8)
        if rng.random() < 0.4:
            parts.temple(canvas, rng, x, 0.68 * h, 0.12 * h)
    parts.shores(canvas, rng, (0.68, 0.82), (0.05, 0.95), hills + 2)
    parts.open_water(canvas, rng, (0.74, 0.97), (1.3 * h / w, 1.6 * h / w))  # between the first two banks
    for x in np.arange(0.5 * h, w, 1.9 * h) / w + rng.uniform(-0.05, 0.05):
        near_bank(canvas, rng, float(x), texture, 0.42)
