"""Stable Diffusion's autoencoder behind the same two methods as the compact one."""

from torch import Tensor, nn

from restoration.imagest import torchvision_shim  # noqa: F401

from diffusers import AutoencoderKL  # isort: skip


class StableAutoencoder(nn.Module):
    """``AutoencoderKL``; its factor follows from its configuration (8 for SD 1.4, 4 in the paper's figure), its latents
    are scaled.
    """

    sees_context = False

    def __init__(self, inner: AutoencoderKL) -> None:
        super().__init__()
        self.inner = inner
        self.factor = 2 ** (len(inner.config.block_out_channels) - 1)
        self.latent_channels = inner.config.latent_channels

    def encode(self, pictures: Tensor) -> Tensor:
        """Latents (N, C, H/factor, W/factor) of pictures (N, 3, H, W) in -1..1: the distribution's mode."""
        return self.inner.encode(pictures).latent_dist.mode() * self.inner.config.scaling_factor

    def decode(self, latents: Tensor, context: Tensor | None = None) -> Tensor:
        """Pictures in about -1..1; there is nothing here that could look at the ``context``."""
        return self.inner.decode(latents / self.inner.config.scaling_factor).sample
