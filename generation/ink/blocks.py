"""Building blocks of the VQGAN. None looks at more of a picture than a few cells around a place, so that a scroll of
any length can be decoded in windows.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

DENSE_LAYERS = 3


def convolution(before: int, after: int) -> nn.Conv2d:
    """3x3, the border continued: zeros around small training crops would teach what no scroll has in its middle."""
    return nn.Conv2d(before, after, 3, padding=1, padding_mode="replicate")


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside an identity; a fresh block changes nothing."""

    radius = 2

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = convolution(channels, channels)
        self.second = zero_init(convolution(channels, channels))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.silu(self.first(F.silu(x))))


class ResidualDenseBlock(nn.Module):
    """Convolutions that each see what all before them found, joined by a 1x1 convolution beside an identity (eq. 9;
    Zhang et al. 2018). A fresh block changes nothing.
    """

    radius = DENSE_LAYERS

    def __init__(self, channels: int, growth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(convolution(channels + number * growth, growth) for number in range(DENSE_LAYERS))
        self.join = zero_init(nn.Conv2d(channels + DENSE_LAYERS * growth, channels, 1))

    def forward(self, x: Tensor) -> Tensor:
        found = x
        for layer in self.layers:
            found = torch.cat([found, F.silu(layer(found))], 1)
        return x + self.join(found)


class ChannelNorm(nn.Module):
    """Layer normalisation over the channels of each place alone."""

    def __init__(self, channels: int, learned: bool = True) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels, elementwise_affine=learned)

    def forward(self, x: Tensor) -> Tensor:
        return self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class StyleNorm(nn.Module):
    """Style normalisation (eq. 8): the channels of each place are normalised, then scaled and shifted by the text.

    text: (N, text_width). A fresh one ignores the text.
    """

    def __init__(self, channels: int, text_width: int) -> None:
        super().__init__()
        self.norm = ChannelNorm(channels, learned=False)
        self.text = nn.Linear(text_width, 2 * channels)
        nn.init.zeros_(self.text.weight)
        nn.init.zeros_(self.text.bias)

    def forward(self, x: Tensor, text: Tensor) -> Tensor:
        gain, shift = self.text(text)[..., None, None].chunk(2, 1)
        return self.norm(x) * (1 + gain) + shift


class Attention(nn.Module):
    """Self-attention over all places beside an identity, scaled by γ that starts at zero, then LayerNorm (eq. 6)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Conv2d(channels, channels, 1) for _ in range(3))
        self.gamma = nn.Parameter(torch.zeros(()))
        self.norm = ChannelNorm(channels)

    def forward(self, x: Tensor) -> Tensor:
        queries, keys, values = (
            layer(x).flatten(2).transpose(1, 2)[:, None] for layer in (self.query, self.key, self.value)
        )
        seen = F.scaled_dot_product_attention(queries, keys, values)[:, 0].transpose(1, 2).reshape(x.shape)
        return self.norm(self.gamma * seen + x)


def zero_init(layer: nn.Conv2d) -> nn.Conv2d:
    """The layer with all its weights at zero."""
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def unfolding(channels: int, after: int, fold: int) -> nn.Sequential:
    """Each place to fold x fold pixels of `after` channels, at first all alike, so that no grid has to be unlearned."""
    layer = nn.Conv2d(channels, after * fold**2, 1)
    with torch.no_grad():
        layer.weight.copy_(layer.weight[:after].repeat_interleave(fold**2, 0))
        layer.bias.copy_(layer.bias[:after].repeat_interleave(fold**2, 0))
    return nn.Sequential(layer, nn.PixelShuffle(fold))
