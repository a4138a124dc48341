"""LPIPS, the learned perceptual distance (Zhang et al. 2018, version 0.1, AlexNet)."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

FILE = "lpips_alexnet.pth"
_MEAN = (-0.030, -0.088, -0.188)
_STD = (0.458, 0.448, 0.450)


class Lpips(nn.Module):
    """Distance of two pictures (N, 3, H, W) in -1..1: (N,), 0 for equal pictures."""

    def __init__(self) -> None:
        super().__init__()
        relu = nn.ReLU
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, stride=4, padding=2), relu(), nn.MaxPool2d(3, 2),
            nn.Conv2d(64, 192, 5, padding=2), relu(), nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, padding=1), relu(),
            nn.Conv2d(384, 256, 3, padding=1), relu(),
            nn.Conv2d(256, 256, 3, padding=1), relu(),
        )  # fmt: skip
        self.heads = nn.ModuleList(nn.Conv2d(width, 1, 1, bias=False) for width in (64, 192, 384, 256, 256))
        self.register_buffer("mean", torch.tensor(_MEAN).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(_STD).view(1, 3, 1, 1))

    @classmethod
    def load(cls, backbones: Path) -> "Lpips":
        """The frozen metric from ``lpips_alexnet.pth`` (torchvision's key names and ``linN.model.1.weight``)."""
        state = torch.load(backbones / FILE, map_location="cpu", weights_only=True)
        model = cls()
        renamed = {f"heads.{k[3]}.weight" if k.startswith("lin") else k: v for k, v in state.items()}
        model.load_state_dict(renamed | {"mean": model.mean, "std": model.std})
        return model.requires_grad_(False).eval()

    def forward(self, first: Tensor, second: Tensor) -> Tensor:
        distance = first.new_zeros(first.shape[0])
        for head, one, other in zip(self.heads, self._maps(first), self._maps(second), strict=True):
            distance = distance + head((one - other).square()).mean((1, 2, 3))
        return distance

    def _maps(self, pictures: Tensor) -> list[Tensor]:
        x, maps = (pictures - self.mean) / self.std, []
        for layer in self.features:
            x = layer(x)
            if isinstance(layer, nn.ReLU):
                maps.append(F.normalize(x, dim=1, eps=1e-8))
        return maps
