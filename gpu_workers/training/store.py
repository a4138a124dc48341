"""Prepared training crops on disk, so that decoding and pre-filling never hold up a training step.

A store is a folder of memory-mapped arrays that a process of its own fills while training already draws from what is
there.
"""

import multiprocessing
import os
import threading
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from tqdm import tqdm

from gpu_workers.evaluation import holes
from gpu_workers.training import data
from restoration.imagest.prefill import prefill

ARRAYS = ("truth", "patch", "tone", "mask")


class Store:
    """Crops with one hole each. ``truth``, ``patch`` and ``tone`` are (N, size, size, 3), ``mask`` (N, size, size), all
    uint8.
    """

    def __init__(self, folder: Path, count: int, size: int = 256) -> None:
        self.folder, self.count, self.size = folder, count, size
        self._order: np.ndarray | None = None
        folder.mkdir(parents=True, exist_ok=True)
        for name in ARRAYS:
            setattr(self, name, self._open(name))

    def _open(self, name: str) -> np.memmap:
        path = self.folder / f"{name}-{self.count}x{self.size}.u8"
        shape = (self.count, self.size, self.size) if name == "mask" else (self.count, self.size, self.size, 3)
        return np.memmap(path, np.uint8, "r+" if path.exists() else "w+", shape=shape)

    @property
    def ready(self) -> int:
        """How many crops may be read."""
        marker = self.folder / f"ready-{self.count}x{self.size}"
        return int(marker.read_text()) if marker.exists() else 0

    def _fill_with(self, processes: int, chosen: tuple) -> None:
        with multiprocessing.get_context("spawn").Pool(processes, _begin, chosen) as pool:
            for index in pool.imap(_make, range(self.ready, self.count)):
                self._mark(index + 1)

    def _mark(self, ready: int) -> None:
        marker = self.folder / f"ready-{self.count}x{self.size}"
        temporary = marker.with_suffix(".part")
        temporary.write_text(str(ready))
        os.replace(temporary, marker)

    def painting(self, index: int, paintings: list[data.Painting], seed: int) -> data.Painting:
        """The painting that crop ``index`` was taken from."""
        if self._order is None:
            self._order = np.random.default_rng(seed).permutation(len(paintings))
        return paintings[self._order[index % len(paintings)]]

    def fill(self, paintings: list[data.Painting], overlays: list[Path], seed: int) -> None:
        """Prepare what is missing, going round the paintings in a fixed shuffled order; can be stopped and taken up
        again.
        """
        for index in tqdm(range(self.ready, self.count), desc="crops", mininterval=30, disable=None):
            self._mark(self.make(index, paintings, overlays, seed) + 1)

    def make(self, index: int, paintings: list[data.Painting], overlays: list[Path], seed: int) -> int:
        """Prepare the crop of this number; the number and the seed alone decide what it is."""
        rng = np.random.default_rng((seed, index))
        pixels = data.load(self.painting(index, paintings, seed).path)
        truth = data.random_crop(pixels, self.size, rng)
        mask = holes.draw(holes.KINDS[index % len(holes.KINDS)], self.size, rng, overlays)
        filled = prefill(truth.astype(np.float32) / 255, mask, seed=index)
        self.truth[index], self.mask[index] = truth, mask
        self.patch[index], self.tone[index] = np.rint(filled.patch * 255), np.rint(filled.tone * 255)
        return index

    def fill_beside(
        self, paintings: list[data.Painting], overlays: list[Path], seed: int, wait_for: int, processes: int = 1
    ) -> None:
        """Fill in so many other processes and return as soon as ``wait_for`` crops are ready."""
        wait_for = min(wait_for, self.count)
        if self.ready < self.count:
            chosen = (self.folder, self.count, self.size, paintings, overlays, seed)
            filling = threading.Thread(target=self._fill_with, args=(processes, chosen), daemon=True)
            filling.start()
            while self.ready < wait_for and filling.is_alive():
                time.sleep(0.2)
        if self.ready < wait_for:
            raise data.DataError(f"Only {self.ready} training crops could be prepared in {self.folder}.")


def _begin(folder: Path, count: int, size: int, *chosen: object) -> None:
    """In a process of the pool: the store, and what its crops are made of."""
    cv2.setNumThreads(1)
    _ours.update(store=Store(folder, count, size), chosen=chosen)


def _make(index: int) -> int:
    return _ours["store"].make(index, *_ours["chosen"])


_ours: dict[str, Any] = {}
