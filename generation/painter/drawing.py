"""Drawing by points: polygons filled and lines inked, in the measure of the thing drawn."""

from __future__ import annotations

import numpy as np

from . import brush
from .canvas import Canvas
from .palette import INK, Colour


class Draughtsman:
    """Draws in the units of one thing: x to the right (left with `face` -1), y up from its foot, 1 = its size."""

    def __init__(self, canvas: Canvas, x: float, y: float, size: float, tone: float, face: float = 1.0) -> None:
        self.canvas, self.x, self.y, self.tone = canvas, x, y, tone
        self.scale = np.array([face * size, -size], np.float32)
        self.line = max(0.8 * canvas.unit, 0.0095 * size)

    def place(self, points: list[tuple[float, float]] | np.ndarray) -> np.ndarray:
        return np.asarray(points, np.float32) * self.scale + np.array([self.x, self.y], np.float32)

    def body(
        self, points: list[tuple[float, float]] | np.ndarray, ink: float, colour: Colour = INK, strength: float = 0.0
    ) -> None:
        """Blank a polygon, wash it with ink, and with a colour."""
        outline = self.place(points)
        low, high = outline.min(axis=0) - 2, outline.max(axis=0) + 2
        box = self.canvas.box(low[0], low[1], high[0], high[1])
        if box.empty:
            return
        mask = np.zeros(box.shape, np.uint8)
        brush.fill(mask, [outline], [1.0], box)
        part = mask.astype(np.float32) / 255
        self.canvas.cover(part, box)
        self.canvas.wash(part * ink * self.tone, box)
        if strength:
            self.canvas.wash(part * strength, box, colour)

    def lines(self, paths: list[list[tuple[float, float]]], weight: float = 1.0, ink: float = 1.0) -> None:
        """Ink lines through the points of each path."""
        drawn = np.stack([brush.curve(self.place(path), 10) for path in paths])
        brush.strokes(
            self.canvas,
            drawn,
            np.full(drawn.shape[:2], self.line * weight),
            np.full(len(paths), 0.95),
            density=ink * self.tone,
        )
