"""Text to numbers and to vectors: pieces of English and Chinese, and the BERT text encoder."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor, nn

from generation.ink.config import ConfigError, TextConfig
from restoration.imagest import torchvision_shim  # noqa: F401

from transformers import AutoTokenizer, BertConfig, BertModel  # isort: skip

PIECE = re.compile(r"[a-z]+|\d|[^\sa-z\d]")
PAD, START, END, BYTES = 0, 1, 3, 4  # 2 stays free: CLIP takes an end of 2 for an old configuration
FIRST_PIECE = BYTES + 256


class Tokenizer(Protocol):
    """Prompts to token numbers (N, length) int64, and which of them count (N, length) bool."""

    def __call__(self, prompts: Sequence[str]) -> tuple[Tensor, Tensor]: ...


class PieceTokenizer:
    """English words and single Chinese characters that were learned, and the bytes of all else: no text is unknown."""

    def __init__(self, length: int, size: int, pieces: Sequence[str] = ()) -> None:
        self.length, self.size = length, size
        self.pieces: list[str] = []
        self._numbers: dict[str, int] = {}
        self._adopt(pieces)

    def learn(self, captions: Iterable[str]) -> None:
        """Take the pieces of these captions, frequent ones first, as far as the vocabulary reaches."""
        counts = Counter(piece for caption in captions for piece in PIECE.findall(caption.lower()))
        ordered = sorted(counts, key=lambda piece: (-counts[piece], piece))
        self._adopt(ordered[: max(0, self.size - FIRST_PIECE)])

    def _adopt(self, pieces: Sequence[str]) -> None:
        if len(pieces) > self.size - FIRST_PIECE:
            raise ConfigError(f"{len(pieces)} pieces do not fit a vocabulary of {self.size}.")
        self.pieces = list(pieces)
        self._numbers = {piece: FIRST_PIECE + number for number, piece in enumerate(self.pieces)}

    def __call__(self, prompts: Sequence[str]) -> tuple[Tensor, Tensor]:
        rows = torch.full((len(prompts), self.length), PAD, dtype=torch.long)
        for row, prompt in zip(rows, prompts, strict=True):
            tokens = [START, *self._tokens(prompt)[: self.length - 2], END]
            row[: len(tokens)] = torch.tensor(tokens)
        return rows, rows != PAD

    def _tokens(self, prompt: str) -> list[int]:
        tokens: list[int] = []
        for piece in PIECE.findall(prompt.lower()):
            number = self._numbers.get(piece)
            tokens += [number] if number is not None else [BYTES + byte for byte in piece.encode("utf-8", "replace")]
        return tokens


class HubTokenizer:
    """The tokenizer that comes with public weights, from a local folder."""

    def __init__(self, folder: str | Path, length: int) -> None:
        self.length = length
        self.inner = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)

    def __call__(self, prompts: Sequence[str]) -> tuple[Tensor, Tensor]:
        encoded = self.inner(
            list(prompts), padding="max_length", max_length=self.length, truncation=True, return_tensors="pt"
        )
        return encoded.input_ids, encoded.attention_mask.bool()


class Text:
    """Encoded prompts: tokens (N, length, width), which of them count (N, length) bool, one vector each (N, width)."""

    def __init__(self, tokens: Tensor, counted: Tensor) -> None:
        self.tokens, self.counted = tokens, counted
        weights = counted[..., None].to(tokens.dtype)
        self.pooled = (tokens * weights).sum(1) / weights.sum(1).clamp(min=1)

    def trimmed(self) -> "Text":
        """The same without what counts in none of the prompts."""
        longest = int(self.counted.sum(1).max())
        return Text(self.tokens[:, :longest], self.counted[:, :longest])

    def __getitem__(self, rows: slice | Tensor | list[int]) -> "Text":
        return Text(self.tokens[rows], self.counted[rows])


class TextEncoder(nn.Module):
    """BERT: prompts to `Text`."""

    def __init__(self, config: TextConfig, tokenizer: Tokenizer | None = None) -> None:
        super().__init__()
        if tokenizer is None and config.tokenizer != "pieces":
            raise ConfigError("This text encoder needs the tokenizer files of BERT, which come with its weights.")
        self.tokenizer = tokenizer or PieceTokenizer(config.length, config.options["vocab_size"])
        self.model = BertModel(BertConfig(**config.options), add_pooling_layer=False)

    @property
    def width(self) -> int:
        """Length of the vectors."""
        return self.model.config.hidden_size

    def forward(self, prompts: Sequence[str]) -> Text:
        numbers, counted = (part.to(self.model.device) for part in self.tokenizer(prompts))
        return Text(self.model(input_ids=numbers, attention_mask=counted).last_hidden_state, counted)
