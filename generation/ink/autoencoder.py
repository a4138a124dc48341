"""The VQGAN with two codebooks: a cell is one code of global structure and four codes of detail."""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from generation.ink.blocks import Attention, ResidualBlock, ResidualDenseBlock, StyleNorm, convolution, unfolding
from generation.ink.codebook import Codebook
from generation.ink.config import LEVELS, AutoencoderConfig

MEAN = (0.06, 0.09, -0.17)  # of the three channels of `Opponent`, on museum photographs
SPREAD = (0.39, 0.09, 0.15)


class Reconstruction(NamedTuple):
    """Pictures (N, 3, H, W) in about -1..1, tokens (N, h, w, 5), and the codebooks' loss."""

    pictures: Tensor
    tokens: Tensor
    loss: Tensor


class Autoencoder(nn.Module):
    """Pictures (N, 3, H, W) in -1..1, sides multiples of `cell`, to tokens (N, H/cell, W/cell, 5) int64, and back."""

    def __init__(self, config: AutoencoderConfig, text_width: int) -> None:
        super().__init__()
        self.config, deep = config, config.widths[2]
        self.encoder = _encoder(config)
        self.condense = nn.Sequential(
            nn.Conv2d(deep, deep, 4, stride=2, padding=1), ResidualBlock(deep), ResidualBlock(deep)
        )
        self.structure = Codebook(config.structure_codes, deep, config.code_width)
        self.rest = nn.Conv2d(2 * deep, deep, 1)
        self.detail = Codebook(config.detail_codes, deep, config.code_width)
        self.generator = Generator(config, text_width)
        self.apply(_start)
        self.encoder.apply(_offset)

    def forward(self, pictures: Tensor, text: Tensor) -> Reconstruction:
        """Encode and decode; text: (N, text width)."""
        structure, detail = self._quantise(pictures)
        decoded = self.generator(_larger(structure.features) + detail.features, text)
        return Reconstruction(decoded, _cells(structure.codes, detail.codes), structure.loss + detail.loss)

    def encode(self, pictures: Tensor) -> Tensor:
        """Tokens (N, h, w, 5)."""
        structure, detail = self._quantise(pictures)
        return _cells(structure.codes, detail.codes)

    def decode(self, tokens: Tensor, text: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) in about -1..1; text: (N, text width)."""
        structure, detail = _grids(tokens)
        features = _larger(self.structure.look_up(structure)) + self.detail.look_up(detail)
        return self.generator(features, text)

    @property
    def radius(self) -> int:
        """How many cells around it a pixel depends on in decoding."""
        return self.generator.radius

    def _quantise(self, pictures: Tensor) -> tuple:
        features = self.encoder(pictures)
        structure = self.structure(self.condense(features))
        detail = self.detail(self.rest(torch.cat([features, _larger(structure.features)], 1)))
        return structure, detail


class Opponent(nn.Module):
    """Pictures (N, 3, H, W) in -1..1 as lightness and two opponent colours of about mean 0 and variance 1 each: in
    paintings on silk all three primaries say nearly the same, and what little colour there is would be heard last.
    """

    def __init__(self) -> None:
        super().__init__()
        light = torch.tensor([0.299, 0.587, 0.114])
        rows = torch.stack([light, torch.tensor([1.0, 0, 0]) - light, torch.tensor([0, 0, 1.0]) - light])
        self.register_buffer("matrix", rows / torch.tensor(SPREAD)[:, None], persistent=False)
        self.register_buffer("shift", torch.tensor(MEAN) / torch.tensor(SPREAD), persistent=False)

    def forward(self, pictures: Tensor) -> Tensor:
        turned = torch.einsum("dc,nchw->ndhw", self.matrix, pictures)
        return (turned - self.shift[:, None, None]).contiguous(memory_format=torch.channels_last)


class Generator(nn.Module):
    """Quantised features to pictures: residual dense blocks after quantisation and after each up-sampling (eq. 9),
    style normalisation with text (eq. 8). The tone of a place comes from its code straight away; the rest adds what
    the brush does.
    """

    def __init__(self, config: AutoencoderConfig, text_width: int) -> None:
        super().__init__()
        shallow, middle, deep = config.widths
        self.enter = convolution(deep, deep)
        self.after_quantisation = nn.Sequential(*(_block(config, deep) for _ in range(max(1, config.dense))))
        self.styles = nn.ModuleList(StyleNorm(width, text_width) for width in (deep, middle, shallow))
        self.up = nn.ModuleList([convolution(deep, middle), convolution(middle, shallow)])
        self.after_upsampling = nn.ModuleList([_block(config, middle), _block(config, shallow)])
        self.tone, self.larger = nn.Conv2d(deep, 3, 1), LEVELS * config.fold
        self.unfold = unfolding(shallow, config.fine, config.fold)
        self.fine = nn.Sequential(
            nn.SiLU(), convolution(config.fine, config.fine),
            nn.SiLU(), convolution(config.fine, 3),
        )  # fmt: skip

    def forward(self, features: Tensor, text: Tensor) -> Tensor:
        tone = F.interpolate(self.tone(features), scale_factor=self.larger, mode="bilinear")
        x = self.styles[0](self.after_quantisation(self.enter(features)), text)
        for up, block, style in zip(self.up, self.after_upsampling, self.styles[1:], strict=True):
            x = style(block(up(_larger(F.silu(x)))), text)
        return tone + self.fine(self.unfold(F.silu(x)))

    @property
    def radius(self) -> int:
        """See `Autoencoder.radius`."""
        blocks = sum(block.radius for block in self.after_quantisation)
        block = self.after_upsampling[0].radius
        return 1 + (1 + blocks + (1 + block) / 2 + (1 + block) / 4 + 1).__ceil__() // 2


def _encoder(config: AutoencoderConfig) -> nn.Sequential:
    shallow, middle, deep = config.widths
    levels = zip(config.widths, config.blocks, strict=True)
    first, second, third = ([ResidualBlock(width) for _ in range(count)] for width, count in levels)
    return nn.Sequential(
        Opponent(), nn.PixelUnshuffle(config.fold), convolution(3 * config.fold**2, shallow), *first,
        nn.Conv2d(shallow, middle, 4, stride=2, padding=1), *second,
        nn.Conv2d(middle, deep, 4, stride=2, padding=1), *third,
        Attention(deep), nn.Conv2d(deep, deep, 1),
    )  # fmt: skip


def _block(config: AutoencoderConfig, channels: int) -> nn.Module:
    if not config.dense:
        return ResidualBlock(channels)
    return ResidualDenseBlock(channels, config.growth * channels // config.widths[2])


def _larger(features: Tensor) -> Tensor:
    return F.interpolate(features, scale_factor=2, mode="nearest")


def _cells(structure: Tensor, detail: Tensor) -> Tensor:
    """Grids (N, h, w) and (N, 2h, 2w) of codes to tokens (N, h, w, 5)."""
    count, height, width = structure.shape
    four = detail.reshape(count, height, 2, width, 2).permute(0, 1, 3, 2, 4).reshape(count, height, width, 4)
    return torch.cat([structure[..., None], four], -1)


def _grids(tokens: Tensor) -> tuple[Tensor, Tensor]:
    """The inverse of `_cells`."""
    count, height, width, _ = tokens.shape
    four = tokens[..., 1:].reshape(count, height, width, 2, 2).permute(0, 1, 3, 2, 4)
    return tokens[..., 0], four.reshape(count, 2 * height, 2 * width)


def _start(module: nn.Module) -> None:
    """Convolutions that keep the size of a signal: weak ones leave all the learning to the codebooks' loss at first."""
    if isinstance(module, nn.Conv2d) and module.kernel_size[0] > 1 and module.weight.any():
        nn.init.normal_(module.weight, std=module.weight[0].numel() ** -0.5)
        nn.init.zeros_(module.bias)


def _offset(module: nn.Module) -> None:
    """Biases as large as the signal: without any, the normalisation leaves of a place only whether it is dark."""
    if isinstance(module, nn.Conv2d) and module.kernel_size[0] > 1 and module.weight.any():
        nn.init.normal_(module.bias)
