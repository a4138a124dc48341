"""The compact autoencoder: narrow, and its decoder also sees the pre-filled picture and the mask.

What the decoder returns is the pre-filling, blended from its two parts, plus a residual that starts at zero: an
untrained decoder gives PatchMatch back, and training can only improve on it. The idea that the decoder looks at the
masked picture is that of the asymmetric VQGAN (Zhu et al. 2023).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from restoration.imagest.config import AutoencoderConfig
from restoration.imagest.layers import ResidualBlock, zero_init

CONTEXT = 7


class CompactAutoencoder(nn.Module):
    """Pictures (N, 3, H, W) in -1..1 to latents (N, C, H/factor, W/factor) of zero mean and unit variance, and back."""

    sees_context = True

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        self.factor, self.latent_channels = config.factor, config.latent_channels
        self.encoder = _encoder(config)
        self.scale = nn.BatchNorm2d(config.latent_channels, affine=False, momentum=0.02)
        self.decoder = Decoder(config)

    def encode(self, pictures: Tensor) -> Tensor:
        """Latents of pictures in -1..1."""
        return self.scale(self.encoder(pictures))

    def decode(self, latents: Tensor, context: Tensor | None = None) -> Tensor:
        """Pictures in about -1..1; ``context`` is ``make_context(...)``, or None where nothing is known."""
        if context is None:
            height, width = (side * self.factor for side in latents.shape[-2:])
            context = latents.new_zeros(latents.shape[0], CONTEXT, height, width)
            context[:, -1] = 1
        return self.decoder(latents, context)


def make_context(patch: Tensor, tone: Tensor, masks: Tensor) -> Tensor:
    """What the decoder sees besides the latents: two fillings (N, 3, H, W) in -1..1 and the mask (N, 1, H, W)."""
    return torch.cat([patch, tone, masks.to(patch.dtype)], 1)


def _encoder(config: AutoencoderConfig) -> nn.Sequential:
    width = config.encoder_width
    return nn.Sequential(
        nn.PixelUnshuffle(config.factor),
        nn.Conv2d(3 * config.factor**2, width, 3, padding=1),
        *(ResidualBlock(width) for _ in range(config.encoder_blocks)),
        nn.SiLU(),
        nn.Conv2d(width, config.latent_channels, 3, padding=1),
    )


class Decoder(nn.Module):
    """A small U-shaped network at 1/factor and 1/(2 factor) of the picture, and two convolutions at full resolution."""

    def __init__(self, config: AutoencoderConfig) -> None:
        super().__init__()
        wide, deep, fine, factor = config.decoder_width, config.deep_width, config.fine_width, config.factor
        self.fold = nn.PixelUnshuffle(factor)
        self.enter = nn.Conv2d(config.latent_channels + CONTEXT * factor**2, wide, 3, padding=1)
        self.before = nn.Sequential(*(ResidualBlock(wide) for _ in range(config.decoder_blocks)))
        self.down = nn.Conv2d(wide, deep, 4, stride=2, padding=1)
        self.deep = nn.Sequential(*(ResidualBlock(deep, dilation) for dilation in config.deep_dilations))
        self.up = nn.Conv2d(deep, wide, 1)
        self.after = nn.Sequential(*(ResidualBlock(wide) for _ in range(config.decoder_blocks)))
        self.unfold = nn.Sequential(nn.SiLU(), nn.Conv2d(wide, fine * factor**2, 1), nn.PixelShuffle(factor))
        self.fine = nn.Sequential(
            nn.Conv2d(fine + CONTEXT, fine, 3, padding=1), nn.SiLU(), nn.Conv2d(fine, fine, 3, padding=1), nn.SiLU()
        )
        self.head = zero_init(nn.Conv2d(fine, 4, 3, padding=1))
        nn.init.constant_(self.head.bias[3:], 4.0)

    def forward(self, latents: Tensor, context: Tensor) -> Tensor:
        x = self.before(self.enter(torch.cat([latents, self.fold(context)], 1)))
        low = self.up(self.deep(self.down(x)))
        x = x + F.interpolate(low, size=x.shape[-2:], mode="nearest")
        x = self.fine(torch.cat([self.unfold(self.after(x)), context], 1))
        residual, choice = self.head(x).split([3, 1], 1)
        patch, tone, _ = context.split([3, 3, 1], 1)
        return torch.lerp(tone, patch, torch.sigmoid(choice).to(tone)) + residual
