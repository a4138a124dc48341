"""The red seal and the brushed inscription, both in invented characters: no font is needed and nothing is quoted."""

from __future__ import annotations

import cv2
import numpy as np

from . import brush
from .canvas import Canvas
from .noise import plane, smoothstep
from .palette import CINNABAR


def seal(canvas: Canvas, rng: np.random.Generator, x: float, y: float, size: float) -> None:
    """A square seal, `size` pixels wide, its corner at (x, y): four seal-script-like characters, worn by use."""
    box = canvas.box(x, y, x + size, y + size)
    if box.empty or min(box.shape) < 6:
        return
    scale = 8
    cells = _carve(rng, int(rng.choice([1, 2, 2])))
    art = np.kron(cells, np.ones((scale, scale), np.uint8)) * 255
    art = cv2.resize(art, (box.shape[1], box.shape[0]), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    art = smoothstep(0.25, 0.75, cv2.GaussianBlur(art, (0, 0), max(0.012 * size, 0.4)))
    worn = smoothstep(-1.9, -0.6, plane(rng, box.shape, 0.2 * size, octaves=4) + 0.25 * canvas.grain[box.slices])
    canvas.cover(0.90 * art * worn, box, CINNABAR)


def _carve(rng: np.random.Generator, across: int) -> np.ndarray:
    """The seal's face as a small grid of 0 and 1: `across` x `across` characters within a frame."""
    each, gap = 9, 1
    side = across * each + (across + 1) * gap + 2
    face = np.zeros((side, side), np.uint8)
    for row in range(across):
        for column in range(across):
            top, left = 1 + gap + row * (each + gap), 1 + gap + column * (each + gap)
            face[top : top + each, left : left + each] = _glyph(rng, each)
    if rng.random() < 0.65:
        face = 1 - face
        face[[0, -1]] = face[:, [0, -1]] = 1
    else:
        face[[0, -1]] = face[:, [0, -1]] = 1
    return face


def _glyph(rng: np.random.Generator, side: int) -> np.ndarray:
    """Even bars and turns, nearly mirrored, as seal script is."""
    glyph = np.zeros((side, side), np.uint8)
    for row in range(0, side, 2):
        kind = rng.integers(0, 4)
        if kind <= 1:
            glyph[row] = 1
        elif kind == 2:
            glyph[row, 2:-2] = 1
        if row + 1 < side:
            columns = {0: [0, side - 1], 1: [side // 2], 2: [0, side // 2, side - 1], 3: [2, side - 3]}[
                int(rng.integers(0, 4))
            ]
            glyph[row + 1, columns] = 1
    if not glyph[0].any():
        glyph[0, side // 2] = 1
    return glyph


def inscription(canvas: Canvas, rng: np.random.Generator, x: float, y: float, size: float, columns: list[int]) -> None:
    """Columns of brushed characters from the right to the left, the first at (x, y); `size` is a character's height."""
    for i, count in enumerate(columns):
        for j in range(count):
            centre = np.array([x - i * size * 1.35, y + j * size * 1.16]) + rng.normal(0, 0.03, 2) * size
            _character(canvas, rng, centre, size * rng.uniform(0.85, 1.0))


STROKES = {
    "level": [(-0.4, 0.04), (-0.1, 0.0), (0.1, 0.0), (0.42, -0.03)],
    "upright": [(0.0, -0.46), (0.01, -0.2), (0.0, 0.15), (0.0, 0.46)],
    "left": [(0.06, -0.42), (0.02, -0.1), (-0.14, 0.2), (-0.42, 0.42)],
    "right": [(-0.06, -0.2), (0.08, 0.05), (0.24, 0.28), (0.46, 0.38)],
    "dot": [(-0.05, -0.07), (0.0, 0.0), (0.04, 0.05), (0.07, 0.1)],
    "turn": [(-0.34, -0.3), (0.25, -0.33), (0.3, -0.2), (0.24, 0.38)],
    "hook": [(0.0, -0.44), (0.0, 0.1), (-0.01, 0.4), (-0.16, 0.3)],
}


def _character(canvas: Canvas, rng: np.random.Generator, centre: np.ndarray, size: float) -> None:
    """Four to nine strokes in one or two halves."""
    halves = [((0, 0), (1, 1))] if rng.random() < 0.3 else _split(rng)
    paths, widths = [], []
    for offset, scale in halves:
        names = rng.choice(list(STROKES), size=int(rng.integers(2, 6)), p=[0.3, 0.16, 0.14, 0.1, 0.14, 0.1, 0.06])
        for i, name in enumerate(names):
            points = np.array(STROKES[str(name)]) + rng.normal(0, 0.03, (4, 2))
            if name == "level":
                points = points * [rng.uniform(0.5, 1.0), 1] + [0, -0.36 + 0.72 * (i + 0.5) / len(names)]
            elif name == "dot":
                points = points + rng.uniform(-0.3, 0.3, 2)
            points = (points * scale + offset) * size * 0.92 + [0, 0] + centre
            paths.append(brush.curve(points, 10))
            heavy = rng.uniform(0.75, 1.25) * size * 0.062
            widths.append(heavy * brush.taper(10, 0.8, 0.25 if name in ("left", "dot", "hook") else 0.7, 0.3))
    brush.strokes(
        canvas,
        np.stack(paths),
        np.maximum(np.stack(widths), 0.7),
        rng.uniform(0.8, 1, len(paths)),
        density=1.25,
        dryness=0.05,
    )


def _split(rng: np.random.Generator) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    if rng.random() < 0.55:
        return [((-0.24, 0), (0.5, 0.9)), ((0.2, 0), (0.62, 1.0))]
    return [((0, -0.24), (0.9, 0.5)), ((0, 0.24), (1.0, 0.52))]


def sign(canvas: Canvas, rng: np.random.Generator) -> None:
    """Two columns of writing and the painter's seal, in the blankest place along the upper edge."""
    size = 13 * canvas.unit
    columns = [int(rng.integers(5, 9)), int(rng.integers(3, 7))]
    top, wide, high = 0.085 * canvas.height, 3.2 * size, (columns[0] + 1) * size * 1.16
    places = np.array([0.935, 0.095, *(rng.uniform(0.15, 0.9, 4) if canvas.width > 2 * canvas.height else [])])
    ink = []
    for x in places * canvas.width:
        box = canvas.box(x - wide, top - size, x + size, top + high)
        ink.append(1.0 if box.empty else float((1 - canvas.light[box.slices]).mean()))
    x = float(places[int(np.argmin(np.round(ink, 2)))]) * canvas.width
    inscription(canvas, rng, x, top, size, columns)
    seal(canvas, rng, x - 2.2 * size, top + (columns[1] + 0.1) * size * 1.16, 1.7 * size)
