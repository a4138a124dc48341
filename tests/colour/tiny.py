"""Colour networks small enough for tests, with random weights."""

from dataclasses import replace

import numpy as np
import torch

from restoration.colour.config import ColourConfig
from restoration.colour.network import ColourNetwork

CONFIG = ColourConfig(
    channels=3, blocks=(1, 1, 1), refinement=1, hidden=(3, 4, 5), guide=(2, 2, 2), calibrated=False
)  # fmt: skip


def network(seed: int = 0, spread: float = 0.05, **changes) -> ColourNetwork:
    """A network of `CONFIG` with these changes; `spread` is the deviation of the weights that start as zeros."""
    torch.manual_seed(seed)
    made = ColourNetwork(replace(CONFIG, **changes))
    for name, weights in made.named_parameters():
        if name.endswith(("join.weight", "layers.2.weight")):
            torch.nn.init.normal_(weights, std=spread)
    return made.eval()


def picture(height: int, width: int, seed: int = 0) -> np.ndarray:
    """(height, width, 3) float32 in 0..1: two tones with some grain."""
    rng = np.random.default_rng(seed)
    tones = np.where(np.arange(width)[None, :, None] < width / 2, rng.random(3), rng.random(3))
    return np.clip(tones + 0.05 * rng.standard_normal((height, width, 3)), 0, 1).astype(np.float32)


def tensor(pixels: np.ndarray) -> torch.Tensor:
    """(1, 3, h, w)."""
    return torch.from_numpy(pixels).permute(2, 0, 1)[None]
