"""Which part of a window the networks have to see."""

from dataclasses import dataclass
from math import ceil

import numpy as np


@dataclass(frozen=True)
class Box:
    """A rectangle in a window, pixels."""

    top: int
    left: int
    height: int
    width: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)


def crop_around(mask: np.ndarray, margin: int | None, grid: int) -> Box:
    """The part of a window that the networks have to see: the damage of mask (h, w) and ``margin`` pixels around it.

    Its sides are multiples of ``grid``, at least two of them, where the window is large enough; margin None takes the
    whole window.
    """
    if margin is None:
        return Box(0, 0, *mask.shape)
    starts, sides = [], []
    for axis, length in enumerate(mask.shape):
        damaged = np.flatnonzero(mask.any(1 - axis))
        first, last = int(damaged[0]) - margin, int(damaged[-1]) + 1 + margin
        side = min(max(2, ceil((last - first) / grid)) * grid, length)
        starts.append(min(max((first + last - side) // 2, 0), length - side))
        sides.append(side)
    return Box(*starts, *sides)
