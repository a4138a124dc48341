"""Things that can be asked for by name, each painted into a place of the sheet."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import architecture, parts, trees, water
from .boat import boat
from .canvas import Canvas
from .cun import TEXTURES
from .drawing import Draughtsman
from .mountains import Fold, paint_fold
from .palette import PALETTES

Place = tuple[float, float, float, float]  # middle, foot, width, height; in pixels, or as shares of the sheet
Draw = Callable[[Canvas, np.random.Generator, float, float, float, float], None]


def bridge(canvas: Canvas, x: float, y: float, width: float) -> None:
    """A plank bridge on trestles with a rail, its feet in the water at y."""
    pen = Draughtsman(canvas, x, y, width, 0.95)
    deck = [(-0.5, 0.10), (-0.22, 0.155), (0.22, 0.155), (0.5, 0.10)]
    pen.body(
        [*deck, *((px, py - 0.03) for px, py in deck[::-1])], 0.28, canvas.palette.lit, canvas.palette.lit_strength
    )
    pen.lines([deck, [(px, py - 0.03) for px, py in deck], [(px, py + 0.07) for px, py in deck]])
    for post in np.linspace(-0.42, 0.42, 7):
        pen.lines([[(post, 0.12), (post, 0.16), (post, 0.22)]], 0.7)
    for trestle in (-0.24, 0.0, 0.24):
        pen.lines([[(trestle - 0.02, 0.13), (trestle - 0.03, 0.05), (trestle - 0.035, -0.02)]], 0.9)
        pen.lines([[(trestle + 0.02, 0.13), (trestle + 0.03, 0.05), (trestle + 0.035, -0.02)]], 0.9)


def _boat(canvas: Canvas, rng: np.random.Generator, x: float, y: float, w: float, h: float) -> None:
    length = min(0.92 * w, 2.0 * h)
    boat(canvas, rng, x, y - 0.25 * length, length)
    water.ripples(canvas, rng, (x - 0.5 * w, y - 0.22 * length, x + 0.5 * w, y), 12, 0.26)


def _mountains(canvas: Canvas, rng: np.random.Generator, x: float, y: float, w: float, h: float) -> None:
    parts.mountain(canvas, rng, (x, y), (0.42 * w, 0.86 * h), 16, _texture(canvas, rng), 0.56)
    parts.mist(canvas, rng, y, 0.06 * h, 0.9)


def _waterfall(canvas: Canvas, rng: np.random.Generator, x: float, y: float, w: float, h: float) -> None:
    _mountains(canvas, rng, x, y, w, h)
    parts.waterfall(canvas, rng, x + 0.04 * w, y - 0.70 * h, 0.58 * h)


def _rocks(canvas: Canvas, rng: np.random.Generator, x: float, y: float, w: float, h: float) -> None:
    for shift, share in ((-0.22, 0.75), (0.24, 0.6), (0.0, 0.45)):
        fold = Fold(x + shift * w, y, 0.30 * w, share * h, 0.62, 0.6, 0.0, parts.mineral(canvas, rng))
        paint_fold(canvas, rng, fold, _texture(canvas, rng))


def _stand(kind: str) -> Draw:
    """Trees of one kind, as many as the place is wide."""

    def draw(canvas: Canvas, rng: np.random.Generator, x: float, y: float, w: float, h: float) -> None:
        count = int(np.clip(round(1.6 * w / h), 1, 5))
        for i, at in enumerate((np.arange(count) + 0.5) / count - 0.5):
            tall = h * rng.uniform(0.78, 0.98)
            tree(canvas, rng, kind, (x + at * w, y - 0.02 * h * rng.random()), tall, 0.7 + 0.28 * (i + 1) / count)

    return draw


def tree(
    canvas: Canvas, rng: np.random.Generator, kind: str, root: tuple[float, float], height: float, tone: float
) -> None:
    """One tree, `height` pixels high: "pine", "leafy", "bare", "willow" or "bamboo"."""
    if kind == "pine":
        trees.pine(canvas, rng, *root, height, tone)
    elif kind == "bare":
        trees.bare(canvas, rng, *root, height * 0.85, tone)
    elif kind == "willow":
        trees.willow(canvas, rng, *root, height * 0.9, tone)
    elif kind == "bamboo":
        trees.bamboo(canvas, rng, *root, height * 0.9, tone)
    else:
        palette = canvas.palette
        coloured = palette.accent_strength > 0.5 and rng.random() < 0.55
        leaf = str(rng.choice(["dot", "flat", "claw"]))
        colour = canvas.leaves or (palette.accent if coloured else None)
        trees.leafy(canvas, rng, *root, height * 0.85, tone, leaf, colour)


def _geese(canvas: Canvas, rng: np.random.Generator, x: float, y: float, w: float, h: float) -> None:
    parts.geese(canvas, rng, x - 0.3 * w, y - 0.6 * h, int(rng.integers(5, 9)))


def _moon(canvas: Canvas, rng: np.random.Generator, x: float, y: float, w: float, h: float) -> None:
    parts.moon(canvas, rng, x, y - 0.5 * h, 0.22 * min(w, h))


def _river(canvas: Canvas, rng: np.random.Generator, x: float, y: float, w: float, h: float) -> None:
    water.ripples(canvas, rng, (x - 0.5 * w, y - h, x + 0.5 * w, y), 40, 0.3)


def _mist(canvas: Canvas, rng: np.random.Generator, x: float, y: float, w: float, h: float) -> None:
    """Mist is the bare ground."""


def _texture(canvas: Canvas, rng: np.random.Generator) -> str:
    return canvas.wishes.texture or str(rng.choice(list(TEXTURES)))


# what can be asked for: how it is painted, and where it stands when a scene has no place for it, in shares of the sheet
ELEMENTS: dict[str, tuple[Draw, Place]] = {
    "boat": (_boat, (0.42, 0.80, 0.20, 0.10)),
    "bridge": (lambda canvas, rng, x, y, w, h: bridge(canvas, x, y - 0.1 * h, min(w, 3 * h)), (0.45, 0.86, 0.30, 0.12)),
    "pavilion": (
        lambda canvas, rng, x, y, w, h: architecture.pavilion(canvas, x, y, min(0.86 * w, 1.1 * h)),
        (0.60, 0.86, 0.16, 0.16),
    ),
    "hut": (
        lambda canvas, rng, x, y, w, h: architecture.hut(canvas, rng, x, y, min(0.95 * w, 1.4 * h)),
        (0.60, 0.86, 0.16, 0.12),
    ),
    "temple": (
        lambda canvas, rng, x, y, w, h: parts.temple(canvas, rng, x, y - 0.1 * h, min(0.5 * w, 0.75 * h)),
        (0.62, 0.60, 0.16, 0.14),
    ),
    "waterfall": (_waterfall, (0.74, 0.66, 0.30, 0.40)),
    "mountains": (_mountains, (0.70, 0.66, 0.44, 0.46)),
    "rocks": (_rocks, (0.25, 0.95, 0.30, 0.16)),
    "pines": (_stand("pine"), (0.30, 0.92, 0.30, 0.40)),
    "trees": (_stand("leafy"), (0.30, 0.92, 0.30, 0.36)),
    "willows": (_stand("willow"), (0.30, 0.92, 0.30, 0.36)),
    "bamboo": (_stand("bamboo"), (0.24, 0.93, 0.22, 0.40)),
    "geese": (_geese, (0.42, 0.30, 0.24, 0.12)),
    "moon": (_moon, (0.36, 0.28, 0.16, 0.16)),
    "river": (_river, (0.40, 0.92, 0.60, 0.16)),
    "mist": (_mist, (0.50, 0.62, 1.00, 0.10)),
}


def paint_element(
    name: str, seed: int, size: tuple[int, int], place: Place, palette: str = "ink", season: str = ""
) -> np.ndarray:
    """Paint one thing on nothing: how much light (H, W, 3) float32 a sheet of `size` (width, height) lets through.

    place: middle, foot, width and height in pixels. Raises `ValueError` for a name that is not one of `ELEMENTS`.
    """
    from .wishes import Wishes

    if name not in ELEMENTS:
        raise ValueError(f"The painter draws no “{name}”; it draws {', '.join(ELEMENTS)}.")
    rng, wishes = np.random.default_rng(seed), Wishes(season=season)
    canvas = Canvas(size, wishes.palette(PALETTES[palette]), rng, wishes)
    ELEMENTS[name][0](canvas, rng, *place)
    return canvas.light
