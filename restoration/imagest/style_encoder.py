"""The Style Swin Encoder: Swin blocks without window shifts, whose last sequence is the style (Imagest, eq. 3-5)."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from restoration.imagest import torchvision_shim  # noqa: F401
from restoration.imagest.config import ConfigError, StyleConfig

from timm.layers import PatchEmbed  # isort: skip
from timm.models.swin_transformer import PatchMerging, SwinTransformerBlock  # isort: skip

PATCH = 4
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Stage(nn.Module):
    """Patch merging (but in the first stage) and ``depth`` blocks of window attention at shift 0 (eq. 3-5)."""

    def __init__(self, before: int, width: int, depth: int, heads: int, window: int, side: int) -> None:
        super().__init__()
        self.downsample = PatchMerging(before, width) if before != width else nn.Identity()
        blocks = [
            SwinTransformerBlock(width, (side, side), heads, window_size=window, shift_size=0) for _ in range(depth)
        ]
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x: Tensor) -> Tensor:
        return self.blocks(self.downsample(x))


class StyleSwinEncoder(nn.Module):
    """Style pictures (N, 3, H, W) in -1..1 to style tokens (N, T, ``width``); any size is brought to the configured
    one.

    Modules are named as in timm's Swin Transformer, so that its ImageNet weights fit.
    """

    def __init__(self, config: StyleConfig) -> None:
        super().__init__()
        self.size = config.size
        self.patch_embed = PatchEmbed(config.size, PATCH, 3, config.width, norm_layer=nn.LayerNorm, output_fmt="NHWC")
        widths = [config.width * 2**stage for stage in range(len(config.depths))]
        stages, side = [], config.size // PATCH
        for stage, (depth, heads) in enumerate(zip(config.depths, config.heads, strict=True)):
            side = side if stage == 0 else (side + 1) // 2
            stages.append(Stage(widths[max(stage - 1, 0)], widths[stage], depth, heads, config.window, side))
        self.layers = nn.Sequential(*stages)
        self.norm = nn.LayerNorm(widths[-1])
        self.width = widths[-1]
        self.register_buffer("mean", torch.tensor(_MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(_STD).view(1, 3, 1, 1), persistent=False)

    def forward(self, pictures: Tensor) -> Tensor:
        if pictures.shape[-2:] != (self.size, self.size):
            pictures = F.interpolate(pictures, (self.size, self.size), mode="bilinear", antialias=True)
        normalised = ((pictures + 1) / 2 - self.mean) / self.std
        return self.norm(self.layers(self.patch_embed(normalised))).flatten(1, 2)

    def load_timm(self, path: Path) -> None:
        """Load timm's ImageNet weights of a Swin of the same widths and depths from a local ``safetensors`` file."""
        own = self.state_dict()
        found = {
            name: value for name, value in load_file(path).items() if name in own and value.shape == own[name].shape
        }
        if missing := own.keys() - found.keys():
            raise ConfigError(
                f"The file {path.name} does not hold this style encoder: {len(missing)} of its weights are missing."
            )
        self.load_state_dict(found)
