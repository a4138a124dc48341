"""The sizes of the text-to-ink networks. What the paper leaves open is said so in the docstrings."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self

LEVELS = 4  # the encoder halves the folded picture twice on its way to the detail grid
SLOTS = 5  # codes of a cell: one of structure, then four of detail, row by row


class ConfigError(ValueError):
    """A configuration that no network can be built from; `str()` is one sentence."""


@dataclass(frozen=True)
class AutoencoderConfig:
    """The VQGAN.

    fold: side of the squares of pixels that the first layer takes together; a code of detail stands for 4 fold pixels.
    widths: channels at fold, 2 fold and 4 fold pixels; blocks: residual blocks of the encoder there.
    dense, growth: residual dense blocks of the generator after quantisation, and the channels that each of their
        layers adds; dense 0 puts plain residual blocks in their place.
    fine: channels at full resolution. code_width: factorised length of a code.
    """

    fold: int
    widths: tuple[int, int, int]
    blocks: tuple[int, int, int]
    dense: int
    growth: int
    fine: int
    structure_codes: int
    detail_codes: int
    code_width: int = 16

    @property
    def cell(self) -> int:
        """Pixels on a side of a cell, which is one code of structure and four of detail."""
        return 2 * LEVELS * self.fold


@dataclass(frozen=True)
class TextConfig:
    """The BERT text encoder: options of `BertConfig`, and how text becomes numbers.

    tokenizer: `pieces` (ours, see `text.PieceTokenizer`) or `bert` (files beside the weights).
    """

    options: Mapping[str, Any]
    length: int = 64
    tokenizer: str = "pieces"


@dataclass(frozen=True)
class ClipConfig:
    """CLIP: options of `CLIPTextConfig` and `CLIPVisionConfig`, and the length of the common space.

    tokenizer: `pieces` (the text encoder's own) or `clip` (files beside the weights).
    """

    text: Mapping[str, Any]
    vision: Mapping[str, Any]
    width: int
    tokenizer: str = "pieces"


@dataclass(frozen=True)
class TransformerConfig:
    """The stacked decoder over a window of `window` x `window` cells; alignment: whether it has eq. 11.

    embedding: length of a code's vector on the way in and on the way out.
    """

    width: int
    layers: int
    heads: int
    window: int
    embedding: int = 64
    alignment: bool = True


@dataclass(frozen=True)
class SamplingConfig:
    """How tokens are predicted: parallel steps, guidance without a classifier, temperature of the draw, and of the
    order in which codes are settled.
    """

    steps: int = 8
    guidance: float = 3.0
    temperature: float = 1.0
    restlessness: float = 4.0


@dataclass(frozen=True)
class InkConfig:
    """All parts of text-to-ink."""

    name: str
    autoencoder: AutoencoderConfig
    text: TextConfig
    clip: ClipConfig
    transformer: TransformerConfig
    sampling: SamplingConfig = field(default_factory=SamplingConfig)

    @property
    def size(self) -> int:
        """Side of a picture that fills the transformer's window, in pixels."""
        return self.transformer.window * self.autoencoder.cell

    @classmethod
    def named(cls, size: str) -> Self:
        """`compact` or `paper`; anything else raises `ConfigError`."""
        if size not in SIZES:
            raise ConfigError(f"There is no size “{size}” of text-to-ink; choose {' or '.join(SIZES)}.")
        return cls.read({"name": size} | SIZES[size])

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """A configuration from plain values; those that are not one raise `ConfigError`."""
        try:
            parts = {name: kind(**_tuples(values.get(name, {}))) for name, kind in PARTS.items()}
            return cls(name=values["name"], **parts)
        except (KeyError, TypeError, AttributeError) as problem:
            raise ConfigError("This is not the configuration of text-to-ink.") from problem

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a JSON file; one that is not a configuration raises `ConfigError`."""
        try:
            return cls.read(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as problem:
            raise ConfigError(f"{path.name} is not the configuration of text-to-ink.") from problem

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    def without(self, *modules: str) -> Self:
        """The same without residual dense blocks (`dense`) or the alignment of eq. 11 (`alignment`)."""
        changed = self
        if "dense" in modules:
            changed = replace(changed, autoencoder=replace(self.autoencoder, dense=0))
        if "alignment" in modules:
            changed = replace(changed, transformer=replace(self.transformer, alignment=False))
        return changed


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(it) if isinstance(it, list) else it for name, it in values.items()}


PARTS: dict[str, type] = {
    "autoencoder": AutoencoderConfig, "text": TextConfig, "clip": ClipConfig, "transformer": TransformerConfig,
    "sampling": SamplingConfig,
}  # fmt: skip

# The paper gives 89 million parameters and no widths; these make 85 million and 20 million of CLIP.
SIZES: dict[str, dict[str, Any]] = {
    "compact": {
        "autoencoder": {
            "fold": 2, "widths": (48, 128, 256), "blocks": (1, 1, 1), "dense": 2, "growth": 64, "fine": 24,
            "structure_codes": 512, "detail_codes": 1024, "code_width": 8,
        },
        "text": {
            "options": {
                "vocab_size": 2048, "hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
                "intermediate_size": 256, "max_position_embeddings": 64, "hidden_dropout_prob": 0.0,
                "attention_probs_dropout_prob": 0.0,
            },
        },
        "clip": {
            "text": {
                "vocab_size": 2048, "hidden_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4,
                "intermediate_size": 256, "max_position_embeddings": 64,
            },
            "vision": {
                "image_size": 64, "patch_size": 8, "hidden_size": 128, "num_hidden_layers": 3,
                "num_attention_heads": 4, "intermediate_size": 256,
            },
            "width": 128,
        },
        "transformer": {"width": 320, "layers": 6, "heads": 5, "window": 16, "embedding": 96},
    },
    "paper": {
        "autoencoder": {
            "fold": 4, "widths": (128, 256, 384), "blocks": (2, 2, 2), "dense": 4, "growth": 96, "fine": 32,
            "structure_codes": 1024, "detail_codes": 8192, "code_width": 32,
        },
        "text": {
            "options": {
                "vocab_size": 21128, "hidden_size": 512, "num_hidden_layers": 4, "num_attention_heads": 8,
                "intermediate_size": 1024, "max_position_embeddings": 128,
            },
            "length": 128,
        },
        "clip": {
            "text": {
                "vocab_size": 21128, "hidden_size": 256, "num_hidden_layers": 4, "num_attention_heads": 8,
                "intermediate_size": 1024, "max_position_embeddings": 128,
            },
            "vision": {
                "image_size": 224, "patch_size": 16, "hidden_size": 384, "num_hidden_layers": 6,
                "num_attention_heads": 6, "intermediate_size": 1536,
            },
            "width": 256,
        },
        "transformer": {"width": 512, "layers": 8, "heads": 8, "window": 8, "embedding": 128},
    },
}  # fmt: skip
