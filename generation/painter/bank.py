"""The near bank: rocks, great trees, a pavilion or a hut, reeds at the water."""

from __future__ import annotations

import numpy as np

from . import architecture, brush, trees, water
from .canvas import Canvas
from .elements import tree as tree_of
from .mountains import Fold, paint_fold
from .parts import mineral
from .wishes import KINDS_OF_TREES


def near_bank(canvas: Canvas, rng: np.random.Generator, x: float, texture: str, tree: float) -> None:
    """Paint the near bank around `x` (share of the width) with trees up to `tree` (share of the height)."""
    w, h = canvas.width, canvas.height
    side = 1.0 if x > 0.5 else -1.0
    reach = min(0.42 * w, 0.60 * h)
    middle = x * w
    rock = "hemp" if texture == "rain" else texture
    for i in range(3):
        place = middle + side * reach * (0.55 - 0.5 * i) + rng.normal(0, 0.03) * w, h * (0.95 + 0.045 * i)
        _rock(canvas, rng, place, (reach * rng.uniform(0.45, 0.7), h * rng.uniform(0.10, 0.17)), 0.52, rock)
    _trees(canvas, rng, middle, side * reach, tree)
    _building(canvas, rng, middle - side * 0.52 * reach, h * rng.uniform(0.885, 0.905), (0.10 + 0.10 * tree) * h)
    for _ in range(7):
        place = middle + side * reach * rng.uniform(-0.85, 1.0), h * rng.uniform(1.03, 1.12)
        _rock(canvas, rng, place, (reach * rng.uniform(0.16, 0.38), h * rng.uniform(0.09, 0.15)), 0.74, "axe")
    feet = np.stack([middle + rng.uniform(-0.8, 0.9, 30) * reach, h * rng.uniform(0.93, 0.985, 30)], axis=1)
    water.reeds(canvas, rng, feet, 0.030 * h, 0.62)


def _rock(
    canvas: Canvas,
    rng: np.random.Generator,
    place: tuple[float, float],
    size: tuple[float, float],
    tone: float,
    texture: str,
) -> None:
    paint_fold(canvas, rng, Fold(*place, *size, tone, 0.55, 0.0, mineral(canvas, rng)), texture)


def _trees(canvas: Canvas, rng: np.random.Generator, middle: float, reach: float, tree: float) -> None:
    """Three or four trees of different kinds, the hindmost palest, tallest where the bank is deepest."""
    h = canvas.height
    kinds = [str(kind) for kind in rng.permutation(["pine", "pine", "leafy", "leafy", "bare"])]
    if wished := canvas.wishes.trees:
        kinds = [wished[i % len(wished)] for i in range(len(kinds))]
        canvas.shown |= KINDS_OF_TREES.keys()
    spots = np.array([0.72, 0.36, 0.02, -0.20])[: int(rng.integers(3, 5))]
    order = rng.permutation(len(spots))
    for rank, i in enumerate(order):
        tone = 0.62 + 0.36 * rank / max(len(spots) - 1, 1)
        height = tree * h * rng.uniform(0.68, 1.08) * (0.8 if i >= 2 else 1.0)
        x, y = middle + reach * (spots[i] + rng.normal(0, 0.04)), h * (0.885 + 0.045 * rank / len(spots))
        tree_of(canvas, rng, kinds[rank], (float(x), float(y)), height, tone)
        _tuft(canvas, rng, (float(x), float(y)), 0.10 * height, tone)


def _tuft(canvas: Canvas, rng: np.random.Generator, root: tuple[float, float], reach: float, tone: float) -> None:
    """Grass and moss that root a tree in its rock."""
    count = 26
    spots = np.array(root) + rng.normal(0, 1, (count, 2)) * [reach, 0.16 * reach]
    sizes = canvas.unit * rng.uniform(2.0, 5.0, count)
    trees.lay(
        canvas, brush.dabs(spots, sizes, rng.normal(0, 0.5, count), 1.5), rng.uniform(0.3, 0.9, count), 0.8 * tone
    )
    blades = spots[:12] + np.array([0, 1.5 * canvas.unit])
    water.reeds(canvas, rng, blades, 0.42 * reach + 3 * canvas.unit, 0.6 * tone)


def _building(canvas: Canvas, rng: np.random.Generator, x: float, y: float, size: float) -> None:
    _rock(canvas, rng, (x, y + 0.16 * canvas.height), (0.95 * size, 0.17 * canvas.height), 0.5, "hemp")
    chosen = rng.random() < 0.6
    if canvas.wants("pavilion", chosen and "hut" not in canvas.wishes.shows):
        architecture.pavilion(canvas, x, y, size, 0.9)
    else:
        canvas.wants("hut", True)
        architecture.hut(canvas, rng, x, y + 0.01 * canvas.height, size * 0.9, 0.9)
