"""An Imagest small enough for tests: the compact configuration with narrow networks."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from restoration.imagest.config import ImagestConfig
from restoration.imagest.model import Imagest


def config() -> ImagestConfig:
    compact = ImagestConfig.load("compact")
    unet = compact.denoiser.options | {
        "block_out_channels": [8, 16, 16], "attention_head_dim": [2, 2, 2], "cross_attention_dim": 16,
        "norm_num_groups": 4,
    }  # fmt: skip
    text = compact.text.options | {
        "hidden_size": 16,
        "intermediate_size": 16,
        "projection_dim": 16,
        "num_hidden_layers": 1,
    }
    return replace(
        compact,
        autoencoder=replace(
            compact.autoencoder,
            encoder_width=8,
            decoder_width=8,
            deep_width=8,
            fine_width=4,
            encoder_blocks=1,
            decoder_blocks=1,
        ),
        style=replace(compact.style, width=8, heads=(1, 2, 2, 2), size=56),
        text=replace(compact.text, options=text),
        denoiser=replace(compact.denoiser, options=unet),
        sampling=replace(compact.sampling, steps=3, strength=0.6),
    )


def model(seed: int = 0) -> Imagest:
    """Random weights; also where training starts from zero, so that nothing is hidden by a zero."""
    torch.manual_seed(seed)
    made = Imagest.from_config(config())
    for parameter in made.parameters():
        if not parameter.detach().any():
            torch.nn.init.normal_(parameter, std=0.05)
    made.autoencoder.scale.running_var.fill_(0.3)
    return made.eval()


def damaged(count: int = 2, height: int = 64, width: int = 64, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Windows of soft noise with a square of damage each."""
    rng = np.random.default_rng(seed)
    windows = rng.random((count, height, width, 3), dtype=np.float32) * 0.5 + 0.25
    masks = np.zeros((count, height, width), bool)
    for index in range(count):
        masks[index, 20 : 36 + 2 * index, 18:40] = True
    return windows, masks


def stable_folder(folder: Path) -> Path:
    """Stable Diffusion's classes and folders, with tiny random weights."""
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel

    torch.manual_seed(0)
    AutoencoderKL(
        block_out_channels=(8, 8, 8), down_block_types=["DownEncoderBlock2D"] * 3, 
        up_block_types=["UpDecoderBlock2D"] * 3,
        norm_num_groups=4, layers_per_block=1,
    ).save_pretrained(folder / "vae")  # fmt: skip
    UNet2DConditionModel(
        block_out_channels=(8, 16), down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), norm_num_groups=4,
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"), layers_per_block=1,
        attention_head_dim=2, cross_attention_dim=16,
    ).save_pretrained(folder / "unet")  # fmt: skip
    text = CLIPTextConfig(
        vocab_size=514,
        hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, max_position_embeddings=12,
        bos_token_id=512, eos_token_id=513, pad_token_id=513,
    )  # fmt: skip
    CLIPTextModel(text).save_pretrained(folder / "text_encoder")
    _clip_tokenizer(folder / "tokenizer")
    return folder


def _clip_tokenizer(folder: Path) -> None:
    from tokenizers.pre_tokenizers import ByteLevel

    folder.mkdir()
    letters = sorted(ByteLevel.alphabet())
    words = [*letters, *(letter + "</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    settings = {
        "tokenizer_class": "CLIPTokenizer",
        "model_max_length": 12,
        "pad_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
