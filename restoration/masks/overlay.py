"""A preview of a mask on its picture."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .files import write_png
from .labels import DAMAGE_CLASSES, MaskError, check_labels

# Okabe & Ito, "Color universal design" (2008): told apart with every common kind of colour blindness.
CLASS_COLOURS: dict[str, tuple[int, int, int]] = {
    "loss": (213, 94, 0),
    "crack": (86, 180, 233),
    "stain": (240, 228, 66),
    "fading": (204, 121, 167),
}


def overlay(picture: np.ndarray, labels: np.ndarray, opacity: float = 0.45) -> np.ndarray:
    """`picture` (H, W, 3) uint8 with each class of `labels` (H, W) tinted and outlined; returns (H, W, 3) uint8."""
    if picture.shape != (*check_labels(labels).shape, 3) or picture.dtype != np.uint8:
        raise MaskError("The preview needs an 8-bit RGB picture of the mask's size.")
    shown = picture.copy()
    width = 1 + max(labels.shape) // 1500
    for name, code in DAMAGE_CLASSES.items():
        region = (labels == code).astype(np.uint8)
        inside = region.astype(bool)
        colour = np.array(CLASS_COLOURS[name], np.float32)
        shown[inside] = np.rint(shown[inside] * (1 - opacity) + colour * opacity).astype(np.uint8)
        outlines, _ = cv2.findContours(region, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(shown, outlines, -1, CLASS_COLOURS[name], width)
    return shown


def overlay_png(picture: np.ndarray, labels: np.ndarray, path: str | Path) -> None:
    """Write `overlay(picture, labels)` as a PNG, whole or not at all."""
    write_png(overlay(picture, labels), path)
