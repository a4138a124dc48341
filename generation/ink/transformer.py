"""TIG-IVM's stacked transformer decoder: fuses text and image tokens, and predicts the masked ones."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from generation.ink.config import SLOTS, AutoencoderConfig, TransformerConfig
from generation.ink.text import Text


class Logits(NamedTuple):
    """Of the codes of structure (N, h, w, 1, codes) and of detail (N, h, w, 4, codes)."""

    structure: Tensor
    detail: Tensor


def align(text: Tensor, image: Tensor) -> Tensor:
    """Align(T, I) = softmax(T·Iᵀ/√d)·I + T (eq. 11); text (N, L, d), image (N, P, d) → (N, L, d)."""
    return F.scaled_dot_product_attention(text[:, None], image[:, None], image[:, None])[:, 0] + text


class FusionLayer(nn.Module):
    """Self-attention among cells, alignment of the text with them, attention to the aligned text, and a perceptron."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        width, self.heads, self.alignment = config.width, config.heads, config.alignment
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(4))
        self.among, self.leave_among = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.ask, self.answer = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.leave_text = nn.Linear(width, width)
        self.perceptron = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, image: Tensor, text: Tensor, counted: Tensor) -> Tensor:
        """image (N, P, width), text (N, L, width), counted (N, 1, 1, L) bool → image."""
        image = image + self.leave_among(self._attend(*self.among(self.norms[0](image)).chunk(3, -1)))
        asking = self.norms[1](image)
        said = self.norms[3](align(text, asking) if self.alignment else text)
        heard = self._attend(self.ask(asking), *self.answer(said).chunk(2, -1), counted)
        image = image + self.leave_text(heard)
        return image + self.perceptron(self.norms[2](image))

    def _attend(self, queries: Tensor, keys: Tensor, values: Tensor, counted: Tensor | None = None) -> Tensor:
        parts = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in (queries, keys, values))
        return F.scaled_dot_product_attention(*parts, attn_mask=counted).transpose(1, 2).flatten(2)


class TokenTransformer(nn.Module):
    """Tokens (N, h, w, 5) with gaps, and text, to logits for every code; h and w up to the window."""

    def __init__(self, config: TransformerConfig, codes: AutoencoderConfig, text_width: int) -> None:
        super().__init__()
        self.config, length = config, config.embedding
        self.gaps = (codes.structure_codes, codes.detail_codes)
        self.structure = nn.Embedding(codes.structure_codes + 1, length)
        self.detail = nn.Embedding(codes.detail_codes + 1, length)
        self.enter = nn.Linear(SLOTS * length, config.width)
        self.rows = nn.Parameter(0.02 * torch.randn(config.window, 1, config.width))
        self.columns = nn.Parameter(0.02 * torch.randn(1, config.window, config.width))
        self.text = nn.Linear(text_width, config.width)
        self.layers = nn.ModuleList(FusionLayer(config) for _ in range(config.layers))
        self.leave = nn.Sequential(nn.LayerNorm(config.width), nn.Linear(config.width, SLOTS * length))
        self.heads = nn.ModuleList(nn.Linear(length, count) for count in (codes.structure_codes, codes.detail_codes))
        self.apply(_start)

    def forward(self, tokens: Tensor, gaps: Tensor, text: Text) -> Logits:
        """gaps: (N, h, w, 5) bool, which codes are not known; what `tokens` holds there does not matter."""
        count, height, width, _ = tokens.shape
        structure = self.structure(torch.where(gaps, self.gaps[0], tokens)[..., :1].clamp(max=self.gaps[0]))
        detail = self.detail(torch.where(gaps, self.gaps[1], tokens)[..., 1:])
        image = self.enter(torch.cat([structure, detail], -2).flatten(-2))
        image = (image + self.rows[:height] + self.columns[:, :width]).flatten(1, 2)
        said, counted = self.text(text.tokens), text.counted[:, None, None]
        for layer in self.layers:
            image = layer(image, said, counted)
        vectors = self.leave(image).view(count, height, width, SLOTS, -1)
        return Logits(self.heads[0](vectors[..., :1, :]), self.heads[1](vectors[..., 1:, :]))

    @torch.no_grad()
    def adopt(self, structure: Tensor, detail: Tensor) -> None:
        """Begin the vectors of the codes as the codebooks' entries (count, code width), so that like codes are near."""
        for embedding, entries in ((self.structure, structure), (self.detail, detail)):
            width = min(entries.shape[1], embedding.embedding_dim)
            embedding.weight[:-1, :width] = entries[:, :width] * 0.1


def _start(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear):
        nn.init.zeros_(module.bias)
