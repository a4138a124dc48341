"""Buildings: an open pavilion, thatched huts, far roofs."""

from __future__ import annotations

import numpy as np

from . import brush
from .canvas import Canvas
from .drawing import Draughtsman


def roof(pen: Draughtsman, left: float, right: float, eave: float, ridge: float, top: float) -> None:
    """A hipped roof with upturned eaves: `eave` its height, `ridge` half the ridge's length, `top` its height."""
    middle, half, rise = (left + right) / 2, (right - left) / 2, top - eave

    def hip(side: float, share: float = 1.0, lift: float = 0.16) -> list[tuple[float, float]]:
        """From the ridge down to the eave, hollow as a tiled roof hangs."""
        bend = (middle + side * share * (ridge + 0.42 * half), eave + 0.34 * rise)
        return [(middle + side * share * ridge, top), bend, (middle + side * share * half, eave + lift * rise)]

    dip = [(left * 0.7 + middle * 0.3, eave), (right * 0.7 + middle * 0.3, eave)]
    rim = [hip(-1)[-1], *dip, hip(1)[-1]]
    pen.body(np.vstack([brush.curve(np.array(line), 12) for line in (hip(-1), rim, hip(1)[::-1])]), 0.30)
    pen.lines([hip(np.sign(s), abs(s), 0.02 + 0.14 * s * s) for s in np.linspace(-0.9, 0.9, 12)], 0.55, 0.6)
    pen.lines([hip(-1), hip(1)], 1.25)
    pen.lines([rim], 1.2)
    pen.lines([[(middle - ridge - 0.015, top + 0.02), (middle, top), (middle + ridge + 0.015, top + 0.02)]], 1.8)


def pavilion(canvas: Canvas, x: float, y: float, size: float, tone: float = 1.0) -> None:
    """An open pavilion standing on (x, y), `size` pixels wide and nearly as high."""
    pen, palette = Draughtsman(canvas, x, y, size, tone), canvas.palette
    pen.body([(-0.46, 0.0), (0.46, 0.0), (0.42, 0.07), (-0.42, 0.07)], 0.12)
    pen.lines([[(-0.46, 0), (0, 0), (0.46, 0)], [(-0.42, 0.07), (0, 0.07), (0.42, 0.07)]])
    pen.body([(-0.34, 0.07), (0.34, 0.07), (0.34, 0.44), (-0.34, 0.44)], 0.10)
    for post in (-0.34, -0.13, 0.13, 0.34):
        pen.body(
            [(post - 0.016, 0.07), (post + 0.016, 0.07), (post + 0.016, 0.46), (post - 0.016, 0.46)],
            0.25,
            palette.accent,
            palette.accent_strength,
        )
        pen.lines(
            [
                [(post - 0.016, 0.07), (post - 0.016, 0.3), (post - 0.016, 0.46)],
                [(post + 0.016, 0.07), (post + 0.016, 0.3), (post + 0.016, 0.46)],
            ],
            0.6,
            0.8,
        )
    pen.lines([[(-0.34, h), (0, h), (0.34, h)] for h in (0.12, 0.19)], 0.7, 0.8)
    pen.lines([[(p, 0.07), (p, 0.13), (p, 0.19)] for p in np.linspace(-0.3, 0.3, 9)], 0.45, 0.7)
    roof(pen, -0.56, 0.56, 0.43, 0.10, 0.76)
    pen.lines([[(0, 0.76), (0, 0.80), (0, 0.85)]], 2.0)


def hut(canvas: Canvas, rng: np.random.Generator, x: float, y: float, size: float, tone: float = 1.0) -> None:
    """A thatched hut with an open window."""
    pen, palette = Draughtsman(canvas, x, y, size, tone), canvas.palette
    pen.body([(-0.38, 0), (0.38, 0), (0.36, 0.3), (-0.36, 0.3)], 0.06)
    pen.lines(
        [
            [(-0.38, 0), (-0.37, 0.15), (-0.36, 0.3)],
            [(0.38, 0), (0.37, 0.15), (0.36, 0.3)],
            [(-0.38, 0), (0, 0), (0.38, 0)],
        ]
    )
    pen.body([(0.02, 0.06), (0.24, 0.06), (0.24, 0.24), (0.02, 0.24)], 0.35)
    pen.lines(
        [
            [(0.02, 0.06), (0.02, 0.15), (0.02, 0.24)],
            [(0.13, 0.06), (0.13, 0.15), (0.13, 0.24)],
            [(0.24, 0.06), (0.24, 0.15), (0.24, 0.24)],
        ],
        0.7,
    )
    thatch = [(-0.5, 0.25), (-0.3, 0.52), (-0.2, 0.6), (0.22, 0.6), (0.33, 0.5), (0.5, 0.25)]
    pen.body(thatch, 0.16, palette.lit, palette.lit_strength)
    straws = []
    for s in rng.uniform(-1, 1, 46):
        top, drop = 0.6 - 0.05 * abs(s), rng.uniform(0.2, 0.95)
        straws.append(
            [
                (s * 0.24, top),
                (s * (0.24 + 0.14 * drop), top - 0.18 * drop),
                (s * (0.24 + 0.25 * drop), top - 0.33 * drop),
            ]
        )
    pen.lines(straws, 0.5, 0.6)
    pen.lines(
        [
            [(-0.5, 0.25), (-0.3, 0.5), (-0.2, 0.6)],
            [(0.5, 0.25), (0.33, 0.5), (0.22, 0.6)],
            [(-0.2, 0.6), (0, 0.615), (0.22, 0.6)],
            [(-0.5, 0.25), (0, 0.27), (0.5, 0.25)],
        ]
    )


def far_roofs(canvas: Canvas, rng: np.random.Generator, x: float, y: float, size: float, tone: float) -> None:
    """A temple seen from afar: two or three roofs, one above the other, walls lost in trees."""
    for i, (dx, dy, scale) in enumerate([(0.10, 0.55, 0.55), (-0.25, 0.28, 0.75), (0.30, 0.0, 1.0)]):
        if i == 0 and rng.random() < 0.4:
            continue
        pen = Draughtsman(canvas, x + dx * size, y - dy * size, size * scale, tone)
        pen.body(
            [(-0.32, 0), (0.32, 0), (0.32, 0.3), (-0.32, 0.3)],
            0.08,
            canvas.palette.accent,
            0.3 * canvas.palette.accent_strength,
        )
        roof(pen, -0.5, 0.5, 0.27, 0.22, 0.52)
