"""Stage three: the decoder again, with the encoder frozen, now on latents that the denoiser really draws."""

import torch
from torch import Tensor, nn

from gpu_workers.evaluation.lpips import Lpips
from gpu_workers.training.autoencoder_stage import AutoencoderStage
from gpu_workers.training.batches import Batch, Batches
from restoration.imagest.drawing import draw_latents
from restoration.imagest.layers import latent_mask, touched
from restoration.imagest.model import Imagest

SAMPLED_SHARE = 0.7
SAMPLING_STEPS = 4


class DecoderStage(AutoencoderStage):
    """As ``AutoencoderStage``, but most rows get latents from a few denoising steps instead of mixtures with the truth.

    So the decoder learns how far the denoiser can be trusted, and repairs what it usually gets wrong.
    """

    name = "decoder"

    def __init__(
        self, model: Imagest, batches: Batches, lpips: Lpips | None, critic_from: float, sampled: bool = True
    ) -> None:
        super().__init__(model.autoencoder, batches, lpips, critic_from)
        self.imagest, self.sampled = model.eval().requires_grad_(False), sampled
        model.autoencoder.decoder.requires_grad_(True)

    def networks(self) -> dict[str, nn.Module]:
        return {"decoder": self.model.decoder, "critic": self.critic}

    def _latents(self, batch: Batch, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        mixed, true = super()._latents(batch, generator)
        if not self.sampled:
            return mixed, true
        drawn = self._drawn(batch, generator)
        chosen = torch.rand(len(drawn), 1, 1, 1, generator=generator).to(drawn.device) < SAMPLED_SHARE
        return torch.where(chosen, drawn, mixed), true

    @torch.no_grad()
    def _drawn(self, batch: Batch, generator: torch.Generator) -> Tensor:
        model, factor = self.imagest, self.model.factor
        known = self.model.encode(batch.patch).float()
        noise = torch.randn(known.shape, generator=generator).to(known.device)
        strength = float(torch.rand((), generator=generator)) * 0.7 + 0.3
        style = model.denoiser.project_style(model.style(self.batches.references(batch.indices)))
        text = model.text([""]).expand(len(known), -1, -1)
        hole, share = touched(batch.masks, factor), latent_mask(batch.masks, factor)
        return draw_latents(model, known, hole, share, noise, text, style, steps=SAMPLING_STEPS, strength=strength)
