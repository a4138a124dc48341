"""Weights of text-to-ink on disk: `ink.json`, `vocabulary.json` and one fp16 `safetensors` file a part."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from safetensors.torch import load_file, save_file
from torch import nn

from generation.ink.config import InkConfig
from generation.ink.text import HubTokenizer, PieceTokenizer, Tokenizer

if TYPE_CHECKING:
    from generation.ink.model import InkModel

CONFIG, VOCABULARY = "ink.json", "vocabulary.json"
BERT, CLIP = "bert", "clip"  # folders of the tokenizers of public weights


class LoadError(ValueError):
    """Weights that cannot be loaded; `str()` is one sentence for a person."""


def tokenizers(folder: Path, config: InkConfig) -> tuple[Tokenizer, Tokenizer | None]:
    """The tokenizers of text encoder and CLIP; None where CLIP has that of the text encoder."""
    try:
        if config.text.tokenizer == "pieces":
            pieces = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
            first: Tokenizer = PieceTokenizer(config.text.length, config.text.options["vocab_size"], pieces)
        else:
            first = HubTokenizer(folder / BERT, config.text.length)
        length = config.clip.text.get("max_position_embeddings", 77)
        return first, HubTokenizer(folder / CLIP, length) if config.clip.tokenizer == "clip" else None
    except (OSError, ValueError) as problem:
        raise LoadError(f"The vocabulary in {folder.name} is missing or damaged.") from problem


def load(model: "InkModel", folder: Path) -> None:
    """Fill a model with the weights of a folder."""
    for part in model.parts:
        load_part(model.get_submodule(part), folder / f"{part}.safetensors")


def load_part(module: nn.Module, path: Path) -> None:
    """Load one part, whatever its float type."""
    if not path.is_file():
        raise LoadError(f"The weights {path.name} are missing in {path.parent.name}.")
    try:
        module.load_state_dict(load_file(path))
    except Exception as problem:  # safetensors and torch raise many kinds
        raise LoadError(f"The weights {path.name} are damaged or belong to another network.") from problem


def save(model: "InkModel", folder: Path) -> list[Path]:
    """Write everything; each file is complete or not there."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for part in model.parts:
        state = model.get_submodule(part).state_dict()
        stored = {k: (v.half() if v.is_floating_point() else v).contiguous().cpu() for k, v in state.items()}
        temporary = folder / f"{part}.part"
        save_file(stored, temporary)
        os.replace(temporary, folder / f"{part}.safetensors")
        written.append(folder / f"{part}.safetensors")
    for tokenizer, name in ((model.text.tokenizer, BERT), (model.clip.tokenizer, CLIP)):
        if isinstance(tokenizer, HubTokenizer):
            tokenizer.inner.save_pretrained(folder / name)
    if isinstance(model.text.tokenizer, PieceTokenizer):
        written.append(_write(folder / VOCABULARY, json.dumps(model.text.tokenizer.pieces, ensure_ascii=False) + "\n"))
    temporary = folder / f"{CONFIG}.part"
    model.config.save(temporary)
    os.replace(temporary, folder / CONFIG)
    return [*written, folder / CONFIG]


def _write(path: Path, text: str) -> Path:
    temporary = path.with_name(path.name + ".part")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
    return path
