"""Training batches drawn from a store of prepared crops."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from gpu_workers.training.store import Store

LAYERS = ("truth", "patch", "tone")


@dataclass(frozen=True)
class Batch:
    """Pictures (N, 3, c, c) in -1..1, masks (N, 1, c, c) of 0 and 1, and the crops' numbers in the store."""

    truth: Tensor
    patch: Tensor
    tone: Tensor
    masks: Tensor
    indices: list[int]


class Batches:
    """Draws squares of ``crop`` pixels around some damage, mirrored and slightly toned at random, the same way in every
    layer. Crops of `upright` paintings are never mirrored.
    """

    def __init__(
        self, store: Store, batch: int, crop: int, device: str, upright: Callable[[int], bool] = lambda index: False
    ) -> None:
        self.store, self.batch, self.crop, self.device = store, batch, min(crop, store.size), device
        self.upright = upright

    def draw(self, generator: torch.Generator) -> Batch:
        """The next batch; the generator alone decides what is in it, given how many crops are ready."""
        indices = torch.randint(self.store.ready, (self.batch,), generator=generator).tolist()
        rows = [self._row(index, generator) for index in indices]
        *pictures, masks, gain, lift = (torch.stack(layer).to(self.device) for layer in zip(*rows, strict=True))
        toned = [(layer.permute(0, 3, 1, 2) / 127.5 - 1) * gain + lift for layer in pictures]
        masks = masks[:, None].float()
        layers = (layer.contiguous(memory_format=torch.channels_last) for layer in (*toned, masks))
        return Batch(*layers, indices=indices)

    def references(self, indices: list[int]) -> Tensor:
        """The whole pre-filled crops as style references: (N, 3, size, size) in -1..1."""
        crops = torch.stack([torch.from_numpy(self.store.patch[index].copy()) for index in indices])
        return crops.permute(0, 3, 1, 2).to(self.device) / 127.5 - 1

    def _row(self, index: int, generator: torch.Generator) -> tuple[Tensor, ...]:
        """Truth, patch and tone (c, c, 3) and mask (c, c), uint8, then gain and lift (3, 1, 1)."""
        mask = torch.from_numpy(self.store.mask[index].copy())
        window = self._window(mask, generator)
        layers = [torch.from_numpy(getattr(self.store, name)[index][window].copy()) for name in LAYERS]
        layers.append(mask[window])
        gain, lift = (torch.rand(2, 3, 1, 1, generator=generator) - 0.5) * torch.tensor([0.2, 0.1]).view(2, 1, 1, 1)
        if torch.rand((), generator=generator) < 0.5 and not self.upright(index):
            layers = [layer.flip(1) for layer in layers]
        return *layers, 1 + gain.mean() + gain * 0.3, lift

    def _window(self, mask: Tensor, generator: torch.Generator) -> tuple[slice, slice]:
        if self.crop == self.store.size:
            return slice(None), slice(None)
        damaged = mask.nonzero()
        centre = (
            damaged[torch.randint(len(damaged), (), generator=generator)]
            if len(damaged)
            else torch.tensor(mask.shape) // 2
        )
        shift = torch.randint(-self.crop // 4, self.crop // 4 + 1, (2,), generator=generator)
        start = (centre + shift - self.crop // 2).clamp(0, self.store.size - self.crop).tolist()
        return slice(start[0], start[0] + self.crop), slice(start[1], start[1] + self.crop)
