"""Stage one: the compact autoencoder on real pre-filled holes, with L1, LPIPS and a patch discriminator."""

import torch
from torch import Tensor, nn

from gpu_workers.evaluation.lpips import Lpips
from gpu_workers.training.batches import Batch, Batches
from gpu_workers.training.critic import PatchCritic, critic_loss, generator_loss
from restoration.imagest.autoencoder import CompactAutoencoder, make_context
from restoration.imagest.layers import touched

BLANK_SHARE = 0.1
CRITIC_WEIGHT = 0.05


class AutoencoderStage:
    """The decoder meets three kinds of latents inside the hole: true ones, those of the pre-filling, and mixtures of
    both.

    So it reconstructs what the latents say, refines the pre-filling where they say no more than it does, and forgives
    latents that are only partly right. A tenth of the batch has no context at all: plain decoding, for pictures made
    from nothing.
    """

    name = "autoencoder"

    def __init__(self, model: CompactAutoencoder, batches: Batches, lpips: Lpips | None, critic_from: float) -> None:
        self.model, self.batches, self.lpips, self.critic_from = model, batches, lpips, critic_from
        self.critic = PatchCritic().to(batches.device, memory_format=torch.channels_last)

    def networks(self) -> dict[str, nn.Module]:
        return {"autoencoder": self.model, "critic": self.critic}

    def losses(self, progress: float, generator: torch.Generator) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        batch = self.batches.draw(generator)
        latents, context, masks = self._inputs(batch, generator)
        decoded = self.model.decode(latents, context).float()
        filled = torch.lerp(batch.truth, decoded, masks)
        l1 = _inside((decoded - batch.truth).abs(), masks)
        everywhere = (decoded - batch.truth).abs().mean()
        loss, figures = l1 + 0.1 * everywhere, {"l1": l1.detach()}
        if self.lpips is not None:
            distance = self.lpips(filled, batch.truth).sum() / masks.mean((1, 2, 3)).sum()
            loss, figures = loss + 0.5 * distance, figures | {"lpips": distance.detach()}
        losses = {}
        if progress >= self.critic_from:
            loss = loss + CRITIC_WEIGHT * generator_loss(self.critic, filled, masks)
            losses["critic"] = critic_loss(self.critic, batch.truth, filled, masks)
            figures["critic"] = losses["critic"].detach()
        return losses | {self.name: loss}, figures

    def _latents(self, batch: Batch, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Latents for the decoder, mixed in the hole, and the true ones."""
        known, true = self.model.encode(torch.cat([batch.patch, batch.truth])).float().chunk(2)
        count, device = len(known), known.device
        share = (torch.rand(count, 1, 1, 1, generator=generator) * 2.4 - 0.9).clamp(0, 1).to(device)
        mixed = torch.lerp(known, true, share * touched(batch.masks, self.model.factor))
        level = 0.1 * torch.rand(count, 1, 1, 1, generator=generator)
        return mixed + (level * torch.randn(mixed.shape, generator=generator)).to(device), true

    def _inputs(self, batch: Batch, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        latents, true = self._latents(batch, generator)
        blank = (torch.rand(len(latents), 1, 1, 1, generator=generator) < BLANK_SHARE).to(latents.device)
        masks = torch.where(blank, torch.ones_like(batch.masks), batch.masks)
        nothing = torch.zeros_like(batch.truth)
        context = torch.where(
            blank, make_context(nothing, nothing, masks), make_context(batch.patch, batch.tone, batch.masks)
        )
        return torch.where(blank, true, latents), context, masks


def _inside(error: Tensor, masks: Tensor) -> Tensor:
    return (error * masks).sum() / (3 * masks.sum()).clamp(min=1)
