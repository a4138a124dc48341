"""Running an engine over a plan: gather windows, fill them in batches, check and blend what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from gpu_workers.pictures import Picture

from .blending import match_rim, weights
from .common import calling
from .contract import Cancelled, Conditions, Engine, EngineError, Progress, Report, Stop
from .fills import FULL, Fills
from .windows import Box, Plan, Window

_PREVIEW = 512
_STAGE = "Filling the losses"


@dataclass(frozen=True)
class Task:
    """One window of one candidate."""

    window: Window
    candidate: int
    seed: int


class Filling:
    """The state of filling one picture with one engine for all candidates."""

    def __init__(self, picture: Picture, damaged: np.ndarray, plan: Plan, seeds: Sequence[int]) -> None:
        """damaged: (H, W) bool. seeds: one a candidate; a window's own seed follows from it and from where it lies."""
        self.picture, self.plan, self.seeds = picture, plan, seeds
        self.channels = 3 if picture.info.bands >= 3 else 1
        self.fills = Fills(damaged, len(seeds), self.channels)
        self.preview = Preview(picture, damaged, self.fills)

    def run(self, engine: Engine, conditions: Conditions, progress: Report, cancelled: Stop) -> Fills:
        """Fill every window for every candidate. Raises `EngineError`, `Cancelled`."""
        total, done = len(self.plan.windows) * len(self.seeds), 0
        for _, members in groupby(self.plan.windows, key=lambda window: window.wave):
            wave = list(members)
            for batch in self._batches(wave, engine.batch):
                if cancelled():
                    raise Cancelled
                start, share = done / total, len(batch) / total

                def inner(part: Progress, start: float = start, share: float = share, batch: list = batch) -> None:
                    image = None if part.preview is None else self.preview.draw(batch[0].window.box, part.preview)
                    progress(Progress(start + share * min(max(part.fraction, 0.0), 1.0), part.stage or _STAGE, image))

                self._fill(engine, batch, conditions, inner, cancelled)
                done += len(batch)
                progress(Progress(done / total, _STAGE, self.preview.draw()))
            for window in wave:
                self._settle(window)
        return self.fills

    def _batches(self, wave: list[Window], size: int) -> Iterator[list[Task]]:
        """Windows of one size together; all candidates of a window next to each other."""
        for side in sorted({window.box.width for window in wave}):
            tasks = [
                Task(window, candidate, _seed(seed, window.box))
                for window in wave
                if window.box.width == side
                for candidate, seed in enumerate(self.seeds)
            ]
            for start in range(0, len(tasks), max(1, size)):
                yield tasks[start : start + max(1, size)]

    def _fill(
        self, engine: Engine, batch: list[Task], conditions: Conditions, progress: Report, cancelled: Stop
    ) -> None:
        gathered = [self._gather(task, conditions.directional) for task in batch]
        windows, masks = (np.stack(part) for part in zip(*gathered, strict=True))
        seeds = [task.seed for task in batch]
        with calling():
            filled = engine.fill(
                windows.copy(), masks.copy(), seeds=seeds, conditions=conditions, progress=progress, cancelled=cancelled
            )
        check_filled(filled, windows, masks)
        for task, window, mask, result in zip(batch, windows, masks, filled, strict=True):
            self._scatter(task, match_rim(window, result.astype(np.float32, copy=False), mask))

    def _gather(self, task: Task, directional: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """(side, side, 3) float32 with all that is settled, and (side, side) bool: what the engine shall not trust."""
        box = self._inside(task.window.box)
        pixels = self.picture.pixels[box.y0 : box.y1, box.x0 : box.x1]
        full = np.iinfo(pixels.dtype).max
        colours = pixels[..., : self.channels].astype(np.float32) / full
        damaged, ranks = self.fills.index(box)
        settled = self.fills.settled[ranks]
        unknown = damaged.copy()
        unknown[damaged] = ~settled
        known = damaged & ~unknown
        colours[known] = self.fills.values[task.candidate, ranks[settled]].astype(np.float32) / FULL
        if self.picture.info.has_alpha:
            unknown = _with_transparent(unknown, damaged, pixels[..., -1] == 0)
        if self.channels == 1:
            colours = colours.repeat(3, axis=2)
        side = task.window.box.width
        return _padded(colours, side, directional), _padded(unknown, side, directional)

    def _scatter(self, task: Task, filled: np.ndarray) -> None:
        mask, ranks, weight = self._share(task.window)
        colours = filled[: mask.shape[0], : mask.shape[1]][mask]
        if self.channels == 1:
            colours = colours.mean(axis=1, keepdims=True)
        self.fills.add(task.candidate, ranks, colours, weight)
        if task.candidate == len(self.seeds) - 1:
            self.fills.advance(ranks, weight)

    def _share(self, window: Window) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where a window writes: (mask (h, w), ranks (k,), weights (k,))."""
        box = self._inside(window.box)
        mask, ranks = self.fills.index(box)
        weight = weights(window, box)[mask]
        wanted = self.plan.belongs(box, window.group)[mask] & (weight > 0) & ~self.fills.settled[ranks]
        mask = mask.copy()
        mask[mask] = wanted
        return mask, ranks[wanted], weight[wanted]

    def _settle(self, window: Window) -> None:
        kept = self._inside(window.kept)
        mask, ranks = self.fills.index(kept)
        self.fills.settled[ranks[self.plan.belongs(kept, window.group)[mask]]] = True

    def _inside(self, box: Box) -> Box:
        height, width = self.picture.pixels.shape[:2]
        return Box(box.x0, box.y0, min(box.x1, width), min(box.y1, height))


class Preview:
    """The whole picture with the first candidate's fills so far, at most 512 pixels a side."""

    def __init__(self, picture: Picture, damaged: np.ndarray, fills: Fills) -> None:
        self.step = step = max(1, -(-max(damaged.shape) // _PREVIEW))
        pixels = picture.pixels[::step, ::step, : 3 if picture.info.bands >= 3 else 1]
        pixels = (pixels >> (picture.info.bit_depth - 8)).astype(np.uint8)
        self.pixels = pixels.repeat(3, axis=2) if pixels.shape[2] == 1 else pixels
        self.mask = damaged[::step, ::step].copy()
        self.fills = fills
        ranks = [
            fills.starts[row] + np.cumsum(damaged[row], dtype=np.int64)[::step][sampled] - 1
            for row, sampled in zip(range(0, len(damaged), step), self.mask, strict=True)
        ]
        self.ranks = np.concatenate(ranks)

    def draw(self, box: Box | None = None, window: np.ndarray | None = None) -> np.ndarray:
        """(h, w, 3) uint8; an unfinished window (h, w, 3) uint8 is shown over the losses in its box."""
        drawn = self.pixels.copy()
        there = self.fills.weight[self.ranks] > 0
        part = drawn[self.mask]
        part[there] = (self.fills.values[0, self.ranks[there]] >> 8).astype(np.uint8)
        drawn[self.mask] = part
        if box is not None and window is not None and window.shape == (box.height, box.width, 3):
            rows, columns = (slice(-(-start // self.step), None) for start in (box.y0, box.x0))
            shown = window[-box.y0 % self.step :: self.step, -box.x0 % self.step :: self.step]
            target, mask = drawn[rows, columns], self.mask[rows, columns]
            height, width = min(len(shown), len(target)), min(shown.shape[1], target.shape[1])
            np.copyto(target[:height, :width], shown[:height, :width], where=mask[:height, :width, None])
        return drawn


def check_filled(filled: np.ndarray, windows: np.ndarray, masks: np.ndarray) -> None:
    """Refuse what no restoration can be: another shape, numbers that are none, black where the paint around is not.

    Raises `EngineError`.
    """
    if not isinstance(filled, np.ndarray) or filled.shape != windows.shape:
        raise EngineError("The engine returned windows of another shape than it was given.")
    for result, window, mask in zip(filled, windows, masks, strict=True):
        inside = result[mask]
        if not np.isfinite(inside).all():
            raise EngineError("The engine returned values that are no numbers, so nothing was kept.")
        if inside.size and inside.max() < 1 / 255 and mask.sum() > 1 and window[~mask].size:
            around = window[~mask].mean()
            if around > 0.1:
                raise EngineError("The engine returned plain black for a loss, so nothing was kept.")


def _seed(seed: int, box: Box) -> int:
    return int(np.random.SeedSequence([seed, box.x0, box.y0, box.width]).generate_state(1)[0])


def _with_transparent(unknown: np.ndarray, damaged: np.ndarray, transparent: np.ndarray) -> np.ndarray:
    """Colour under full transparency is not paint, so it is not context, unless there is nothing else."""
    both = unknown | (transparent & ~damaged)
    return unknown if both.all() else both


def _padded(array: np.ndarray, side: int, directional: bool = False) -> np.ndarray:
    """Mirror a part that is smaller than its window, as often as needed; of a directional picture carry on its rim."""
    height, width = array.shape[:2]
    if (height, width) == (side, side):
        return array
    missing = [(0, side - height), (0, side - width)] + [(0, 0)] * (array.ndim - 2)
    return np.pad(array, missing, mode="edge" if directional else "symmetric")
