"""Where an engine works: square windows around the losses, at the picture's own resolution.

Damaged pixels are gathered into blocks, touching blocks into groups, small groups near each other into one. A group
that fits into the middle of a window gets one window. A larger one is cut into cells; the window of a cell looks beyond
it on every side, and the windows are taken in the order of what they know: those at the rim of the loss first, so that
each continues paint that is there, or that was filled before.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

BLOCK = 8
_STEP = 64  # sides of windows are multiples of this


@dataclass(frozen=True)
class Box:
    """Pixels x0 <= x < x1, y0 <= y < y1."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def side(self) -> int:
        """The longer side."""
        return max(self.width, self.height)

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def overlaps(self, other: Box) -> bool:
        """Whether they share a pixel."""
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1


@dataclass(frozen=True)
class Window:
    """One square to fill.

    box: what the engine sees, `side` pixels square; it reaches beyond the picture only where the picture is smaller.
    cell: the part it is responsible for. group: it writes only to pixels of this group. whole: the box of
    a group that has several windows, None if it has this one alone.
    wave: windows of one wave do not depend on each other; a wave sees what all earlier ones settled.
    """

    box: Box
    cell: Box
    group: int
    whole: Box | None = None
    wave: int = 0

    @property
    def reach(self) -> int:
        """How far on either side of a cell's edge this window and its neighbour are blended, in pixels."""
        return self.box.width // 16 if self.whole else 0

    @property
    def kept(self) -> Box:
        """What no later window changes, and what later windows see as known: the cell less its blended edge."""
        cell, reach, whole = self.cell, self.reach, self.whole or self.cell
        return Box(
            cell.x0 + reach * (cell.x0 > whole.x0),
            cell.y0 + reach * (cell.y0 > whole.y0),
            cell.x1 - reach * (cell.x1 < whole.x1),
            cell.y1 - reach * (cell.y1 < whole.y1),
        )


@dataclass(frozen=True)
class Plan:
    """windows: sorted by wave. groups: (H / BLOCK, W / BLOCK) int32, the group of each block, 0 = undamaged."""

    windows: list[Window]
    groups: np.ndarray

    def belongs(self, box: Box, group: int) -> np.ndarray:
        """(h, w) bool: which pixels of a box inside the picture lie in blocks of this group."""
        return _belongs(self.groups, box, group)


def _belongs(groups: np.ndarray, box: Box, group: int) -> np.ndarray:
    pixels = (groups[_in_blocks(box)] == group).repeat(BLOCK, axis=0).repeat(BLOCK, axis=1)
    top, left = box.y0 % BLOCK, box.x0 % BLOCK
    return pixels[top : top + box.height, left : left + box.width]


def core(side: int) -> int:
    """How much of a window's side is filled; the rest, a quarter on each side, is context."""
    return side // 2


def plan(damaged: np.ndarray, window: int, max_window: int) -> Plan:
    """Cover the damage (H, W) bool with windows of `window` to `max_window` pixels a side."""
    height, width = damaged.shape
    blocks = _blocks(damaged)
    groups, boxes = _groups(blocks, core(window))
    windows: list[Window] = []
    for group, box in boxes.items():
        box = replace(box, x1=min(box.x1, width), y1=min(box.y1, height))
        side = _side(box, window, max_window, max(width, height))
        cells = _cells(box, side if side >= max(width, height) else core(side), groups == group)
        if len(cells) == 1:
            windows.append(Window(_around(cells[0], side, width, height), cells[0], group))
        else:
            made = [Window(_around(cell, side, width, height), cell, group, box) for cell in cells]
            windows += _in_waves(made, damaged, groups)
    return Plan(sorted(windows, key=lambda item: (item.wave, item.box.y0, item.box.x0)), groups)


def _side(box: Box, window: int, max_window: int, picture: int) -> int:
    """The side of the windows of a group: no larger than it takes to see twice the group, or all of the picture."""
    wanted = min(_up(2 * box.side), _up(picture))
    return min(max(window, wanted), max_window)


def _up(pixels: int) -> int:
    return -(-pixels // _STEP) * _STEP


def _blocks(damaged: np.ndarray) -> np.ndarray:
    """Reduce to one value a block: whether any of its pixels is damaged."""
    rows = np.add.reduceat(damaged.view(np.uint8), np.arange(0, damaged.shape[0], BLOCK), axis=0, dtype=np.uint8)
    return np.add.reduceat(rows, np.arange(0, damaged.shape[1], BLOCK), axis=1, dtype=np.uint8) > 0


def _groups(blocks: np.ndarray, limit: int) -> tuple[np.ndarray, dict[int, Box]]:
    """Label touching blocks, then give neighbours that fit together into `limit` pixels one label."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(blocks.astype(np.uint8), connectivity=8)
    boxes = {
        label: Box(x * BLOCK, y * BLOCK, (x + w) * BLOCK, (y + h) * BLOCK)
        for label, (x, y, w, h, _) in enumerate(stats.tolist())
        if label
    }
    names = np.arange(count, dtype=np.int32)
    merged: dict[int, Box] = {}
    last = 0
    for label in sorted(boxes, key=lambda item: (boxes[item].y0 // limit, boxes[item].x0, boxes[item].y0)):
        together = merged[last].union(boxes[label]) if last else None
        if together is not None and together.side <= limit:
            names[label], merged[last] = last, together
        else:
            last, merged[label] = label, boxes[label]
    return names[labels], merged


def _cells(box: Box, limit: int, blocks: np.ndarray) -> list[Box]:
    """Cut a box into equal cells of at most `limit` pixels a side and keep those with damage of the group."""
    xs, ys = _cuts(box.x0, box.x1, limit), _cuts(box.y0, box.y1, limit)
    cells = [Box(x0, y0, x1, y1) for y0, y1 in pairwise(ys) for x0, x1 in pairwise(xs)]
    return [cell for cell in cells if len(cells) == 1 or blocks[_in_blocks(cell)].any()]


def _cuts(start: int, stop: int, limit: int) -> list[int]:
    count = -(-(stop - start) // limit)
    return [start + (stop - start) * index // count for index in range(count + 1)]


def _in_blocks(box: Box) -> tuple[slice, slice]:
    """The blocks that a box touches."""
    return slice(max(box.y0, 0) // BLOCK, -(-box.y1 // BLOCK)), slice(max(box.x0, 0) // BLOCK, -(-box.x1 // BLOCK))


def _around(cell: Box, side: int, width: int, height: int) -> Box:
    """A square of `side` pixels with the cell in its middle, moved into the picture as far as that goes."""
    x0 = max(0, min((cell.x0 + cell.x1 - side) // 2, width - side))
    y0 = max(0, min((cell.y0 + cell.y1 - side) // 2, height - side))
    return Box(x0, y0, x0 + side, y0 + side)


def _in_waves(windows: list[Window], damaged: np.ndarray, groups: np.ndarray) -> list[Window]:
    """Order the windows of one group by what they know, then let those that do not touch share a wave.

    What they know counts in eighths of a window, and any pixel is more than none. Among equals, such as the windows
    along a crack, every third comes first: these do not touch.
    """
    near, turns = _neighbours(windows), _turns(windows)
    left, top = min(window.box.x0 for window in windows), min(window.box.y0 for window in windows)
    right, bottom = max(window.box.x1 for window in windows), max(window.box.y1 for window in windows)
    unknown = damaged[top:bottom, left:right].copy()

    def part(box: Box) -> np.ndarray:
        return unknown[box.y0 - top : box.y1 - top, box.x0 - left : box.x1 - left]

    def rank(index: int) -> tuple[int, int, int]:
        seen = part(windows[index].box)
        count = int(np.count_nonzero(seen))
        return 9 if count == seen.size else count * 8 // seen.size, turns[index], index

    queue = [rank(index) for index in range(len(windows))]
    heapq.heapify(queue)
    waves: dict[int, int] = {}
    while queue:
        index = heapq.heappop(queue)[-1]
        if index in waves:
            continue
        waves[index] = 1 + max((waves[other] for other in near[index] if other in waves), default=-1)
        kept = windows[index].kept
        part(kept)[_belongs(groups, kept, windows[index].group)] = False
        for other in near[index]:
            if other not in waves:
                heapq.heappush(queue, rank(other))
    return [replace(window, wave=waves[index]) for index, window in enumerate(windows)]


def _turns(windows: list[Window]) -> list[int]:
    """0..8: the place of each window's cell in a square of three by three cells."""
    columns = {x: index for index, x in enumerate(sorted({window.cell.x0 for window in windows}))}
    rows = {y: index for index, y in enumerate(sorted({window.cell.y0 for window in windows}))}
    return [columns[window.cell.x0] % 3 + 3 * (rows[window.cell.y0] % 3) for window in windows]


def _neighbours(windows: list[Window]) -> list[list[int]]:
    """For each window the others whose boxes overlap its own, found through a coarse grid."""
    side = windows[0].box.width
    grid: dict[tuple[int, int], list[int]] = {}
    for index, window in enumerate(windows):
        grid.setdefault((window.box.x0 // side, window.box.y0 // side), []).append(index)
    near: list[list[int]] = []
    for index, window in enumerate(windows):
        column, row = window.box.x0 // side, window.box.y0 // side
        around = [i for dx in (-1, 0, 1) for dy in (-1, 0, 1) for i in grid.get((column + dx, row + dy), ())]
        near.append([i for i in around if i != index and windows[i].box.overlaps(window.box)])
    return near
