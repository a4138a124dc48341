"""A small patch discriminator that knows where the hole is (the soft-mask idea of AOT-GAN, Zeng et al. 2022)."""

import itertools

from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm


class PatchCritic(nn.Module):
    """Pictures (N, 3, H, W) in -1..1 to a score for every patch, (N, 1, H/8, W/8): high = real."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        widths = (3, width, 2 * width, 4 * width)
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise(widths):
            layers += [spectral_norm(nn.Conv2d(before, after, 4, stride=2, padding=1)), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, spectral_norm(nn.Conv2d(widths[-1], 1, 3, padding=1)))

    def forward(self, pictures: Tensor) -> Tensor:
        return self.layers(pictures)


def critic_loss(critic: nn.Module, real: Tensor, fake: Tensor, masks: Tensor) -> Tensor:
    """Hinge loss; only patches that the hole touches are called fake."""
    score_real, score_fake = critic(real), critic(fake.detach())
    hole = _patches(masks, score_fake)
    return F.relu(1 - score_real).mean() + (hole * F.relu(1 + score_fake)).sum() / hole.sum().clamp(min=1)


def generator_loss(critic: nn.Module, fake: Tensor, masks: Tensor) -> Tensor:
    """How unreal the critic finds the filled patches."""
    score = critic(fake)
    hole = _patches(masks, score)
    return -(hole * score).sum() / hole.sum().clamp(min=1)


def _patches(masks: Tensor, score: Tensor) -> Tensor:
    return F.interpolate(masks.float(), size=score.shape[-2:], mode="area")
