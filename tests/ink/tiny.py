"""Text-to-ink models small enough for tests, with random weights."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertModel, CLIPConfig, CLIPModel

from generation.ink.config import (
    AutoencoderConfig,
    ClipConfig,
    InkConfig,
    SamplingConfig,
    TextConfig,
    TransformerConfig,
)
from generation.ink.model import InkModel
from gpu_workers.weights import seal

CAPTIONS = ("majestic landscape, thick ink", "spacious landscape", "雄浑的山水，浓墨")
_SMALL = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
_TEXT = _SMALL | {"vocab_size": 300, "max_position_embeddings": 24}
_VISION = _SMALL | {"image_size": 16, "patch_size": 8}
CONFIG = InkConfig(
    name="tiny",
    autoencoder=AutoencoderConfig(
        fold=2, widths=(6, 8, 12), blocks=(1, 1, 1), dense=1, growth=6, fine=4, structure_codes=12, detail_codes=20,
        code_width=6,
    ),
    text=TextConfig({**_TEXT, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}, length=24),
    clip=ClipConfig(_TEXT, _VISION, width=8),
    transformer=TransformerConfig(width=16, layers=2, heads=2, window=4, embedding=8),
    sampling=SamplingConfig(steps=3),
)  # fmt: skip
CELL, WINDOW = CONFIG.autoencoder.cell, CONFIG.transformer.window


def model(config: InkConfig = CONFIG, seed: int = 0) -> InkModel:
    """A model with weights as fp16 would keep them; the layers that start as zeros have some."""
    torch.manual_seed(seed)
    made = InkModel.from_config(config)
    made.text.tokenizer.learn(CAPTIONS)
    for weights in made.parameters():
        if not weights.any():
            torch.nn.init.normal_(weights, std=0.1)
    for head in made.transformer.heads:
        torch.nn.init.normal_(head.weight, std=0.5)
    with torch.no_grad():  # the entries of the codebooks come from features
        made.train().autoencoder(torch.rand(8, 3, 64, 64) * torch.linspace(-2, 2, 64), torch.zeros(8, 16))
    made.load_state_dict({name: value.half().float() for name, value in made.state_dict().items()})
    return made.eval()


def sealed(root: Path) -> Path:
    """Pin such weights in a folder as “ink”, with a window of 16 cells, 256 pixels, like the shipped ones."""
    model(replace(CONFIG, transformer=replace(CONFIG.transformer, window=16))).save(root / "ink")
    seal("ink", root / "ink", root=root)
    return root


def picture(height: int = 2 * CELL, width: int = 3 * CELL, seed: int = 0) -> np.ndarray:
    """(height, width, 3) float32 in 0..1: smooth tones with some grain."""
    rng = np.random.default_rng(seed)
    slope = np.linspace(0, 1, width)[None, :, None] * np.linspace(1, 0.3, height)[:, None, None]
    return np.clip(slope * rng.random(3) + 0.1 * rng.random((height, width, 3)), 0, 1).astype(np.float32)


def tokens(height: int = WINDOW, width: int = WINDOW, seed: int = 0) -> np.ndarray:
    """(height, width, 5) int16, any."""
    return np.random.default_rng(seed).integers(0, 12, (height, width, 5)).astype(np.int16)


def bert(folder: Path) -> None:
    """A tiny BERT as its authors' files lie in a folder."""
    BertModel(BertConfig(**_SMALL, vocab_size=9, max_position_embeddings=16)).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"山水浓墨"]) + "\n")
    settings = {"tokenizer_class": "BertTokenizer", "model_max_length": 16}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))


def clip(folder: Path) -> None:
    """A tiny CLIP as its authors' files lie in a folder."""
    words = ["a", "i", "n", "k", "a</w>", "i</w>", "n</w>", "k</w>", "<|startoftext|>", "<|endoftext|>"]
    numbers = {"bos_token_id": 8, "eos_token_id": 9, "pad_token_id": 9}
    text = _SMALL | {"vocab_size": len(words), "max_position_embeddings": 12} | numbers
    CLIPModel(CLIPConfig(text_config=text, vision_config=_VISION, projection_dim=8)).save_pretrained(folder)
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    settings = {
        "tokenizer_class": "CLIPTokenizer", "model_max_length": 12, "pad_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>",
    }  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
