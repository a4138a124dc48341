"""What can be measured of a painting, so that its caption says what is seen: ink, blank space, palette."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from restoration.masks.lab import to_lab
from restoration.masks.pigment import pigment_share

SIDE = 384  # measured on a copy that fits into a square of this side
_DARK = 30.0  # CIELAB lightness units below the ground: ink laid on thickly
_AROUND = 8.0  # pixels of the copy: sigma of what surrounds a stroke
_STANDS_OUT = 6.0  # CIELAB lightness units by which a stroke is darker than its surroundings
_COLOURED = 14.0  # CIELAB units of a, b away from the ground: a colour, not a warm ink


@dataclass(frozen=True)
class Measures:
    """What was measured; shares are 0..1, lightness is CIELAB L*.

    `blank`: share of bare ground. `thick`: share of the paint that is dark ink. `depth`: median lightness of the paint
    below the ground. `coloured`: share of the paint that differs in hue from the ground; `green`, `red`: those parts of
    it that turn towards green or blue, and towards red or yellow. `ground`: its lightness. `fine`: share of the dark
    strokes that are thin lines. `upper`: share of the paint in the upper half.
    """

    blank: float
    thick: float
    depth: float
    coloured: float
    green: float
    red: float
    ground: float
    fine: float
    upper: float


def measure(rgb: np.ndarray) -> Measures:
    """Measure a picture (H, W, 3) uint8. A picture without any paint is blank, without ink and without colour."""
    small = _fitted(rgb)
    lab = to_lab(small.astype(np.float32) / 255)
    painted = pigment_share(small) > 127
    bare = ~painted
    ground = np.median(lab[bare], axis=0) if bare.any() else np.percentile(lab.reshape(-1, 3), 90, axis=0)
    if not painted.any():
        return Measures(1.0, 0.0, 0.0, 0.0, 0.0, 0.0, round(float(ground[0]), 2), 0.0, 0.0)
    below = ground[0] - lab[painted, 0]
    a, b = _hue(lab[painted], ground).T
    coloured = np.hypot(a, b) > _COLOURED
    green = coloured & ((a < 0) | (b < -np.abs(a)))
    values = (bare.mean(), (below > _DARK).mean(), np.median(below), coloured.mean(), green.mean(),
              (coloured & ~green).mean(), ground[0], _fine(lab[..., 0]),
              painted[: len(painted) // 2].sum() / painted.sum())  # fmt: skip
    return Measures(*(round(float(value), 4) for value in values))


def _hue(paint: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """How far paint (n, 3) turns from the ground's hue, (n, 2) in CIELAB a, b: black ink darkens silk, and its yellow
    with it, and is no colour."""
    dimmed = np.clip(paint[:, :1] / max(float(ground[0]), 1.0), 0, 1)
    return paint[:, 1:] - ground[1:] * dimmed


def _fine(light: np.ndarray) -> float:
    """The share of what is darker than its surroundings that an opening of 3 pixels takes away: lines, not areas."""
    dark = (cv2.GaussianBlur(light, (0, 0), _AROUND) - light > _STANDS_OUT).astype(np.uint8)
    kept = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return float(1 - kept.sum() / dark.sum()) if dark.any() else 0.0


def _fitted(rgb: np.ndarray) -> np.ndarray:
    scale = min(1.0, SIDE / max(rgb.shape[:2]))
    size = max(16, round(rgb.shape[1] * scale)), max(16, round(rgb.shape[0] * scale))
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
