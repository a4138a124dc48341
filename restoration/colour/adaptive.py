"""CAFE, content adaptive feature extraction: a convolution that only listens to neighbours of the same content."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

HALF = ((0, 1), (1, -1), (1, 0), (1, 1))  # of the eight neighbours; each of the other four lies opposite one of these
TAPS = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
STRIP_BYTES = 2 << 20  # of weighed, shifted copies at a time: what fits in a processor's cache is several times faster


def likeness(framed: Tensor) -> list[Tensor]:
    """K of eq. 5 for the nine taps of a 3x3 kernel, in reading order.

    framed: f with a frame of one pixel, (N, C, H + 2, W + 2). Returns nine (N, 1, H, W) in 0..1: exp(-½ ‖f_i - f_j‖²)
    of pixel i and its neighbour j, 1 for the pixel itself. K is symmetric, so each of four differences serves two taps.
    """
    height, width = framed.shape[2] - 2, framed.shape[3] - 2
    weights = {(0, 0): framed.new_ones((1, 1, 1, 1))}
    for dy, dx in HALF:
        # for every pixel from which a step (dy, dx) starts or ends inside
        top, left = 1 - dy, 1 - max(dx, 0)
        bottom, right = 1 + height, left + width + abs(dx)
        there = framed[:, :, top + dy : bottom + dy, left + dx : right + dx]
        alike = (framed[:, :, top:bottom, left:right] - there).square().sum(1, keepdim=True).mul(-0.5).exp()
        own = 1 - left
        weights[dy, dx] = alike[:, :, dy : dy + height, own : own + width]
        weights[-dy, -dx] = alike[:, :, :height, own - dx : own - dx + width]
    return [weights[tap] for tap in TAPS]


def adaptive_convolution(values: Tensor, guide: Tensor, kernel: Tensor, bias: Tensor | None = None) -> Tensor:
    """Pixel-adaptive convolution (Su et al. 2019): each tap of a 3x3 kernel is weighed by how alike two pixels are.

    values: v, (N, C, H, W). guide: f, (N, G, H, W). kernel: W, (D, C, 3, 3). Returns (N, D, H, W); outside the picture
    v is 0. In strips of rows, for each one product with nine weighed, shifted copies of v.
    """
    height, width = values.shape[2:]
    framed_values, framed_guide = (F.pad(maps, (1, 1, 1, 1)) for maps in (values, guide))
    flat = kernel.permute(0, 2, 3, 1).flatten(1)[:, :, None, None].contiguous()  # (D, 9 C, 1, 1), tap after tap
    rows = max(1, STRIP_BYTES // (len(TAPS) * values[:, :, 0].numel() * values.element_size()))
    strips = []
    for top in range(0, height, rows):
        part = slice(top, min(top + rows, height) + 2)
        weights = likeness(framed_guide[:, :, part])
        strip, count = framed_values[:, :, part], part.stop - part.start - 2
        shifted = [
            strip[:, :, 1 + dy : 1 + dy + count, 1 + dx : 1 + dx + width] * weight
            for (dy, dx), weight in zip(TAPS, weights, strict=True)
        ]
        strips.append(F.conv2d(torch.cat(shifted, 1), flat, bias))
    return torch.cat(strips, 2)


class ContentAdaptiveFeatures(nn.Module):
    """Two convolutions give f and v, a pixel-adaptive convolution joins them (Fig. 4).

    It starts as nothing at all, so that an untrained network is the identity. adaptive: False leaves a plain
    convolution of v, the paper's ablation.
    """

    def __init__(self, channels: int, hidden: int, guide: int, adaptive: bool = True) -> None:
        super().__init__()
        self.guide = nn.Conv2d(channels, guide, 3, padding=1) if adaptive else None
        self.values = nn.Conv2d(channels, hidden, 3, padding=1)
        self.join = nn.Conv2d(hidden, channels, 3, padding=1)
        nn.init.zeros_(self.join.weight)
        nn.init.zeros_(self.join.bias)

    def forward(self, features: Tensor) -> Tensor:
        """(N, C, H, W) → (N, C, H, W)."""
        values = self.values(features).relu()
        if self.guide is None:
            return self.join(values)
        return adaptive_convolution(values, self.guide(features), self.join.weight, self.join.bias)
