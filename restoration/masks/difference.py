"""A mask from an earlier photograph: what differs from the intact state is damage."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from .lab import colour_bands, shrink, strips, to_lab, unit_range
from .labels import MaskError, class_code

LEAST = 4.0  # in CIELAB units: below this two photographs of the same paint are not told apart
WORKING = 600
STEPS = 50  # of the histogram, for each factor e of difference


def difference_mask(
    picture: np.ndarray,
    intact: np.ndarray,
    *,
    dilate: int = 2,
    min_area: int | None = None,
    register: bool = True,
    damage_class: str = "loss",
    progress: Callable[[float], None] | None = None,
) -> np.ndarray:
    """Labels (H, W) uint8 of where `picture` differs from `intact`, both (H, W, C) uint8 | uint16, upright.

    Difference in CIELAB after matching tones globally -> Otsu's threshold -> opening -> closing -> components below
    `min_area` pixels dropped (default: 1/100,000 of the picture, at least 12) -> dilated by `dilate` = 1..3 pixels.
    `register` first undoes a shift of a few pixels; `progress` hears the share done, 0..1. `MaskError` for sizes that
    differ and where nothing differs.
    """
    code = class_code(damage_class)
    if not 1 <= dilate <= 3:
        raise MaskError("A difference mask is dilated by 1 to 3 pixels.")
    picture, intact = colour_bands(picture), colour_bands(intact)
    _same_size(picture, intact)
    if register:
        intact = _shifted(intact, _shift(picture, intact))
    smallest = max(12, picture.shape[0] * picture.shape[1] // 100_000) if min_area is None else min_area
    damaged = _clean(_threshold(_distance(picture, intact, progress or (lambda _: None))), smallest, dilate)
    if not damaged.any():
        raise MaskError("The two pictures show no difference that could be damage.")
    return np.where(damaged, np.uint8(code), np.uint8(0))


def _same_size(picture: np.ndarray, intact: np.ndarray) -> None:
    (height, width), (other_height, other_width) = picture.shape[:2], intact.shape[:2]
    if (height, width) != (other_height, other_width):
        raise MaskError(
            f"The earlier photograph is {other_width} x {other_height} pixels, but the picture is {width} x {height}."
        )


def _shift(picture: np.ndarray, intact: np.ndarray) -> tuple[int, int]:
    """Pixels (x, y) by which `intact` lies off `picture`, by phase correlation; (0, 0) where that is not clear."""
    height, width = picture.shape[:2]
    size = min(1024, height, width)
    if size < 32:
        return 0, 0
    top, left = (height - size) // 2, (width - size) // 2
    window = cv2.createHanningWindow((size, size), cv2.CV_32F)
    first, second = (to_lab(p[top : top + size, left : left + size])[..., 0] for p in (picture, intact))
    (x, y), response = cv2.phaseCorrelate(first - first.mean(), second - second.mean(), window)
    if response < 0.08 or max(abs(x), abs(y)) > 0.03 * size:
        return 0, 0
    return round(x), round(y)


def _shifted(picture: np.ndarray, shift: tuple[int, int]) -> np.ndarray:
    """`picture` moved back by `shift`, its border repeated."""
    if shift == (0, 0):
        return picture
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    source = np.ascontiguousarray(picture)
    return cv2.warpAffine(source, matrix, source.shape[1::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE)


def _distance(picture: np.ndarray, intact: np.ndarray, progress: Callable[[float], None]) -> np.ndarray:
    """(H, W) float32 CIELAB distance, lightly smoothed, after the tones of `intact` are matched to `picture`."""
    curve = _tones(unit_range(shrink(picture, WORKING)), unit_range(shrink(intact, WORKING)))
    distance = np.empty(picture.shape[:2], np.float32)
    for rows in strips(len(picture)):
        given = unit_range(intact[rows])
        matched = np.clip(_terms(given.reshape(-1, 3)) @ curve, 0, 1).reshape(given.shape)
        apart = to_lab(picture[rows]) - to_lab(matched)
        distance[rows] = np.linalg.norm(cv2.GaussianBlur(apart, (0, 0), 0.9), axis=2)
        progress(rows.stop / len(picture))
    return distance


def _tones(wanted: np.ndarray, given: np.ndarray) -> np.ndarray:
    """The colour curve (7, 3) that brings `given` to `wanted`, both (h, w, 3) in 0..1, fitted to what agrees best.

    The damage itself must not bend the fit, so it is repeated without the pixels that fit worst.
    """
    terms, target = _terms(given.reshape(-1, 3)), wanted.reshape(-1, 3)
    kept = np.ones(len(target), bool)
    for _ in range(5):
        squares = terms[kept].T @ terms[kept] + 1e-4 * kept.sum() * np.eye(7, dtype=np.float32)
        identity = np.eye(7, 3, -1, dtype=np.float32)
        curve = identity + np.linalg.solve(squares, terms[kept].T @ (target[kept] - terms[kept] @ identity))
        error = np.abs(target - terms @ curve).max(axis=1)
        kept = error <= np.quantile(error, 0.7)
    return curve.astype(np.float32)


def _terms(rgb: np.ndarray) -> np.ndarray:
    """(N, 3) as (N, 7): a constant, the channels and their squares, enough for exposure, white balance and contrast."""
    return np.concatenate([np.ones((len(rgb), 1), np.float32), rgb, rgb * rgb], axis=1)


def _threshold(distance: np.ndarray) -> np.ndarray:
    """(H, W) uint8: 1 where the distance is above Otsu's threshold, which never falls below `LEAST` or the noise.

    Otsu's method (1979) is applied to the logarithm: a pale loss on bare paper differs by a tenth of what a pale loss
    on ink does, and on the plain scale the threshold falls between those two instead of below both.
    """
    scaled = np.minimum(np.log1p(distance) * STEPS, 255).astype(np.uint8)
    otsu, _ = cv2.threshold(scaled, 0, 255, cv2.THRESH_OTSU)
    noise = float(np.median(distance[:: max(1, len(distance) // 500)]))
    return (distance > max(np.expm1(otsu / STEPS), LEAST, 2.5 * noise)).astype(np.uint8)


def _clean(damaged: np.ndarray, smallest: int, dilate: int) -> np.ndarray:
    """Opening, closing, no component below `smallest` pixels, dilation by `dilate` pixels."""
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    damaged = cv2.morphologyEx(damaged, cv2.MORPH_OPEN, cross)
    damaged = cv2.morphologyEx(damaged, cv2.MORPH_CLOSE, disc)
    damaged = drop_small(damaged, smallest)
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * dilate + 1, 2 * dilate + 1))
    return cv2.dilate(damaged, reach)


def drop_small(regions: np.ndarray, smallest: int) -> np.ndarray:
    """`regions` (H, W) uint8 of 0 and 1 without its 8-connected components below `smallest` pixels."""
    count, components, stats, _ = cv2.connectedComponentsWithStats(regions, connectivity=8)
    kept = stats[:, cv2.CC_STAT_AREA] >= smallest
    kept[0] = False
    return kept.astype(np.uint8)[components] if count > 1 else regions
