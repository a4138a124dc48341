"""A codebook: features to their nearest entries, learned as moving averages (van den Oord et al. 2017), factorised and
normalised (Yu et al. 2022), with dead entries revived.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

DECAY = 0.99
FORGET = 0.002  # share of a new batch in moving moments
FLOOR = 1e-3  # of the mean variance: directions with less are noise and are not blown up
DEAD = 0.1  # an entry used less than this share of the mean is dead


class Quantised(NamedTuple):
    """Features (N, C, h, w) after quantisation, entries (N, h, w), and how far features lie from them (a loss)."""

    features: Tensor
    codes: Tensor
    loss: Tensor


class Whitening(nn.Module):
    """Features (N, C, h, w) with moving mean zero and moving covariance one; both are learned in training."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("covariance", torch.eye(channels))
        self.register_buffer("steps", torch.zeros((), dtype=torch.long))

    def forward(self, features: Tensor) -> Tensor:
        if self.training:
            self._learn(features.detach().permute(0, 2, 3, 1).flatten(0, 2))
        values, vectors = torch.linalg.eigh(self.covariance)
        scale = (values.clamp(min=0) + FLOOR * values.mean()).rsqrt()
        return torch.einsum("dc,nchw->ndhw", vectors * scale @ vectors.T, features - self.mean[:, None, None])

    @torch.no_grad()
    def _learn(self, found: Tensor) -> None:
        self.steps += 1
        share = max(FORGET, 1 / int(self.steps))
        self.mean.lerp_(found.mean(0), share)
        off = found - self.mean
        self.covariance.lerp_(off.T @ off / len(off), share)


class Codebook(nn.Module):
    """`count` entries of unit length `code_width`, between two projections from and to `channels`.

    Features are whitened before they are normalised: else they gather along a few directions, the loss draws them
    nearer still, and codes say no more than how dark a place is.

    loose: share of the pictures that pass unquantised while training. A network that starts out loose learns from true
    gradients first, and what it says by then is what the entries settle on.
    """

    loose = 0.0

    def __init__(self, count: int, channels: int, code_width: int) -> None:
        super().__init__()
        self.inward = nn.Conv2d(channels, code_width, 1)
        self.whiten = Whitening(code_width)
        self.outward = nn.Conv2d(code_width, channels, 1)
        self.register_buffer("entries", F.normalize(torch.randn(count, code_width), dim=1))
        self.register_buffer("sums", torch.zeros(count, code_width))
        self.register_buffer("usage", torch.zeros(count))

    def forward(self, features: Tensor) -> Quantised:
        """Quantise features (N, channels, h, w); gradients pass straight through. In training the entries learn."""
        with torch.autocast(features.device.type, enabled=False):  # half precision would mistake near entries
            return self._quantise(features.float())

    def _quantise(self, features: Tensor) -> Quantised:
        found = F.normalize(self.whiten(self.inward(features)), dim=1, eps=1e-3)
        codes = self._nearest(found)
        if self.training:
            self._learn(found.detach().permute(0, 2, 3, 1).flatten(0, 2), codes.flatten())
            codes = self._nearest(found)
        taken = self.entries[codes].permute(0, 3, 1, 2)
        loss = (found - taken).square().sum(1).mean()
        return Quantised(self.outward(self._through(found, taken)), codes, loss)

    def _through(self, found: Tensor, taken: Tensor) -> Tensor:
        """The entries with the gradient of what was found; where it passes unquantised, what was found."""
        quantised = found + (taken - found).detach()
        if not self.training or not self.loose:
            return quantised
        free = torch.rand(len(found), 1, 1, 1, device=found.device) < self.loose
        return torch.where(free, found, quantised)

    def look_up(self, codes: Tensor) -> Tensor:
        """Features (N, channels, h, w) of entries (N, h, w)."""
        return self.outward(self.entries[codes].permute(0, 3, 1, 2))

    @torch.no_grad()
    def _nearest(self, found: Tensor) -> Tensor:
        likeness = torch.einsum("nchw,kc->nhwk", found, self.entries)
        return likeness.argmax(-1)

    @torch.no_grad()
    def _learn(self, found: Tensor, codes: Tensor) -> None:
        count = len(self.entries)
        used = torch.zeros_like(self.usage).index_add_(0, codes, torch.ones_like(codes, dtype=torch.float32))
        sums = torch.zeros_like(self.sums).index_add_(0, codes, found)
        self.usage.lerp_(used, 1 - DECAY)
        self.sums.lerp_(sums, 1 - DECAY)
        mean = len(codes) / count
        dead = self.usage < DEAD * mean
        if dead.any():
            chosen = found[torch.randint(len(found), (int(dead.sum()),)).to(found.device)]
            self.sums[dead], self.usage[dead] = chosen * mean, mean
        self.entries.copy_(F.normalize(self.sums, dim=1))
