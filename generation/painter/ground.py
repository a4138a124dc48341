"""What is painted on: xuan paper with its fibres, or silk with its weave."""

from __future__ import annotations

import cv2
import numpy as np

from .noise import line, plane

PAPER = (0.955, 0.925, 0.860)
SILK = (0.850, 0.765, 0.610)
GROUNDS = ("paper", "silk")


def paint_ground(rng: np.random.Generator, size: tuple[int, int], ground: str, unit: float) -> np.ndarray:
    """The bare ground (H, W, 3) float32 in 0..1; `unit` is the scale of its threads and fibres in pixels."""
    width, height = size
    cloud = plane(rng, (height, width), 260 * unit, octaves=4, gain=0.55)
    if ground == "silk":
        texture = 0.020 * cloud + _weave(rng, (height, width), unit)
        colour = np.array(SILK, np.float32)
    else:
        fine = plane(rng, (height, width), 1.6 * max(unit, 0.7), octaves=1)
        texture = 0.011 * cloud + 0.008 * fine + _fibres(rng, (height, width), unit)
        colour = np.array(PAPER, np.float32)
    warmth = np.array([0.5, 1.0, 1.7], np.float32)
    return np.clip(colour * (1.0 + texture[..., None] * (0.6 + 0.4 * warmth)), 0, 1)


def _fibres(rng: np.random.Generator, shape: tuple[int, int], unit: float) -> np.ndarray:
    """Long pale and dark fibres, and the faint laid lines of the mould."""
    height, width = shape
    mask = np.full(shape, 128, np.uint8)
    for _ in range(900):
        centre = rng.uniform((0, 0), (width, height))
        heading, bend = rng.uniform(0, 2 * np.pi), rng.normal(0, 1.0)
        t = np.linspace(-0.5, 0.5, 8) * rng.uniform(8, 46) * unit
        turn = heading + bend * t / (40 * unit)
        path = centre + np.stack([t * np.cos(turn), t * np.sin(turn)], axis=1)
        tone = int(128 + rng.choice([-1, 1]) * rng.uniform(14, 60))
        cv2.polylines(
            mask, [np.rint(path * 16).astype(np.int32)], False, tone, max(1, round(0.8 * unit)), cv2.LINE_AA, 4
        )
    laid = np.sin(np.arange(height, dtype=np.float32)[:, None] * (2 * np.pi / (5.2 * unit))) * 0.0022
    return cv2.GaussianBlur(mask, (0, 0), 0.5 * max(unit, 0.6)).astype(np.float32) / 128 * 0.030 - 0.030 + laid


def _weave(rng: np.random.Generator, shape: tuple[int, int], unit: float) -> np.ndarray:
    """Paired warp and single weft threads of uneven thickness, crossing."""
    height, width = shape
    pitch = 2.3 * max(unit, 0.9)
    drift = plane(rng, shape, 180 * unit, octaves=2) * 1.3
    x = (np.arange(width, dtype=np.float32)[None] + drift) * (2 * np.pi / pitch)
    y = (np.arange(height, dtype=np.float32)[:, None] + drift[::-1]) * (2 * np.pi / (pitch * 1.12))
    threads = 0.021 * np.sin(x) * (1 + 0.5 * np.sin(y)) + 0.016 * np.sin(y)
    slubs = 0.007 * line(rng, height, height / (7 * unit), octaves=2)[:, None]
    slubs = slubs * (1 + 0.6 * plane(rng, shape, (3 * unit, 90 * unit), octaves=1))
    return (threads + slubs + 0.008 * line(rng, width, width / (5 * unit), octaves=2)[None]).astype(np.float32)
