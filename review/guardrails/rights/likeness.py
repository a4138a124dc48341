"""How a picture is told again: a perceptual hash (`imagehash`) and a small description of where light, colour and
strokes lie. NumPy and OpenCV alone, so that a web process can do it. docs/guardrails.md has what each finds, measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import imagehash
import numpy as np
from PIL import Image

VERSION = 1  # changes whenever the same picture may get another description
SIDE = 128  # pixels: pictures are looked at as squares of this side
GRID, ANGLES = 4, 8
TONES = GRID * GRID * 3  # mean lightness and colour of each cell
STROKES = GRID * GRID * ANGLES  # where strokes lead in each cell
SIZE = TONES + STROKES  # bytes of a description
COLOUR_SHARE = 0.35  # of colour in a likeness; the rest is strokes
NEAR_BITS = 8  # of 64 that may differ in the perceptual hashes of near copies
NEAR_LIKENESS = 0.95  # from which descriptions count as those of near copies, beside a perceptual hash that …
LOOSE_BITS = 18  # … differs in no more than these


@dataclass(frozen=True)
class Told:
    """A picture as it is told again, upright and mirrored: perceptual hashes of 16 hexadecimal digits, descriptions."""

    perceptual: str
    mirrored: str
    description: bytes
    description_mirrored: bytes


def tell(pixels: np.ndarray) -> Told:
    """(h, w, 3) uint8 sRGB of any size."""
    flipped = np.ascontiguousarray(pixels[:, ::-1])
    return Told(perceptual(pixels), perceptual(flipped), describe(pixels), describe(flipped))


def perceptual(pixels: np.ndarray) -> str:
    """The 64 bits of `imagehash.phash` as 16 hexadecimal digits."""
    return str(imagehash.phash(Image.fromarray(pixels)))


def describe(pixels: np.ndarray) -> bytes:
    """Lightness and colour, and directions of strokes, in a grid of 4 by 4 cells; evened out over the picture, so that
    a darker or paler copy tells the same.
    """
    small = cv2.resize(np.ascontiguousarray(pixels), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    tones = np.stack([_evened(lab[..., 0], 12.0), _evened(lab[..., 1], 6.0), _evened(lab[..., 2], 6.0)], axis=-1)
    cells = cv2.resize(tones, (GRID, GRID), interpolation=cv2.INTER_AREA)
    light = np.rint(np.clip(cells / 2.5, -1, 1) * 127 + 128).astype(np.uint8)
    return np.concatenate([light.ravel(), np.rint(_strokes(lab[..., 0]) * 255).astype(np.uint8).ravel()]).tobytes()


def likenesses(one: bytes, others: np.ndarray) -> np.ndarray:
    """How alike a description and each of many (n, `SIZE`) uint8 are, (n,) float32: 1 = the same, 0 = nothing alike."""
    (tones, strokes), (tones_, strokes_) = _parts(np.frombuffer(one, np.uint8)[None]), _parts(others)
    colour = np.exp(-np.mean(np.abs(tones_ - tones), axis=1) * 3)
    lines = np.clip((strokes_ @ strokes.T)[:, 0], 0, 1)
    return (COLOUR_SHARE * colour + (1 - COLOUR_SHARE) * lines).astype(np.float32)


def bits_apart(one: str, others: np.ndarray) -> np.ndarray:
    """In how many of 64 bits a perceptual hash differs from each of others, (n,) uint64."""
    return np.bitwise_count(np.uint64(int(one, 16)) ^ others).astype(np.int64)


def near(bits: np.ndarray, alike: np.ndarray) -> np.ndarray:
    """Which of them are near copies: by the hash alone, or by the description with a hash that is not far off."""
    return (bits <= NEAR_BITS) | ((alike >= NEAR_LIKENESS) & (bits <= LOOSE_BITS))


def _evened(channel: np.ndarray, least: float) -> np.ndarray:
    return (channel - channel.mean()) / max(float(channel.std()), least)


def _strokes(light: np.ndarray) -> np.ndarray:
    """(GRID, GRID, ANGLES) in 0..1: square roots of the share of each direction among the strokes of its cell, times
    the root of how much of all strokes the cell has.
    """
    x, y = cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1)
    force = np.hypot(x, y)
    bins = np.minimum(np.mod(np.arctan2(y, x), np.pi) / np.pi * ANGLES, ANGLES - 1e-3).astype(int)
    step = SIDE // GRID
    planes = np.stack([np.where(bins == it, force, 0) for it in range(ANGLES)], axis=-1)
    sums = planes.reshape(GRID, step, GRID, step, ANGLES).sum((1, 3))
    roots = np.sqrt(sums / max(float(sums.sum()), 1e-6))
    return roots / max(float(roots.max()), 1e-6)


def _parts(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    tones = (rows[:, :TONES].astype(np.float32) - 128) / 127
    strokes = rows[:, TONES:].astype(np.float32)
    return tones, strokes / np.maximum(np.linalg.norm(strokes, axis=1, keepdims=True), 1e-9)
