"""The text condition: a CLIP text model, with CLIP's tokenizer or with bytes for the compact size."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn

from restoration.imagest import torchvision_shim  # noqa: F401
from restoration.imagest.config import ConfigError, TextConfig

from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer  # isort: skip


class Tokenizer(Protocol):
    """Prompts to token numbers (N, length) int64."""

    def __call__(self, prompts: Sequence[str]) -> Tensor: ...


class ByteTokenizer:
    """UTF-8 bytes as tokens, so that English and Chinese need no vocabulary file; 256 opens, 257 closes, 258 pads."""

    START, END, PAD = 256, 257, 258

    def __init__(self, length: int) -> None:
        self.length = length

    def __call__(self, prompts: Sequence[str]) -> Tensor:
        rows = torch.full((len(prompts), self.length), self.PAD, dtype=torch.long)
        for row, prompt in zip(rows, prompts, strict=True):
            inside = prompt.encode("utf-8")[: self.length - 2].decode("utf-8", "ignore").encode("utf-8")
            tokens = [self.START, *inside, self.END]
            row[: len(tokens)] = torch.tensor(tokens)
        return rows


class ClipTokenizer:
    """CLIP's own byte-pair tokenizer from a local folder."""

    def __init__(self, folder: str | Path, length: int, local_files_only: bool = True) -> None:
        self.length = length
        self.inner = CLIPTokenizer.from_pretrained(str(folder), local_files_only=local_files_only)

    def __call__(self, prompts: Sequence[str]) -> Tensor:
        encoded = self.inner(
            list(prompts), padding="max_length", max_length=self.length, truncation=True, return_tensors="pt"
        )
        return encoded.input_ids


class TextEncoder(nn.Module):
    """Prompts to text tokens (N, length, hidden size)."""

    def __init__(self, config: TextConfig, tokenizer: Tokenizer | None = None) -> None:
        super().__init__()
        if tokenizer is None and config.tokenizer != "bytes":
            raise ConfigError("This text encoder needs the tokenizer files of CLIP, which come with its weights.")
        self.tokenizer = tokenizer or ByteTokenizer(config.length)
        self.model = CLIPTextModel(CLIPTextConfig(**config.options))

    def forward(self, prompts: Sequence[str]) -> Tensor:
        tokens = self.tokenizer(prompts).to(next(self.parameters()).device)
        return self.model(input_ids=tokens).last_hidden_state
