"""CAFE, content adaptive feature extraction: a convolution that only listens to neighbours of the same content."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

HALF = ((0, 1), (1, -1), (1, 0), (1, 1))  # of the eight neighbours; each of the other four lies opposite one of these
TAPS = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]


def likeness(guide: Tensor) -> list[Tensor]:
    """K of eq. 5 for the nine taps of a 3x3 kernel, in reading order.

    guide: f, (N, C, H, W). Returns nine (N, 1, H, W) in 0..1: exp(-½ ‖f_i - f_j‖²) of pixel i and its neighbour j, 1
    for the pixel itself. K is symmetric, so each of four differences serves two taps.
    """
    height, width = guide.shape[2:]
    framed = F.pad(guide, (1, 1, 1, 1))
    weights = {(0, 0): torch.ones_like(guide[:, :1])}
    for dy, dx in HALF:
        # for every pixel from which a step (dy, dx) starts or ends inside
        rows, left = slice(1 - dy, 1 + height), 1 - max(dx, 0)
        columns = slice(left, left + width + abs(dx))
        there = framed[:, :, rows.start + dy : rows.stop + dy, columns.start + dx : columns.stop + dx]
        alike = (framed[:, :, rows, columns] - there).square().sum(1, keepdim=True).mul(-0.5).exp()
        own = 1 - columns.start
        weights[dy, dx] = alike[:, :, dy : dy + height, own : own + width]
        weights[-dy, -dx] = alike[:, :, :height, own - dx : own - dx + width]
    return [weights[tap] for tap in TAPS]


def adaptive_convolution(values: Tensor, guide: Tensor, kernel: Tensor, bias: Tensor | None = None) -> Tensor:
    """Pixel-adaptive convolution (Su et al. 2019): each tap of a 3x3 kernel is weighed by how alike two pixels are.

    values: v, (N, C, H, W). guide: f, (N, G, H, W). kernel: W, (D, C, 3, 3). Returns (N, D, H, W); outside the picture
    v is 0. One matrix product over the nine weighed, shifted copies of v, which is what makes it fast.
    """
    height, width = values.shape[2:]
    framed = F.pad(values, (1, 1, 1, 1))
    shifted = [
        framed[:, :, 1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width] * weight
        for (dy, dx), weight in zip(TAPS, likeness(guide), strict=True)
    ]
    flat = kernel.permute(0, 2, 3, 1).flatten(1)  # (D, 9 C), tap after tap
    joined = torch.bmm(flat.expand(len(values), -1, -1), torch.cat(shifted, 1).flatten(2))  # no copy, unlike matmul
    return (joined if bias is None else joined + bias[:, None]).unflatten(2, (height, width))


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
