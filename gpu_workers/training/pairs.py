"""Pairs for colour reconstruction: a faded picture, a well-kept reference, the true colours where they are known."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gpu_workers.training import data
from gpu_workers.training.fading import fade

KNOWN_SHARE = 0.5  # of pairs whose faded side is a well-kept painting aged by `fade`
NEAR = 12  # how far the reference of a really faded painting may lie from it in its museum's row


@dataclass(frozen=True)
class Pairs:
    """Pictures (N, 3, c, c) in 0..1; known: (N,) bool, whether `truth` is the true state of `faded`."""

    faded: Tensor
    reference: Tensor
    truth: Tensor
    known: Tensor


class PairMaker:
    """Draws pairs of squares from a folder's paintings; the generator alone decides which.

    Known: one part of a well-kept painting is aged, another part of the same painting is the reference, as colours
    survive under a mount. Not known: a really faded painting, and a well-kept one from the same museum near it.
    """

    def __init__(self, paintings: list[data.Painting], batch: int, crop: int, device: str = "cpu") -> None:
        self.batch, self.crop, self.device = batch, crop, device
        self.kept = [painting for painting in paintings if not painting.is_faded]
        self.faded = [painting for painting in paintings if painting.is_faded]
        if not self.kept:
            raise data.DataError("There are no well-kept paintings to take references from.")

    def draw(self, generator: torch.Generator, known_share: float = KNOWN_SHARE) -> Pairs:
        """The next pairs, this share of them with a truth, or all where there are no really faded paintings."""
        rng = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        known = round(self.batch * known_share) if self.faded else self.batch
        drawn = [self._known(rng) if index < known else self._unknown(rng) for index in range(self.batch)]
        faded, reference, truth = (self._tensor([pair[part] for pair in drawn]) for part in range(3))
        return Pairs(faded, reference, truth, torch.tensor([pair[3] for pair in drawn], device=self.device))

    def _known(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
        painting = self.kept[int(rng.integers(len(self.kept)))]
        first, second = data.halves(data.load(painting.path), int(rng.integers(2)))
        if rng.random() < 0.5:
            first, second = second, first
        truth, reference = (self._crop(half, painting, rng) for half in (first, second))
        return fade(truth, rng), reference, truth, True

    def _unknown(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
        painting = self.faded[int(rng.integers(len(self.faded)))]
        near = data.neighbours(painting, self.kept, NEAR)
        faded = self._crop(data.load(painting.path), painting, rng)
        beside = near[int(rng.integers(len(near)))]
        reference = self._crop(data.load(beside.path), beside, rng)
        return faded, reference, faded, False

    def _crop(self, pixels: np.ndarray, painting: data.Painting, rng: np.random.Generator) -> np.ndarray:
        crop = data.random_crop(pixels, self.crop, rng)
        if rng.random() < 0.5 and not painting.is_directional:
            crop = crop[:, ::-1]
        return crop.astype(np.float32) / 255

    def _tensor(self, pictures: list[np.ndarray]) -> Tensor:
        return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous().to(self.device)
