"""Building blocks of the compact autoencoder."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside an identity; the second starts at zero, so that a fresh block changes nothing.

    There is no normalisation: its statistics would depend on the size of the window.
    """

    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.second = zero_init(nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.silu(self.first(F.silu(x))))


def zero_init(layer: nn.Conv2d) -> nn.Conv2d:
    """The layer with all its weights at zero."""
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def latent_mask(masks: Tensor, factor: int) -> Tensor:
    """Masks (N, 1, H, W) as the share of damage in every latent cell: (N, 1, H/factor, W/factor), 0..1."""
    return F.avg_pool2d(masks.float(), factor)


def touched(masks: Tensor, factor: int) -> Tensor:
    """Which latent cells hold any damage: (N, 1, H/factor, W/factor), 0 or 1."""
    return (F.max_pool2d(masks.float(), factor) > 0).to(torch.float32)
