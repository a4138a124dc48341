"""Which of the four primary classes a picture is of, by ResNet-50 (text-to-ink paper, eq. 1). Needs torch and timm."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from restoration.imagest import torchvision_shim  # noqa: F401

from .errors import CorpusError

CLASSES = ("landscape", "figure", "flower-and-bird", "animals")
_SIDE = 224
_MEAN, _STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Screener:
    """P(y|x) = softmax(W GAP(F(x))) over the four primary classes."""

    def __init__(self, network: torch.nn.Module) -> None:
        """`network` maps (N, 3, 224, 224), normalised as ImageNet, to (N, 4) logits."""
        self.network = network.eval()

    @classmethod
    def load(cls, folder: Path) -> Screener:
        """Weights from a local folder: ``model.safetensors`` of timm's resnet50 with four classes, in their order.

        A ``config.json`` beside it may hold `model_args` for another width or depth. Raises `CorpusError`.
        """
        import timm  # after the shim, without which it cannot be imported

        path, config = folder / "model.safetensors", folder / "config.json"
        if not path.is_file():
            raise CorpusError(f"There is no model.safetensors in the folder {folder}.")
        try:
            options = json.loads(config.read_text()).get("model_args", {}) if config.is_file() else {}
            weights = load_file(path)
            network = timm.create_model("resnet50", num_classes=len(CLASSES), **options)
            found = len(weights.get("fc.bias", ()))
            if found != len(CLASSES):
                raise CorpusError(f"The weights in {folder} tell {found} classes apart, not the four of paintings.")
            network.load_state_dict(weights)
        except (OSError, ValueError, AttributeError, TypeError, RuntimeError, SafetensorError) as error:
            if isinstance(error, CorpusError):
                raise
            raise CorpusError(f"The weights in {folder} are no ResNet-50 of timm.") from error
        return cls(network)

    @torch.inference_mode()
    def probabilities(self, pictures: list[np.ndarray]) -> np.ndarray:
        """(N, 4) float32, each row summing to 1, for pictures (H, W, 3) uint8 of any size."""
        small = [cv2.resize(rgb, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA) for rgb in pictures]
        batch = torch.from_numpy(np.stack(small)).permute(0, 3, 1, 2).float() / 255
        batch = (batch - torch.tensor(_MEAN).view(3, 1, 1)) / torch.tensor(_STD).view(3, 1, 1)
        return torch.softmax(self.network(batch), dim=1).numpy()

    def classify(self, rgb: np.ndarray) -> tuple[str, float]:
        """The likeliest class of one picture, and how likely it is."""
        row = self.probabilities([rgb])[0]
        best = int(row.argmax())
        return CLASSES[best], float(row[best])
