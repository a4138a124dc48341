"""What centuries do to a sheet that keeps its paint: yellowing, fading ink, grime, foxing, creases of rolling."""

from __future__ import annotations

import numpy as np

from .noise import line, plane, smoothstep


def age(picture: np.ndarray, seed: int, strength: float = 0.5) -> np.ndarray:
    """Return `picture` (H, W, 3) uint8 grown old; `strength` 0 (new) .. 1 (dark and faded)."""
    rng = np.random.default_rng(seed)
    height, width = picture.shape[:2]
    unit = float(np.sqrt(height * width / (1024 * 768)))
    sheet = picture.astype(np.float32) / 255
    cloud = plane(rng, (height, width), 300 * unit, octaves=5, gain=0.6)
    sheet = _fade(sheet, strength * (0.30 + 0.06 * cloud))
    dust = 0.34 + 0.07 * cloud + 0.22 * _edges(rng, height, width) + _creases(rng, height, width, unit)
    dust += 0.5 * _foxing(rng, (height, width), unit)
    amber = -np.log(np.array([0.80, 0.66, 0.43], np.float32))
    sheet *= np.exp(-np.clip(strength * dust, 0, None)[..., None] * amber * 1.15)
    return np.rint(np.clip(sheet, 0, 1) * 255).astype(np.uint8)


def _fade(sheet: np.ndarray, amount: np.ndarray) -> np.ndarray:
    """Draw every colour toward the sheet's own ground, as light and abrasion do."""
    ground = np.percentile(sheet[::4, ::4], 90, axis=(0, 1)).astype(np.float32)
    return sheet + (ground - sheet) * np.clip(amount, 0, 0.8)[..., None]


def _edges(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Hands and air darken the borders."""
    y, x = np.linspace(-1, 1, height, dtype=np.float32)[:, None], np.linspace(-1, 1, width, dtype=np.float32)[None]
    return np.maximum(np.abs(x), np.abs(y)) ** 5 * float(rng.uniform(0.5, 1.2))


def _creases(rng: np.random.Generator, height: int, width: int, unit: float) -> np.ndarray:
    """Faint level bands from rolling and unrolling."""
    bands = line(rng, height, 9, octaves=2)[:, None] * 0.035
    fine = smoothstep(1.5, 2.6, line(rng, height, height / (22 * unit), octaves=1))[:, None]
    return bands + 0.10 * fine * np.clip(plane(rng, (height, width), (40 * unit, 300 * unit), 3), 0, None)


def _foxing(rng: np.random.Generator, shape: tuple[int, int], unit: float) -> np.ndarray:
    """Small brown spots in colonies."""
    spots = smoothstep(1.9, 3.0, plane(rng, shape, 9 * unit, octaves=2))
    return spots * smoothstep(0.4, 1.6, plane(rng, shape, 220 * unit, octaves=2))
