"""Imagest: autoencoder, style encoder, text encoder and denoiser in one object, with loading and saving."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Self

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from restoration.imagest import torchvision_shim  # noqa: F401
from restoration.imagest.autoencoder import CompactAutoencoder
from restoration.imagest.config import AutoencoderConfig, ConfigError, ImagestConfig
from restoration.imagest.stable_autoencoder import StableAutoencoder
from restoration.imagest.style_encoder import StyleSwinEncoder
from restoration.imagest.text import ClipTokenizer, TextEncoder, Tokenizer
from restoration.imagest.unet import Denoiser

from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel  # isort: skip
from transformers import CLIPTextModel  # isort: skip

PARTS = ("autoencoder", "style", "text", "denoiser")


class LoadError(Exception):
    """Weights cannot be loaded; the text is one sentence for a person."""


class Imagest(nn.Module):
    """The whole network. Lengths and ranges are those of its parts."""

    def __init__(self, config: ImagestConfig, tokenizer: Tokenizer | None = None) -> None:
        super().__init__()
        self.config = config
        self.autoencoder = _autoencoder(config.autoencoder)
        self.style = StyleSwinEncoder(config.style)
        self.text = TextEncoder(config.text, tokenizer)
        alphas = DDIMScheduler(**config.sampling.scheduler).alphas_cumprod
        self.denoiser = Denoiser(config.denoiser, self.style.width, alphas)

    @classmethod
    def from_config(cls, source: str | Path | ImagestConfig, tokenizer: Tokenizer | None = None) -> Self:
        """Random weights for a configuration, given by name, JSON file or object."""
        config = source if isinstance(source, ImagestConfig) else ImagestConfig.load(source)
        return cls(config, tokenizer).to(memory_format=torch.channels_last)

    @classmethod
    def from_pretrained(cls, folder: Path) -> Self:
        """Load what ``save`` wrote: ``imagest.json`` and one ``safetensors`` file a part. Ready to use, in float32."""
        config = ImagestConfig.load(Path(folder) / "imagest.json")
        tokenizer = None
        if config.text.tokenizer == "clip":
            tokenizer = ClipTokenizer(Path(folder) / "tokenizer", config.text.length)
        model = cls.from_config(config, tokenizer)
        for part in PARTS:
            model.load_part(part, Path(folder) / f"{part}.safetensors")
        return model.eval()

    def load_part(self, part: str, path: Path) -> None:
        """Load one part from a ``safetensors`` file, whatever its float type."""
        if not path.is_file():
            raise LoadError(f"The weights {path.name} are missing in {path.parent}.")
        try:
            self.get_submodule(part).load_state_dict(load_file(path))
        except Exception as problem:  # safetensors and torch raise many kinds
            raise LoadError(f"The weights {path.name} are damaged or belong to another network.") from problem

    def save(self, folder: Path, dtype: torch.dtype = torch.float16) -> list[Path]:
        """Write ``imagest.json`` and one ``safetensors`` file a part; floats are stored as ``dtype``."""
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for part in PARTS:
            state = self.get_submodule(part).state_dict()
            stored = {k: (v.to(dtype) if v.is_floating_point() else v).contiguous().cpu() for k, v in state.items()}
            path = folder / f"{part}.safetensors"
            temporary = path.with_suffix(".part")
            save_file(stored, temporary)
            os.replace(temporary, path)
            written.append(path)
        if isinstance(self.text.tokenizer, ClipTokenizer):
            self.text.tokenizer.inner.save_pretrained(folder / "tokenizer")
        temporary = folder / "imagest.json.part"
        temporary.write_text(self.config.dump(), encoding="utf-8")
        os.replace(temporary, folder / "imagest.json")
        return [*written, folder / "imagest.json"]


def from_stable_diffusion(
    source: str | Path, config: str | ImagestConfig = "paper", *, local_files_only: bool = True
) -> Imagest:
    """Imagest around Stable Diffusion's autoencoder, text encoder and U-Net, with a fresh style encoder and style
    attention.

    ``source`` is a folder or hub name in diffusers' layout, for example ``CompVis/stable-diffusion-v1-4``. Only
    ``safetensors`` are read.
    """
    options = {"local_files_only": local_files_only, "use_safetensors": True}
    try:
        autoencoder = AutoencoderKL.from_pretrained(source, subfolder="vae", **options)
        unet = UNet2DConditionModel.from_pretrained(source, subfolder="unet", **options)
        text = CLIPTextModel.from_pretrained(source, subfolder="text_encoder", **options)
        tokenizer = _tokenizer(source, text.config.max_position_embeddings, local_files_only)
    except (OSError, ValueError) as problem:
        raise LoadError(f"Stable Diffusion's weights cannot be loaded from {source}.") from problem
    base = config if isinstance(config, ImagestConfig) else ImagestConfig.load(config)
    model = Imagest.from_config(_fitted(base, autoencoder, unet, text), tokenizer)
    model.autoencoder.inner.load_state_dict(autoencoder.state_dict())
    model.text.model.load_state_dict(text.state_dict())
    missing, unexpected = model.denoiser.unet.load_state_dict(unet.state_dict(), strict=False)
    if unexpected or any(".processor." not in name for name in missing):
        raise LoadError(f"The U-Net in {source} does not fit its own configuration.")
    return model.eval()


def _autoencoder(config: AutoencoderConfig) -> nn.Module:
    if config.kind == "compact":
        return CompactAutoencoder(config)
    if config.kind == "diffusers":
        return StableAutoencoder(AutoencoderKL(**(config.options or {})))
    raise ConfigError(f"There is no autoencoder of the kind {config.kind!r}; it is compact or diffusers.")


def _tokenizer(source: str | Path, length: int, local_files_only: bool) -> Tokenizer:
    folder = Path(source) / "tokenizer"
    return ClipTokenizer(folder if folder.is_dir() else source, length, local_files_only)


def _fitted(
    base: ImagestConfig, autoencoder: AutoencoderKL, unet: UNet2DConditionModel, text: CLIPTextModel
) -> ImagestConfig:
    """The configuration with the sizes of the networks that were found."""
    factor = 2 ** (len(autoencoder.config.block_out_channels) - 1)
    options = {k: v for k, v in unet.config.items() if not k.startswith("_")}
    return replace(
        base,
        autoencoder=replace(base.autoencoder, factor=factor, options=_plain(autoencoder.config)),
        text=replace(base.text, options=text.config.to_diff_dict(), length=text.config.max_position_embeddings),
        denoiser=replace(base.denoiser, options=json.loads(json.dumps(options))),
    )


def _plain(config: dict) -> dict:
    return json.loads(json.dumps({k: v for k, v in config.items() if not k.startswith("_")}))
