"""Running a colour transfer over a picture: aligned windows with real surroundings, mixed into the area."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gpu_workers.pictures import Picture, Profile

from .area import Area
from .common import calling
from .contract import Cancelled, ColourTransfer, EngineError, Progress, Report, Stop
from .windows import Box

STAGE = "Bringing the colours over"
_PREVIEW = 512


@dataclass(frozen=True)
class Recolouring:
    """What is to be recoloured, and how much: `strength` 0..1 of the way from the master to the transfer's colours."""

    picture: Picture
    profile: Profile
    area: Area
    strength: float

    def run(self, transfer: ColourTransfer, side: int, progress: Report, cancelled: Stop) -> np.ndarray:
        """Return the recoloured pixels, (H, W, C) at the master's depth, in windows of about `side` pixels.

        Opacity and what lies outside the area stay as they are. Raises `EngineError`, `Cancelled`.
        """
        pixels = self.picture.pixels
        result = pixels.copy()
        if not self.strength:
            return result
        step = -(-max(pixels.shape[:2]) // _PREVIEW)
        preview = (self.picture.pixels[::step, ::step, :3] >> (pixels.itemsize * 8 - 8)).astype(np.uint8)
        height, width = pixels.shape[:2]
        cells = [cell for cell in _cells(height, width, side) if _part(self.area.open_to, cell).any()]
        for done, cell in enumerate(cells, 1):
            if cancelled():
                raise Cancelled
            shown = self._recolour(transfer, cell, result)
            top, left = -cell.y0 % step, -cell.x0 % step
            thinned = shown[top::step, left::step]
            rows, columns = (cell.y0 + top) // step, (cell.x0 + left) // step
            preview[rows : rows + thinned.shape[0], columns : columns + thinned.shape[1]] = thinned
            progress(Progress(done / len(cells), STAGE, preview.copy()))
        return result

    def _recolour(self, transfer: ColourTransfer, cell: Box, result: np.ndarray) -> np.ndarray:
        """Recolour one cell of `result`; return it (h, w, 3) uint8 as sRGB, for looking at."""
        outer = _around(cell, transfer.margin, transfer.multiple, *self.picture.pixels.shape[:2])
        window = self.profile.decode(_part(self.picture.pixels, outer))
        with calling():
            recoloured = transfer.apply(window.copy())
        _check(recoloured, window)
        own = Box(cell.x0 - outer.x0, cell.y0 - outer.y0, cell.x1 - outer.x0, cell.y1 - outer.y0)
        before = _part(window, own)
        weight = self.area.weight(cell)[..., None]
        after = before + np.float32(self.strength) * weight * (_part(recoloured, own) - before)
        new = self.profile.moved(_part(self.picture.pixels, cell), before, after)
        np.copyto(_part(result, cell)[..., :3], new, where=weight > 0)
        return np.rint(np.clip(after, 0, 1) * 255).astype(np.uint8)


def _cells(height: int, width: int, side: int) -> Iterator[Box]:
    for top in range(0, height, side):
        for left in range(0, width, side):
            yield Box(left, top, min(left + side, width), min(top + side, height))


def _around(cell: Box, margin: int, multiple: int, height: int, width: int) -> Box:
    """The cell with its surroundings, as far as the picture goes; it starts and ends at multiples of `multiple`."""
    x0, y0 = (max(0, start - margin) // multiple * multiple for start in (cell.x0, cell.y0))
    x1, y1 = (-(-(stop + margin) // multiple) * multiple for stop in (cell.x1, cell.y1))
    return Box(x0, y0, min(x1, width), min(y1, height))


def _part(array: np.ndarray, box: Box) -> np.ndarray:
    return array[box.y0 : box.y1, box.x0 : box.x1]


def _check(recoloured: np.ndarray, window: np.ndarray) -> None:
    if not isinstance(recoloured, np.ndarray) or recoloured.shape != window.shape:
        raise EngineError("The engine returned windows of another shape than it was given.")
    if not np.isfinite(recoloured).all():
        raise EngineError("The engine returned values that are no numbers, so nothing was kept.")
