"""Stage two: denoiser, style encoder and text encoder on the latents of the frozen autoencoder."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from gpu_workers.training.batches import Batches
from restoration.imagest.layers import latent_mask, touched
from restoration.imagest.model import Imagest

CAPTION_SHARE = 0.5


class DenoiserStage:
    """The noise loss of Imagest (eq. 2) as velocity, inside the hole only, since the known latents are put back in
    sampling.

    The style reference is the pre-filled painting itself, as it is in restoration by default. Captions are dropped half
    of the time. A network without a prior (Stable Diffusion's) has the plain loss of eq. 2, and CLIP stays frozen.
    """

    name = "denoiser"

    def __init__(self, model: Imagest, batches: Batches, captions: Sequence[str]) -> None:
        self.model, self.batches, self.captions = model, batches, captions
        model.autoencoder.eval().requires_grad_(False)
        self.trained = ("denoiser", "style") if model.config.text.tokenizer == "clip" else ("denoiser", "style", "text")
        if "text" not in self.trained:
            model.text.eval().requires_grad_(False)

    def networks(self) -> dict[str, nn.Module]:
        return {"network": nn.ModuleDict({name: self.model.get_submodule(name) for name in self.trained})}

    def losses(self, progress: float, generator: torch.Generator) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        batch, denoiser, factor = self.batches.draw(generator), self.model.denoiser, self.model.autoencoder.factor
        with torch.no_grad():
            known, true = self.model.autoencoder.encode(torch.cat([batch.patch, batch.truth])).float().chunk(2)
        hole = touched(batch.masks, factor)
        clean = torch.lerp(known, true, hole)
        steps = torch.randint(len(denoiser.alphas_cumprod), (len(clean),), generator=generator).to(clean.device)
        noise = torch.randn(clean.shape, generator=generator).to(clean.device)
        signal, level = denoiser.levels(steps)
        noisy = signal * clean + level * noise
        style = denoiser.project_style(self.model.style(self.batches.references(batch.indices)))
        text = self.model.text(self._prompts(batch.indices, generator))
        predicted = denoiser(noisy, steps, known, latent_mask(batch.masks, factor), text, style)
        velocity = signal * noise - level * clean
        if denoiser.prior is None:
            kind = self.model.config.sampling.scheduler.get("prediction_type", "epsilon")
            loss = _inside((predicted - (noise if kind == "epsilon" else velocity)).square(), hole)
            return {"network": loss}, {"loss": loss.detach()}
        baseline, spread = denoiser.expectation(noisy, steps, known)
        loss = _inside(((predicted - velocity) / spread).square(), hole)
        untrained = _inside(((baseline - velocity) / spread).square(), hole)
        return {"network": loss}, {"loss": loss.detach(), "prefill alone": untrained.detach()}

    def _prompts(self, indices: list[int], generator: torch.Generator) -> list[str]:
        keep = (torch.rand(len(indices), generator=generator) < CAPTION_SHARE).tolist()
        return [self.captions[index] if kept else "" for index, kept in zip(indices, keep, strict=True)]


def _inside(error: Tensor, hole: Tensor) -> Tensor:
    return (error * hole).sum() / (error.shape[1] * hole.sum()).clamp(min=1)
