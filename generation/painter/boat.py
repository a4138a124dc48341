"""A small boat with a mat roof, its boatman and his pole."""

from __future__ import annotations

import numpy as np

from . import brush
from .canvas import Canvas
from .drawing import Draughtsman

SHEER = [(-0.52, 0.085), (-0.20, 0.035), (0.20, 0.035), (0.55, 0.12)]
KEEL = [(0.55, 0.12), (0.30, -0.035), (-0.25, -0.04), (-0.52, 0.085)]
ROOF = [(-0.20, 0.05), (-0.17, 0.155), (0.0, 0.19), (0.14, 0.155), (0.17, 0.05)]
MAN = [(-0.40, 0.075), (-0.415, 0.20), (-0.36, 0.255), (-0.325, 0.20), (-0.31, 0.075)]
HAT = [(-0.43, 0.285), (-0.365, 0.345), (-0.30, 0.285)]
POLE = [(-0.22, 0.42), (-0.33, 0.17), (-0.42, 0.0), (-0.47, -0.11)]


def boat(canvas: Canvas, rng: np.random.Generator, x: float, y: float, length: float, tone: float = 1.0) -> None:
    """Paint a boat with its waterline at (x, y), `length` in pixels."""
    pen = Draughtsman(canvas, x, y, length, tone, face=float(rng.choice([-1, 1])))
    pen.body(np.vstack([brush.curve(np.array(SHEER), 14), brush.curve(np.array(KEEL), 14)]), 0.62)
    pen.body(brush.curve(np.array(ROOF), 16), 0.26)
    pen.lines([SHEER, KEEL], 1.1)
    pen.lines([ROOF], 1.1)
    ribs = [
        [(a, 0.05), (a + 0.02, 0.16 - abs(a) * 0.25), (a + 0.015, 0.185 - abs(a) * 0.3)]
        for a in (-0.12, -0.04, 0.05, 0.11)
    ]
    pen.lines(ribs, 0.9, 0.55)
    pen.body(MAN, 0.35)
    pen.body(HAT, 0.8)
    pen.lines([MAN], 0.9, 0.8)
    pen.lines([POLE], 0.9, 0.9)
    for middle, down, wide in ((0.0, -0.07, 0.8), (0.1, -0.12, 0.55), (-0.12, -0.16, 0.4)):
        half = 0.45 * wide
        pen.lines(
            [
                [
                    (middle - half, down),
                    (middle - 0.1, down - 0.012),
                    (middle + 0.1, down + 0.008),
                    (middle + half, down),
                ]
            ],
            0.7,
            0.42,
        )
