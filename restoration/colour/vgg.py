"""The first four stages of VGG19, for training and measuring only: it is never shipped and no worker needs it."""

from pathlib import Path
from typing import Self

import torch
from torch import Tensor, nn

FILE = "vgg19_normalised.pth"
WIDTHS = (64, 64, "pool", 128, 128, "pool", 256, 256, 256, 256, "pool", 512)
KEPT = (0, 2, 4, 8)  # relu1_1, relu2_1, relu3_1, relu4_1, counted in convolutions


class Vgg19(nn.Module):
    """Pictures (N, 3, H, W) in 0..1 to the activations of relu1_1, relu2_1, relu3_1 and relu4_1.

    The normalised network of Gatys et al. (mean activation 1 for every filter), with reflection padding.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Conv2d(3, 3, 1)]
        before = 3
        for width in WIDTHS:
            if width == "pool":
                layers.append(nn.MaxPool2d(2, ceil_mode=True))
            else:
                layers += [nn.ReflectionPad2d(1), nn.Conv2d(before, int(width), 3), nn.ReLU()]
                before = int(width)
        self.layers = nn.Sequential(*layers)

    @classmethod
    def load(cls, backbones: Path) -> Self:
        """The frozen network from ``vgg19_normalised.pth``, a state dict of the same sequence or a longer one."""
        network = cls()
        state = torch.load(backbones / FILE, map_location="cpu", weights_only=True)
        network.layers.load_state_dict({name: state[name] for name in network.layers.state_dict()})
        return network.requires_grad_(False).eval()

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Four activations, (N, 64, H, W) to (N, 512, H/8, W/8)."""
        kept, rectified = [], 0
        for layer in self.layers:
            pictures = layer(pictures)
            if isinstance(layer, nn.ReLU):
                if rectified in KEPT:
                    kept.append(pictures)
                rectified += 1
        return kept
