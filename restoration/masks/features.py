"""What each pixel of a picture is like: colour, contrast, grain, thin lines, rarity. Written for tiles."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

BINS = 24


@dataclass(frozen=True)
class Overview:
    """The whole picture in a few numbers, so that a tile can be compared with it.

    ground: (3,) CIELAB of the bare ground; spread: (3,) deviation of each channel; rarity: (24, 24, 24) of the colour
    cube, how seldom a colour occurs, 0 common .. about 10.
    """

    ground: np.ndarray
    spread: np.ndarray
    rarity: np.ndarray


def overview(lab: np.ndarray) -> Overview:
    """Look at the shrunken picture (h, w, 3) float32 CIELAB."""
    soft = cv2.GaussianBlur(lab, (0, 0), 1.5).reshape(-1, 3)
    light = soft[:, 0]
    ground = np.median(soft[light >= np.percentile(light, 70)], axis=0)
    counts = np.bincount(_bin(soft), minlength=BINS**3).reshape(BINS, BINS, BINS).astype(np.float32)
    for axis in range(3):
        counts = (np.roll(counts, 1, axis) + 2 * counts + np.roll(counts, -1, axis)) / 4
    return Overview(ground, soft.std(axis=0) + 2, -np.log(counts / len(soft) + 1e-4))


def describe(lab: np.ndarray, whole: Overview) -> np.ndarray:
    """Features (h, w, F) float32 of a tile (h, w, 3) float32 CIELAB; values of about unit size."""
    fine, middle, broad, far = (cv2.GaussianBlur(lab, (0, 0), sigma) for sigma in (1.0, 3.0, 8.0, 24.0))
    light = np.ascontiguousarray(fine[..., 0])
    rarity = whole.rarity.ravel()[_bin(middle.reshape(-1, 3))].reshape(light.shape)
    planes = [
        *_channels((fine - whole.ground) / 20),
        *_channels((middle - whole.ground) / 20),
        *_channels((fine - middle) / 5),
        *_channels((middle - broad) / 8),
        *_channels((middle - far) / 12),
        *_channels((broad - far) / 12),
        rarity / 3,
        *_grain(lab, fine),
        *_edges(fine, middle),
        *_lines(light),
        *_company(light, middle),
    ]
    return np.stack(planes, axis=2).astype(np.float32)


def _channels(values: np.ndarray) -> list[np.ndarray]:
    return [values[..., i] for i in range(3)]


def _bin(lab: np.ndarray) -> np.ndarray:
    """The flat index of each colour (N, 3) in the cube of `BINS` a side."""
    scaled = (lab + np.array([0, 60, 60], np.float32)) * (np.array([BINS / 100, BINS / 120, BINS / 120], np.float32))
    i = np.clip(scaled.astype(np.int32), 0, BINS - 1)
    return (i[:, 0] * BINS + i[:, 1]) * BINS + i[:, 2]


def _grain(lab: np.ndarray, fine: np.ndarray) -> list[np.ndarray]:
    """How lively the surface is at the finest scale, near and in the wider neighbourhood."""
    rough = np.abs(lab - fine)
    rough = np.dstack([rough[..., 0], rough[..., 1] + rough[..., 2]])
    near, wide = cv2.GaussianBlur(rough, (0, 0), 2.5), cv2.GaussianBlur(rough, (0, 0), 8)
    return [np.log(near[..., 0] + 0.1), np.log(near[..., 1] + 0.1), np.log(wide[..., 0] + 0.1),
            np.log((near[..., 0] + 0.1) / (wide[..., 0] + 0.1))]  # fmt: skip


def _edges(fine: np.ndarray, middle: np.ndarray) -> list[np.ndarray]:
    """The step of colour at the pixel, the largest one about it, and how much the steps agree in direction."""
    planes = []
    for lab in (fine, middle):
        across = cv2.Sobel(lab, cv2.CV_32F, 1, 0, scale=1 / 8)
        down = cv2.Sobel(lab, cv2.CV_32F, 0, 1, scale=1 / 8)
        step = np.sqrt((across**2 + down**2).sum(axis=2))
        planes += [np.log1p(step), np.log1p(cv2.dilate(step, np.ones((13, 13), np.uint8)))]
    x, y = across[..., 0], down[..., 0]
    xx, yy, xy = (cv2.GaussianBlur(v, (0, 0), 4) for v in (x * x, y * y, x * y))
    planes.append(np.sqrt((xx - yy) ** 2 + 4 * xy**2) / (xx + yy + 0.05))
    return planes


def _lines(light: np.ndarray) -> list[np.ndarray]:
    """Top-hats: how far the pixel stands out as a light or as a dark thin line, at three widths."""
    planes = []
    for size in (5, 9, 19):
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        for operation in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT):
            hat = cv2.morphologyEx(light, operation, disc)
            planes += [np.log1p(hat), np.log1p(cv2.blur(hat, (15, 15)))]
    return planes


def _company(light: np.ndarray, middle: np.ndarray) -> list[np.ndarray]:
    """The lightest, the darkest and the liveliest of the surroundings."""
    soft = np.ascontiguousarray(middle[..., 0])
    kernel = np.ones((31, 31), np.uint8)
    mean, square = cv2.blur(light, (25, 25)), cv2.blur(light * light, (25, 25))
    return [(cv2.dilate(soft, kernel) - soft) / 15, (soft - cv2.erode(soft, kernel)) / 15,
            np.log1p(np.sqrt(np.maximum(square - mean * mean, 0)))]  # fmt: skip
