"""Whole paintings as small squares for training text-to-ink, and batches drawn from them."""

import os
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from gpu_workers.training import data

LEAST = 0.6  # of the shorter side of a painting, in further views of it
WHOLE = 0.2  # share of a batch that shows whole paintings, scaled down


def square(pixels: np.ndarray, size: int) -> np.ndarray:
    """The middle square of a painting, as large as its shorter side, scaled to (size, size, 3) uint8."""
    side = min(pixels.shape[:2])
    top, left = ((length - side) // 2 for length in pixels.shape[:2])
    cut = Image.fromarray(pixels[top : top + side, left : left + side])
    return np.asarray(cut.resize((size, size), Image.Resampling.LANCZOS))


def part(pixels: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """A square somewhere in a painting, at least `LEAST` as long as its shorter side, scaled as `square` does."""
    side = int(min(pixels.shape[:2]) * rng.uniform(LEAST, 1))
    top, left = (int(rng.integers(length - side + 1)) for length in pixels.shape[:2])
    return square(pixels[top : top + side, left : left + side], size)


def squares(paintings: Sequence[data.Painting], size: int, work: Path, view: int = 0) -> np.ndarray:
    """Squares (N, size, size, 3) uint8 of the paintings, kept in a file of `work` between runs.

    view: 0 for the middle ones; each further view has a square somewhere in every painting.
    """
    path = work / f"squares-{len(paintings)}x{size}{f'-view-{view}' if view else ''}.npy"
    if not path.is_file():
        work.mkdir(parents=True, exist_ok=True)
        made = np.lib.format.open_memmap(path.with_suffix(".part"), "w+", np.uint8, (len(paintings), size, size, 3))

        def make(number: int) -> None:
            pixels = data.load(paintings[number].path)
            made[number] = part(pixels, size, np.random.default_rng((view, number))) if view else square(pixels, size)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            numbers = range(len(paintings))
            list(tqdm(pool.map(make, numbers), desc="squares", total=len(paintings), mininterval=10, disable=None))
        made.flush()
        os.replace(path.with_suffix(".part"), path)
    return np.load(path, mmap_mode="r")


@dataclass(frozen=True)
class Batch:
    """Pictures (N, 3, c, c) in -1..1, their numbers among the squares, and which show a whole painting: (N,) bool, on
    the CPU.
    """

    pictures: Tensor
    numbers: list[int]
    whole: Tensor


class Batches:
    """Draws from squares (N, s, s, 3): crops at their own scale, and whole paintings scaled down, some mirrored and all
    slightly toned; the generator alone decides. Those whose numbers are `upright` are never mirrored.
    """

    def __init__(
        self, pixels: np.ndarray, batch: int, crop: int, device: str, whole: float = WHOLE,
        upright: Collection[int] = (),
    ) -> None:  # fmt: skip
        self.pixels, self.batch, self.device, self.share, self.upright = pixels, batch, device, whole, upright
        self.crop = min(crop, pixels.shape[1])
        self.resident = torch.from_numpy(np.array(pixels)).to(device) if device == "cuda" else None

    def draw(self, generator: torch.Generator) -> Batch:
        """The next batch."""
        numbers = torch.randint(len(self.pixels), (self.batch,), generator=generator).tolist()
        whole = torch.rand(self.batch, generator=generator) < self.share
        pictures = [self._one(n, bool(w), generator) for n, w in zip(numbers, whole, strict=True)]
        stacked = torch.stack(pictures).to(self.device).contiguous(memory_format=torch.channels_last)
        return Batch(stacked, numbers, whole)

    def _one(self, number: int, whole: bool, generator: torch.Generator) -> Tensor:
        kept = torch.from_numpy(self.pixels[number].copy()) if self.resident is None else self.resident[number]
        pixels = kept.permute(2, 0, 1).float() / 127.5 - 1
        top, left = torch.randint(self.pixels.shape[1] - self.crop + 1, (2,), generator=generator).tolist()
        if whole:
            picture = F.interpolate(pixels[None], (self.crop, self.crop), mode="bilinear", antialias=True)[0]
        else:
            picture = pixels[:, top : top + self.crop, left : left + self.crop]
        gain, lift, mirror = torch.rand(3, generator=generator).tolist()
        picture = picture * (0.95 + 0.1 * gain) + 0.06 * (lift - 0.5)
        return picture.flip(-1) if mirror < 0.5 and number not in self.upright else picture


def moved(tensor: Tensor, device: str | torch.device) -> Tensor:
    """The tensor on a device; a card does not wait for it."""
    return tensor.pin_memory().to(device, non_blocking=True) if torch.device(device).type == "cuda" else tensor
