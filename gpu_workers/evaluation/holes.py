"""The three kinds of damage that Imagest is trained for and measured on.

*cracks* are thin lines over about 10 % of the area, *losses* irregular patches over 10 to 25 %, *block* is one square
of 96 pixels in a crop of 256. The same state of the random generator gives the same hole.
"""

from pathlib import Path

import cv2
import numpy as np

KINDS = ("cracks", "losses", "block")
BLOCK_SHARE = 96 / 256


def draw(kind: str, size: int, rng: np.random.Generator, overlays: list[Path] | None = None) -> np.ndarray:
    """A hole of one of ``KINDS`` in a square of ``size`` pixels: (size, size) bool, True = damaged.

    ``overlays`` are damage masks (255 = damaged) from which every third loss is taken, where any are given.
    """
    if kind == "cracks":
        return _cracks(size, rng)
    if kind == "losses":
        return _losses(size, rng, overlays or [])
    if kind == "block":
        return _block(size, rng)
    raise ValueError(f"There is no kind of hole called {kind!r}; the kinds are {', '.join(KINDS)}.")


def _block(size: int, rng: np.random.Generator) -> np.ndarray:
    side = round(size * BLOCK_SHARE)
    top, left = rng.integers(0, size - side + 1, 2)
    hole = np.zeros((size, size), bool)
    hole[top : top + side, left : left + side] = True
    return hole


def _cracks(size: int, rng: np.random.Generator) -> np.ndarray:
    target = rng.uniform(0.08, 0.12)
    canvas = np.zeros((size, size), np.uint8)
    for _ in range(400):
        if canvas.mean() >= target:
            break
        longer = canvas.copy()
        _walk(longer, rng.uniform(0, size, 2), rng.uniform(0, 2 * np.pi), rng.integers(1, 5), rng)
        if longer.mean() <= target + 0.03:  # a crack that branches too widely is left out
            canvas = longer
    return canvas.astype(bool)


def _walk(canvas: np.ndarray, start: np.ndarray, heading: float, width: int, rng: np.random.Generator) -> None:
    """One crack: a line that bends a little at every step and now and then branches."""
    size = canvas.shape[0]
    point = start
    for _ in range(rng.integers(6, 24)):
        heading += rng.normal(0, 0.35)
        step = np.array([np.cos(heading), np.sin(heading)]) * rng.uniform(0.015, 0.045) * size
        ends = [tuple(int(v) for v in np.rint(p)) for p in (point, point + step)]
        cv2.line(canvas, ends[0], ends[1], 1, int(width))
        point = point + step
        if width > 1 and rng.random() < 0.06:
            _walk(canvas, point, heading + rng.choice([-1, 1]) * rng.uniform(0.4, 1.2), width - 1, rng)


def _losses(size: int, rng: np.random.Generator, overlays: list[Path]) -> np.ndarray:
    target = rng.uniform(0.10, 0.25)
    canvas = np.zeros((size, size), bool)
    for _ in range(60):
        room = target + 0.02 - canvas.mean()
        if room <= 0.02:
            break
        piece = _overlay(size, rng, overlays) if overlays and rng.random() < 1 / 3 else _blob(size, rng)
        if (piece & ~canvas).mean() <= room:
            canvas |= piece
    return canvas if canvas.mean() >= 0.05 else canvas | _block(size, rng)


def _blob(size: int, rng: np.random.Generator) -> np.ndarray:
    """A star-shaped patch whose outline wanders on several scales."""
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    radius = np.ones(72)
    for frequency in range(1, 9):
        radius += rng.normal(0, 0.35 / frequency) * np.cos(frequency * angles + rng.uniform(0, 2 * np.pi))
    radius = np.clip(radius, 0.15, None) * rng.uniform(0.03, 0.17) * size
    stretch, centre = rng.uniform(0.5, 1, 2), rng.uniform(0, size, 2)
    outline = np.stack([np.cos(angles) * radius * stretch[0], np.sin(angles) * radius * stretch[1]], 1) + centre
    canvas = np.zeros((size, size), np.uint8)
    cv2.fillPoly(canvas, [np.rint(outline).astype(np.int32)], 1)
    return canvas.astype(bool)


def _overlay(size: int, rng: np.random.Generator, overlays: list[Path]) -> np.ndarray:
    shape = cv2.imread(str(overlays[rng.integers(len(overlays))]), cv2.IMREAD_GRAYSCALE)
    if shape is None:
        return np.zeros((size, size), bool)
    shape = np.rot90(shape, rng.integers(4))
    top, left = (rng.integers(0, max(side - size, 0) + 1) for side in shape.shape)
    cut = cv2.resize(np.ascontiguousarray(shape[top : top + size, left : left + size]), (size, size))
    return cut > 127
