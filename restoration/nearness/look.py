"""A picture as two small histograms, one of its colours and one of its brushwork, and how far apart two of them are.

Distances are those of Hellinger: 0 = the same distribution, 1 = nothing in common.
"""

from typing import NamedTuple

import cv2
import numpy as np

VERSION = 1  # changes whenever the same picture may get another description
SIDE = 192  # pixels of the longer side of what is looked at
LIGHT, CHROMA = 6, 9  # bins of lightness, and of each axis of colour
SPREAD = 16.0  # units of a* or b* in which half of the bins on each side lie; paintings are rarely brighter
ANGLES, FORCES = 8, 8
SCALES = (1.0, 0.5)
COLOUR = LIGHT * CHROMA * CHROMA
BRUSH = len(SCALES) * (ANGLES + FORCES)
SIZE = COLOUR + BRUSH  # bytes of a description


class Nearness(NamedTuple):
    """Distances 0 to 1: of the colours, and of the brushwork. Arrays of them where many pictures were compared."""

    colour: np.ndarray
    brush: np.ndarray

    @property
    def both(self) -> np.ndarray:
        """One number to rank by. Brushwork differs less in these numbers than colour does, so it counts threefold."""
        return (self.colour + 3 * self.brush) / 4


def describe(pixels: np.ndarray) -> bytes:
    """(h, w, 3) uint8 sRGB, of any size, in `SIZE` bytes."""
    lab = cv2.cvtColor(_small(pixels).astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    parts = [_colours(lab)]
    for scale in SCALES:
        light = (
            lab[..., 0]
            if scale == 1
            else cv2.resize(lab[..., 0], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        )
        parts += _strokes(light)
    return np.concatenate([np.rint(255 * np.sqrt(part)) for part in parts]).astype(np.uint8).tobytes()


def nearness(one: bytes, others: np.ndarray) -> Nearness:
    """How near one description is to each of many, (n, `SIZE`) uint8; both distances are (n,) float32."""
    mine, theirs = _parts(np.frombuffer(one, np.uint8)[None]), _parts(others)
    distances = [np.sqrt(np.clip(1 - (their @ my.T)[:, 0], 0, 1)) for my, their in zip(mine, theirs, strict=True)]
    return Nearness(distances[0], np.mean(distances[1:], axis=0))


def _small(pixels: np.ndarray) -> np.ndarray:
    factor = SIDE / max(pixels.shape[:2])
    size = [max(8, round(side * factor)) for side in (pixels.shape[1], pixels.shape[0])]
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return cv2.resize(np.ascontiguousarray(pixels), size, interpolation=way)


def _colours(lab: np.ndarray) -> np.ndarray:
    """Share of each cell of lightness, a* and b*; a little of each cell goes to its neighbours."""
    light = np.clip(lab[..., 0] / 100 * LIGHT, 0, LIGHT - 1e-3)
    axes = [(1 + axis / (np.abs(axis) + SPREAD)) / 2 * CHROMA for axis in (lab[..., 1], lab[..., 2])]
    cells = np.stack([light, *axes], axis=-1).reshape(-1, 3)
    counts, _edges = np.histogramdd(cells, bins=(LIGHT, CHROMA, CHROMA), range=[(0, LIGHT), (0, CHROMA), (0, CHROMA)])
    for axis in range(3):
        around = np.pad(counts, [(int(it == axis),) * 2 for it in range(3)])
        before, after = (np.take(around, range(k, k + counts.shape[axis]), axis) for k in (0, 2))
        counts = 0.6 * counts + 0.2 * before + 0.2 * after
    return (counts / counts.sum()).ravel()


def _strokes(light: np.ndarray) -> list[np.ndarray]:
    """Where strokes lead, weighted by their force, and how forceful they are: two distributions."""
    x, y = cv2.Sobel(light, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(light, cv2.CV_32F, 0, 1) / 8
    force = np.hypot(x, y)
    angle = np.mod(np.arctan2(y, x), np.pi) / np.pi * ANGLES
    leads, _edges = np.histogram(angle, bins=ANGLES, range=(0, ANGLES), weights=force + 1e-6)
    forces, _edges = np.histogram(np.log2(1 + force), bins=FORCES, range=(0, 4.5))
    forces = np.convolve(np.pad(forces, 1, mode="edge"), [0.2, 0.6, 0.2], mode="valid") + 1e-9
    return [leads / leads.sum(), forces / forces.sum()]


def _parts(rows: np.ndarray) -> list[np.ndarray]:
    """The histograms of each row as roots of distributions, (n, bins) float32 of length 1."""
    ends = np.cumsum([COLOUR, *[ANGLES, FORCES] * len(SCALES)])[:-1]
    parts = np.split(rows.astype(np.float32), ends, axis=1)
    return [part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-9) for part in parts]
