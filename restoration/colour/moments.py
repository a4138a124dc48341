"""Whitening and colouring by Cholesky factors: features take on the mean and covariance of a reference."""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Moments:
    """mean (N, C, 1) and Cholesky factor (N, C, C), lower triangular, of some features; float64."""

    mean: Tensor
    factor: Tensor

    @classmethod
    def of(cls, features: Tensor, steadiness: float, counted: Tensor | None = None) -> Self:
        """Of features (N, C, H, W). counted: (N, 1, H, W) weights of at least 0; without, every pixel counts alike.

        steadiness is added to the diagonal of the covariance, so that features without any spread have a factor, too.
        """
        values = _exact(features.flatten(2))
        if counted is None:
            weights = torch.full_like(values[:, :1], 1 / values.shape[2])
        else:
            weights = _exact(counted.flatten(2))
            weights = weights / weights.sum(2, keepdim=True).clamp(min=1e-12)
        mean = (values * weights).sum(2, keepdim=True)
        centred = values - mean
        return cls.given(mean, (centred * weights) @ centred.mT, steadiness)

    @classmethod
    def given(cls, mean: Tensor, covariance: Tensor, steadiness: float) -> Self:
        """Of a mean (N, C, 1) and a covariance (N, C, C)."""
        ridge = steadiness * torch.eye(mean.shape[1], dtype=torch.float64, device=mean.device)
        return cls(mean.double(), torch.linalg.cholesky(covariance.double() + ridge))

    @classmethod
    def mean_of(cls, several: list[Self]) -> Self:
        """Of several references, each counting alike: the moments of their mixture."""
        mean = torch.stack([one.mean for one in several]).mean(0)
        spread = [one.factor @ one.factor.mT + (one.mean - mean) @ (one.mean - mean).mT for one in several]
        return cls.given(mean, torch.stack(spread).mean(0), 0.0)


@dataclass(frozen=True)
class Affine:
    """x → matrix x + offset: whitening by one factor and colouring by another, L_s L_c⁻¹ (x - μ_c) + μ_s."""

    matrix: Tensor
    offset: Tensor

    @classmethod
    def between(cls, content: Moments, reference: Moments) -> Self:
        """From the moments of the content to those of the reference."""
        matrix = torch.linalg.solve_triangular(content.factor, reference.factor, upper=False, left=False)
        return cls(matrix, reference.mean - matrix @ content.mean)

    def apply(self, features: Tensor) -> Tensor:
        """Features (N, C, H, W) of any precision."""
        flat = features.flatten(2)
        moved = self.matrix.to(flat) @ flat + self.offset.to(flat)
        return moved.unflatten(2, features.shape[2:])


class Calibration(nn.Module):
    """What moments the faded work had, judged from those it has and those of the reference.

    Not in the paper, where the result takes on the reference's moments whatever they are: no two paintings, and no two
    halves of one, share them, and what is left of the work says how far it has faded. A small perceptron moves the
    reference's mean (in units of its own deviations) and scales its factor, channel by channel. It starts as the paper.
    """

    def __init__(self, channels: int, hidden: int = 64) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4 * channels, hidden), nn.SiLU(), nn.Linear(hidden, 2 * channels))
        nn.init.zeros_(self.layers[-1].weight)
        nn.init.zeros_(self.layers[-1].bias)

    def forward(self, content: Moments, reference: Moments) -> Moments:
        """The moments to give to the content."""
        known = [content.mean[..., 0], _spread(content).log(), reference.mean[..., 0], _spread(reference).log()]
        weight = self.layers[0].weight
        moved, scaled = _exact(self.layers(torch.cat(known, 1).to(weight))).chunk(2, 1)
        mean = reference.mean + (moved * _spread(reference))[..., None]
        return Moments(mean, reference.factor * scaled.exp()[..., None])


def _exact(values: Tensor) -> Tensor:
    """In float64, on the processor where the device (Apple's) has none."""
    return (values.cpu() if values.device.type == "mps" else values).double()


def _spread(moments: Moments) -> Tensor:
    """The deviation of each channel, (N, C)."""
    return moments.factor.square().sum(2).sqrt()
