"""Painted pigment and ink against the bare ground, silk or paper, of a painting."""

from __future__ import annotations

import cv2
import numpy as np

from .lab import shrink, strips, to_lab, unit_range

OVERVIEW = 900  # pixels along the longer side of the copy on which the two are told apart
LEAST = 5.0  # CIELAB units: paint that is nearer to the ground than this is not seen
ROUNDS = 6
_STEPS = 50  # of the histogram, for each factor e of distance
_REACH = 0.06  # of the longer side: how far the ground looks around itself
_SHY = 0.75  # of the threshold: between ink and bare ground lie washes, and they are paint
_NONE, _ALL = 0.8, 2.0  # distances from the ground, in thresholds, at which paint begins and at which it is all paint
_PAINTED = round(255 * (1 - _NONE) / (_ALL - _NONE))  # the share of a pixel at the threshold
_HALO = 16
_WEIGHT = np.array([1.0, 1.5, 1.5], np.float32)  # hue tells more than lightness, which light and folds change too


def pigment_area(rgb: np.ndarray) -> np.ndarray:
    """(H, W) bool: where a picture (H, W, C), uint8, uint16 or float32 in 0..1, is painted; the rest is bare ground."""
    return pigment_share(rgb) >= _PAINTED


def pigment_share(rgb: np.ndarray) -> np.ndarray:
    """(H, W) uint8: how much a pixel of a picture is paint, 0 bare ground .. 255; thin washes lie between.

    The colour of the ground is estimated for every place from the ground around it, so that uneven light, yellowing and
    broad stains belong to it: the pixels nearest to the estimate make the next one, and Otsu's threshold (1979) on
    the distance parts the two. Memory beyond the result is that of a copy of 900 pixels and of a strip.
    """
    bands = _bands(rgb)
    small = shrink(bands, OVERVIEW)
    ground, least = _ground(_lab(small, 0.7))
    height, width = bands.shape[:2]
    across = cv2.resize(ground, (width, len(ground)), interpolation=cv2.INTER_LINEAR)
    sigma = 0.7 * np.sqrt(max(height, width) / max(small.shape[:2]))  # lines stay thin, grain grows with the scale
    share = np.empty((height, width), np.uint8)
    for rows in strips(height, max(64, (1 << 20) // width)):
        top, bottom = max(0, rows.start - _HALO), min(height, rows.stop + _HALO)
        apart = _distance(_lab(bands[top:bottom], min(sigma, _HALO / 4)), _rows(across, top, bottom, height))
        levels = np.clip((apart / least - _NONE) / (_ALL - _NONE), 0, 1) * 255
        share[rows] = cv2.medianBlur(np.rint(levels).astype(np.uint8), 3)[rows.start - top : rows.stop - top]
    return share


def _bands(rgb: np.ndarray) -> np.ndarray:
    return rgb[..., :3] if rgb.shape[2] >= 3 else np.repeat(rgb[..., :1], 3, axis=2)


def _lab(rgb: np.ndarray, sigma: float) -> np.ndarray:
    """(h, w, 3) CIELAB without the grain of paper and the threads of silk."""
    lab = to_lab(np.clip(unit_range(rgb), 0, 1))
    return cv2.GaussianBlur(lab, (0, 0), sigma)


def _distance(lab: np.ndarray, ground: np.ndarray) -> np.ndarray:
    return np.linalg.norm((lab - ground) * _WEIGHT, axis=2)


def _ground(lab: np.ndarray) -> tuple[np.ndarray, float]:
    """The ground's colour (h, w, 3) at every place of the copy, and the distance from it at which paint begins.

    The first guess is what is not darker than its surroundings, since ink and most pigments are darker than the ground.
    """
    side = max(lab.shape[:2])
    light = lab[..., 0]
    bare = light >= cv2.GaussianBlur(light, (0, 0), _REACH * side) - 1
    for _ in range(ROUNDS):
        ground = _around(lab, bare, _REACH * side)
        apart = _distance(lab, ground)
        least = _threshold(apart, bare)
        bare = apart <= least
    return ground, least


def _around(lab: np.ndarray, bare: np.ndarray, sigma: float) -> np.ndarray:
    """The mean of the bare pixels around each pixel; where there are few, of those further and further away."""
    ground = np.broadcast_to(lab[bare].mean(axis=0) if bare.any() else lab.mean(axis=(0, 1)), lab.shape)
    for reach in (4 * sigma, 2 * sigma, sigma):
        weight = _blurred(bare.astype(np.float32), reach)[..., None]
        ground = (_blurred(lab * bare[..., None], reach) + 0.05 * ground) / (weight + 0.05)
    return ground.astype(np.float32)


def _blurred(values: np.ndarray, sigma: float) -> np.ndarray:
    """A broad Gaussian, computed on a copy of a quarter of the sides: broad is all that it has to be."""
    height, width = values.shape[:2]
    small = cv2.resize(values, (-(-width // 4), -(-height // 4)), interpolation=cv2.INTER_AREA)
    return cv2.resize(cv2.GaussianBlur(small, (0, 0), max(sigma / 4, 0.5)), (width, height))


def _threshold(apart: np.ndarray, bare: np.ndarray) -> float:
    """A share of Otsu's threshold of the logarithm, since washes are much nearer to the ground than ink is."""
    scaled = np.minimum(np.log1p(apart) * _STEPS, 255).astype(np.uint8)
    otsu, _ = cv2.threshold(scaled, 0, 255, cv2.THRESH_OTSU)
    noise = float(np.median(apart[bare])) if bare.any() else 0.0
    return max(_SHY * float(np.expm1(otsu / _STEPS)), LEAST, 2.5 * noise)


def _rows(across: np.ndarray, top: int, bottom: int, height: int) -> np.ndarray:
    """Rows `top` to `bottom` of `across` (h, W, 3) stretched to `height` rows."""
    place = np.clip((np.arange(top, bottom) + 0.5) * len(across) / height - 0.5, 0, len(across) - 1)
    first = np.minimum(place.astype(int), max(0, len(across) - 2))
    second = np.minimum(first + 1, len(across) - 1)
    share = (place - first).astype(np.float32)[:, None, None]
    return across[first] * (1 - share) + across[second] * share
