"""The three stages of text-to-ink: CLIP and the text encoder, the VQGAN under the loss of eq. 14, the tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from generation.ink.clip import contrast, guidance_loss
from generation.ink.model import InkModel
from generation.ink.sampling import training_gaps
from generation.ink.text import Text
from gpu_workers.evaluation.lpips import Lpips
from gpu_workers.training.critic import PatchCritic, critic_loss, generator_loss
from gpu_workers.training.ink_captions import Caption, spoken
from gpu_workers.training.ink_squares import Batches, moved

SILENT = 0.1  # how often a caption is left out altogether, for guidance without a classifier
SMOOTHING = 0.05
LOOSE_UNTIL = 0.25  # share of the budget after which every picture of a batch is quantised
Losses = tuple[dict[str, Tensor], dict[str, Tensor]]


@dataclass(frozen=True)
class Weights:
    """Weights of eq. 14: β of the codebooks, η of the critic, λ of CLIP's guidance; and of LPIPS beside L1."""

    codebooks: float = 0.02
    critic: float = 0.1
    clip: float = 0.05
    lpips: float = 1.0


class Heard:
    """All that is said in training, encoded once by the frozen text encoder."""

    def __init__(self, model: InkModel, captions: Sequence[Caption], together: int = 256) -> None:
        said = ["", *sorted({way for caption in captions for way in caption.en + caption.zh} - {""})]
        self.rows = {prompt: row for row, prompt in enumerate(said)}
        with torch.no_grad():
            parts = [model.text(said[start : start + together]) for start in range(0, len(said), together)]
        self.tokens, self.counted = (torch.cat([getattr(it, name) for it in parts]) for name in ("tokens", "counted"))
        self.lengths = self.counted.sum(1).tolist()

    def __call__(self, prompts: Sequence[str]) -> Text:
        """What the text encoder makes of them, without what counts in none."""
        rows = [self.rows[prompt] for prompt in prompts]
        chosen, longest = moved(torch.tensor(rows), self.tokens.device), max(self.lengths[row] for row in rows)
        return Text(self.tokens[chosen, :longest], self.counted[chosen, :longest])


class ClipStage:
    """CLIP by contrast, and the text encoder by contrast with CLIP's pictures; both stay as they are afterwards.

    listens: whether the text encoder learns as well. Where the other stages have learned from it, it may not change.
    """

    name = "clip"

    def __init__(self, model: InkModel, batches: Batches, captions: Sequence[Caption], listens: bool = True) -> None:
        self.model, self.batches, self.captions = model, batches, captions
        self.head = nn.Linear(model.text.width, model.config.clip.width).to(batches.device)
        self.listens = listens and model.config.text.tokenizer == "pieces"
        model.text.requires_grad_(self.listens)

    def networks(self) -> dict[str, nn.Module]:
        trained = {"clip": self.model.clip, "head": self.head}
        if self.listens:
            trained["text"] = self.model.text
        return {"network": nn.ModuleDict(trained)}

    def losses(self, progress: float, generator: torch.Generator) -> Losses:
        batch = self.batches.draw(generator)
        prompts = [spoken(self.captions[number], generator) for number in batch.numbers]
        pictures, texts, scale = self.model.clip.pictures(batch.pictures), self.model.clip.texts(prompts), self.scale
        heard = F.normalize(self.head(self.model.text(prompts).pooled), dim=-1)
        parts = {"clip": contrast(texts, pictures, prompts, scale), "text": contrast(heard, pictures, prompts, scale)}
        figures = {name: value.detach() for name, value in (parts | {"scale": scale}).items()}
        return {"network": parts["clip"] + parts["text"]}, figures

    @property
    def scale(self) -> Tensor:
        return self.model.clip.scale


class VqganStage:
    """L = L_recon + β L_vq + η L_gan + λ L_clip (eq. 14), where L_recon is L1 with LPIPS.

    CLIP judges whole paintings alone, since captions speak of them. The critic takes part from `critic_from` on. The
    codebooks begin loose and let ever fewer pictures pass unquantised.
    """

    name = "vqgan"

    def __init__(
        self, model: InkModel, batches: Batches, captions: Sequence[Caption], lpips: Lpips | None, critic_from: float,
        weights: Weights, bf16: bool,
    ) -> None:  # fmt: skip
        self.model, self.batches, self.captions, self.lpips = model, batches, captions, lpips
        self.critic_from, self.weights, self.bf16 = critic_from, weights, bf16
        self.critic = PatchCritic().to(batches.device, memory_format=torch.channels_last)
        for part in (model.clip, model.text):
            part.eval().requires_grad_(False)
        self.heard = Heard(model, captions)

    def networks(self) -> dict[str, nn.Module]:
        return {"autoencoder": self.model.autoencoder, "critic": self.critic}

    def losses(self, progress: float, generator: torch.Generator) -> Losses:
        batch = self.batches.draw(generator)
        prompts = _prompts(self.captions, batch.numbers, generator)
        for codebook in (self.model.autoencoder.structure, self.model.autoencoder.detail):
            codebook.loose = max(0.0, 1 - progress / LOOSE_UNTIL)
        text = self.heard(prompts).pooled
        with torch.autocast(self.batches.device, torch.bfloat16, enabled=self.bf16):
            made = self.model.autoencoder(batch.pictures, text)
            parts = self._parts(made.pictures.float(), batch.pictures)
            if self.weights.clip and batch.whole.any():
                parts["guidance"] = self._guidance(made.pictures.float(), batch.whole, prompts) * self.weights.clip
            parts["codebooks"] = made.loss.float() * self.weights.codebooks
            losses = {}
            if progress >= self.critic_from:
                everywhere = torch.ones_like(batch.pictures[:, :1])
                parts["unreal"] = generator_loss(self.critic, made.pictures, everywhere).float() * self.weights.critic
                losses["critic"] = critic_loss(self.critic, batch.pictures, made.pictures, everywhere).float()
        figures = {name: value.detach() for name, value in (parts | losses).items()}
        return losses | {"autoencoder": torch.stack(list(parts.values())).sum()}, figures

    def _parts(self, made: Tensor, truth: Tensor) -> dict[str, Tensor]:
        parts = {"l1": F.l1_loss(made, truth)}
        if self.lpips is not None:
            parts["lpips"] = self.lpips(made, truth).float().mean() * self.weights.lpips
        return parts

    def _guidance(self, made: Tensor, whole: Tensor, prompts: list[str]) -> Tensor:
        with torch.no_grad():
            texts = self.model.clip.texts(prompts)
        return guidance_loss(texts[whole], self.model.clip.pictures(made[whole]))


class TokensStage:
    """Cross-entropy of the codes in the gaps; autoencoder and text encoder stay as they are.

    tokens: (N, h, w, 5) int of the squares as they are, then of the squares mirrored.
    """

    name = "tokens"

    def __init__(
        self, model: InkModel, tokens: Tensor, captions: Sequence[Caption], batch: int, device: str, bf16: bool
    ) -> None:
        self.model, self.tokens, self.captions = model, tokens.to(device), captions
        self.batch, self.device, self.bf16 = batch, device, bf16
        for part in (model.text, model.autoencoder):
            part.eval().requires_grad_(False)
        self.heard = Heard(model, captions)

    def networks(self) -> dict[str, nn.Module]:
        return {"transformer": self.model.transformer}

    def losses(self, progress: float, generator: torch.Generator) -> Losses:
        numbers = torch.randint(len(self.tokens), (self.batch,), generator=generator)
        tokens = self.tokens[moved(numbers, self.device)].long()
        gaps = moved(training_gaps(self.batch, tokens.shape[1], generator), self.device)
        prompts = _prompts(self.captions, [number % len(self.captions) for number in numbers.tolist()], generator)
        text = self.heard(prompts)
        with torch.autocast(self.device, torch.bfloat16, enabled=self.bf16):
            logits = self.model.transformer(tokens, gaps, text)
        parts = {
            "structure": _surprise(logits.structure, tokens[..., :1], gaps[..., :1]),
            "detail": _surprise(logits.detail, tokens[..., 1:], gaps[..., 1:]),
        }
        figures = {name: value.detach() for name, value in parts.items()}
        return {"transformer": parts["structure"] * 0.5 + parts["detail"]}, figures


def _surprise(logits: Tensor, tokens: Tensor, gaps: Tensor) -> Tensor:
    every = F.cross_entropy(
        logits.float().flatten(0, -2), tokens.flatten(), reduction="none", label_smoothing=SMOOTHING
    )
    return (every * gaps.flatten()).sum() / gaps.sum().clamp(min=1)


def _prompts(captions: Sequence[Caption], numbers: Sequence[int], generator: torch.Generator) -> list[str]:
    silent = (torch.rand(len(numbers), generator=generator) < SILENT).tolist()
    said = [spoken(captions[number], generator) for number in numbers]
    return ["" if quiet else text for quiet, text in zip(silent, said, strict=True)]
