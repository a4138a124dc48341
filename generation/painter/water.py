"""Water: mostly bare ground, told by shores, a few ripples, reeds and a boat."""

from __future__ import annotations

import numpy as np

from . import brush
from .canvas import Canvas
from .noise import line, plane, smoothstep


def ripples(
    canvas: Canvas, rng: np.random.Generator, area: tuple[float, float, float, float], count: int, tone: float
) -> None:
    """Fine level lines in `area` (left, top, right, bottom) in pixels, closer together and paler toward the top."""
    left, top, right, bottom = area
    t = rng.uniform(0, 1, count) ** 0.7
    y = top + (bottom - top) * t
    x = rng.uniform(left, right, count)
    length = (right - left) * rng.uniform(0.03, 0.13, count) * (0.4 + 0.8 * t)
    points = 14
    s = np.linspace(-0.5, 0.5, points)[None]
    wave = np.sin(s * rng.uniform(8, 20, count)[:, None] + rng.uniform(0, 6, count)[:, None])
    rise = (0.5 + 1.3 * t)[:, None] * canvas.unit * wave * (1 - (2 * s) ** 2)
    paths = np.stack([x[:, None] + s * length[:, None], y[:, None] + rise], axis=2)
    widths = canvas.unit * (0.55 + 0.55 * t)[:, None] * brush.taper(points, 0.1, 0.05, 0.5)[None]
    brush.strokes(canvas, paths, widths, (0.35 + 0.65 * t) * rng.uniform(0.5, 1, count), density=tone)


def shore(
    canvas: Canvas, rng: np.random.Generator, x: float, y: float, width: float, height: float, tone: float
) -> np.ndarray:
    """A low bank or sandbar centred at x with its waterline at y; returns points (N, 2) on its back for trees."""
    box = canvas.box(x - width * 0.55, y - height * 1.8, x + width * 0.55, y + height * 0.6)
    if box.empty:
        return np.zeros((0, 2))
    columns, rows = box.grid()
    s = (columns[0] - x) / (width * 0.5)
    body = np.clip(1 - np.abs(s) ** 2.2, 0, None)
    back = y - height * body * (0.75 + 0.22 * line(rng, len(s), 3, 4))
    foot = y + height * 0.16 * body * (1 + 0.5 * line(rng, len(s), 6, 4))
    inside = np.clip(rows - back[None] + 0.5, 0, 1) * np.clip(foot[None] - rows + 0.5, 0, 1)
    t = np.clip((rows - back[None]) / np.maximum(foot - back, 1)[None], 0, 1)
    streak = plane(rng, box.shape, (max(height * 0.12, 2), width * 0.12), octaves=3)
    canvas.cover(inside, box)
    canvas.wash(inside * canvas.palette.lit_strength * 0.7 * (1 - 0.6 * t), box, canvas.palette.lit)
    canvas.wash(tone * inside * np.clip(0.10 + 0.35 * smoothstep(0.3, 1, t) + 0.12 * streak, 0, 1), box)
    edge = np.exp(-(((rows - foot[None] + 1) / (0.9 * canvas.unit + 0.012 * height)) ** 2)) * (body[None] > 0.02)
    canvas.dry(tone * 0.95 * edge, box, 0.28)
    at = np.flatnonzero(body > 0.12)
    return np.stack([columns[0][at], back[at]], axis=1)


def reeds(canvas: Canvas, rng: np.random.Generator, feet: np.ndarray, height: float, tone: float) -> None:
    """Bent blades at `feet` (N, 2), up to `height` pixels high."""
    count = len(feet)
    if not count:
        return
    lean = rng.normal(0.25, 0.35, count)
    tall = height * rng.uniform(0.5, 1.1, count)
    t = np.linspace(0, 1, 6)[None]
    x = feet[:, :1] + (lean * tall)[:, None] * t**2
    y = feet[:, 1:] - tall[:, None] * t * (1 - 0.15 * t)
    widths = max(0.8 * canvas.unit, height * 0.03) * brush.taper(6, 0.8, 0.1, 0.3)[None] * np.ones((count, 1))
    brush.strokes(canvas, np.stack([x, y], axis=2), widths, rng.uniform(0.4, 1, count), density=tone)
