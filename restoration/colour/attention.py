"""DPCA, dual pooling channel attention: which channels count is read from the picture as a whole."""

from functools import cache

import torch
from torch import Tensor, nn

POOLED = 50
REACH = 5


class DualPoolingChannelAttention(nn.Module):
    """Average pooling to 50x50, global average pooling, a convolution over neighbouring channels, sigmoid (Fig. 3)."""

    def __init__(self) -> None:
        super().__init__()
        self.mix = nn.Conv1d(1, 1, REACH, padding=REACH // 2)

    def weights(self, features: Tensor) -> Tensor:
        """(N, C, H, W) → weights (N, C, 1, 1) in 0..1."""
        return self.mix(dual_pooled(features)[:, None])[:, 0, :, None, None].sigmoid()


def dual_pooled(features: Tensor) -> Tensor:
    """The mean of the 50x50 means, (N, C, H, W) → (N, C): a weighted mean, for 50 seldom divides a side."""
    rows, columns = (_shares(length).to(features) for length in features.shape[2:])
    return torch.einsum("nchw,h,w->nc", features, rows, columns)


@cache
def _shares(length: int) -> Tensor:
    """How much each place counts in the mean over the means of `POOLED` adaptive windows, (length,), sum 1."""
    shares = torch.zeros(length, dtype=torch.float64)
    for window in range(POOLED):
        start, stop = window * length // POOLED, -(-(window + 1) * length // POOLED)
        shares[start:stop] += 1 / (POOLED * (stop - start))
    return shares
