"""Colour transfer: of whole pictures at once in training, and of one picture window by window in use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from restoration.colour.moments import Affine, Moments
from restoration.colour.network import MULTIPLE, ColourNetwork
from restoration.colour.reversible import Gates

Copy = tuple[np.ndarray, np.ndarray]  # (h, w, 3) float32 in 0..1, and (h, w) bool: which pixels count


def reconstruct(network: ColourNetwork, faded: Tensor, reference: Tensor) -> Tensor:
    """Faded pictures (N, 3, H, W) in 0..1 with the colours of references (N, 3, H', W'); not clipped."""
    features = network(faded)
    between = network.between(network.moments(features), network.moments(network(reference)))
    return network.inverse(between.apply(features), faded.shape[2:])


@dataclass(frozen=True)
class Transfer:
    """What was learned from copies of one picture and its references, to be applied to windows of the picture.

    there, back: the channel weights of both passes over the whole picture, which every window uses, so that windows
        meet without a seam.
    """

    network: ColourNetwork
    affine: Affine
    there: Gates
    back: Gates

    @property
    def margin(self) -> int:
        """Pixels of surroundings that a window needs on each side; a multiple of `MULTIPLE`."""
        return 2 * self.network.radius

    @property
    def multiple(self) -> int:
        """Windows start at multiples of this: the squeezes take pixels together in fours."""
        return MULTIPLE

    @torch.inference_mode()
    def apply(self, window: np.ndarray) -> np.ndarray:
        """Recolour a window (h, w, 3) float32 in 0..1; not clipped."""
        features = self.network(_tensor(window, self.network), self.there.replay())
        moved = self.affine.apply(features)
        del features
        recoloured = self.network.inverse(moved, window.shape[:2], self.back.replay())
        return recoloured[0].permute(1, 2, 0).cpu().numpy()


@torch.inference_mode()
def study(
    network: ColourNetwork,
    picture: Copy,
    references: Sequence[Copy],
    step: Callable[[float], None] = lambda share: None,
) -> Transfer:
    """Learn the transfer from a copy of the picture and of each reference; `step` hears the share that is done.

    Several references count alike, whatever their sizes.
    """
    wanted = []
    for number, reference in enumerate(references):
        step(number / (len(references) + 2))
        wanted.append(_moments(network, reference, Gates())[1])
    there, back = Gates(), Gates()
    step(len(references) / (len(references) + 2))
    features, content = _moments(network, picture, there)
    affine = network.between(content, Moments.mean_of(wanted))
    step((len(references) + 1) / (len(references) + 2))
    network.inverse(affine.apply(features), picture[0].shape[:2], back)
    step(1.0)
    return Transfer(network, affine, there, back)


def _moments(network: ColourNetwork, copy: Copy, gates: Gates) -> tuple[Tensor, Moments]:
    pixels, counted = copy
    features = network(_tensor(pixels, network), gates)
    height, width = counted.shape
    weights = features.new_zeros((1, 1, *features.shape[2:]))
    weights[0, 0, :height, :width] = torch.from_numpy(counted)
    return features, network.moments(features, weights)


def _tensor(pixels: np.ndarray, network: ColourNetwork) -> Tensor:
    tensor = torch.from_numpy(np.ascontiguousarray(pixels, dtype=np.float32)).permute(2, 0, 1)[None]
    return tensor.to(next(network.parameters()).device)
