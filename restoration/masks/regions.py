"""The places where a mask marks damage, as boxes to look at one after the other."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Region:
    """A box around damage, in pixels of the mask, and how many of its pixels are damaged."""

    x: int
    y: int
    width: int
    height: int
    damaged: int


def regions(labels: np.ndarray, *, reach: int = 0, largest: int | None = None, limit: int = 60) -> list[Region]:
    """The damaged places of a label array (H, W) uint8, those with the most damage first.

    Args:
        reach: pixels; damage that lies nearer together than twice that is one place. At 0, what touches (corners
            count) is one place.
        largest: a box with a longer side is cut into equal cells, so that a net of cracks can be looked at closely.
        limit: no more than that many boxes; the least damaged are left out.
    """
    marked = labels > 0
    ys, xs = np.nonzero(marked)
    if not len(xs):
        return []
    square = np.ones((2 * reach + 1,) * 2, np.uint8)
    grown = cv2.dilate(marked.astype(np.uint8), square) if reach else marked.astype(np.uint8)
    places = cv2.connectedComponents(grown, connectivity=8)[1][ys, xs]
    found = _boxes(xs, ys, _cells(xs, ys, places, largest) if largest else places)
    return sorted(found, key=lambda it: (-it.damaged, it.y, it.x))[:limit]


def _boxes(xs: np.ndarray, ys: np.ndarray, places: np.ndarray) -> list[Region]:
    left, right, top, bottom, count = _bounds(xs, ys, places)
    return [
        Region(int(x), int(y), int(to_x - x), int(to_y - y), int(damaged))
        for x, to_x, y, to_y, damaged in zip(left, right, top, bottom, count, strict=True)
        if damaged
    ]


def _bounds(xs: np.ndarray, ys: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, ...]:
    """First and last column and row (one beyond it) of every place, and its number of pixels; arrays by place."""
    many, far = int(places.max()) + 1, np.iinfo(np.int64).max
    left, top = np.full(many, far), np.full(many, far)
    right, bottom = np.zeros(many, np.int64), np.zeros(many, np.int64)
    np.minimum.at(left, places, xs)
    np.minimum.at(top, places, ys)
    np.maximum.at(right, places, xs + 1)
    np.maximum.at(bottom, places, ys + 1)
    return left, right, top, bottom, np.bincount(places, minlength=many)


def _cells(xs: np.ndarray, ys: np.ndarray, places: np.ndarray, largest: int) -> np.ndarray:
    """Places as (pixel,) whole numbers once more, where every one too large is cut into equal cells."""
    left, right, top, bottom, count = _bounds(xs, ys, places)
    left, top = np.where(count, left, 0), np.where(count, top, 0)
    columns, rows = -(-(right - left) // largest), -(-(bottom - top) // largest)
    column = (xs - left[places]) * columns[places] // np.maximum(1, right - left)[places]
    row = (ys - top[places]) * rows[places] // np.maximum(1, bottom - top)[places]
    first = np.concatenate([[0], np.cumsum(np.maximum(1, columns * rows))])[:-1]
    return first[places] + row * columns[places] + column
