"""A small CLIP: how well a picture and a text agree (eq. 12), as guidance loss (eq. 13) and for ranking candidates."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from generation.ink.config import ClipConfig, ConfigError
from generation.ink.text import END, PAD, START, Tokenizer
from restoration.imagest import torchvision_shim  # noqa: F401

from transformers import CLIPConfig, CLIPModel  # isort: skip

MEAN = (0.48145466, 0.4578275, 0.40821073)  # of the public CLIP
DEVIATION = (0.26862954, 0.26130258, 0.27577711)


class Clip(nn.Module):
    """Pictures and texts as unit vectors (N, width) of one space."""

    def __init__(self, config: ClipConfig, tokenizer: Tokenizer) -> None:
        super().__init__()
        self.tokenizer = tokenizer
        text = dict(config.text)
        if config.tokenizer == "pieces":
            text |= {"bos_token_id": START, "eos_token_id": END, "pad_token_id": PAD}
        elif config.tokenizer != "clip":
            raise ConfigError(f"There is no tokenizer “{config.tokenizer}” for CLIP; it is pieces or clip.")
        parts = {"text_config": text, "vision_config": dict(config.vision)}
        self.model = CLIPModel(CLIPConfig(**parts, projection_dim=config.width))
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(DEVIATION).view(1, 3, 1, 1), persistent=False)

    def texts(self, prompts: Sequence[str]) -> Tensor:
        """Unit vectors (N, width) of prompts."""
        numbers, counted = (part.to(self.model.device) for part in self.tokenizer(prompts))
        pooled = self.model.text_model(input_ids=numbers, attention_mask=counted.long()).pooler_output
        return F.normalize(self.model.text_projection(pooled), dim=-1)

    def pictures(self, pictures: Tensor) -> Tensor:
        """Unit vectors (N, width) of pictures (N, 3, H, W) in -1..1, of any size."""
        side = self.model.config.vision_config.image_size
        scaled = F.interpolate(pictures, (side, side), mode="bilinear", antialias=True, align_corners=False)
        pixels = (scaled / 2 + 0.5 - self.mean) / self.deviation
        pooled = self.model.vision_model(pixel_values=pixels).pooler_output
        return F.normalize(self.model.visual_projection(pooled), dim=-1)

    @property
    def scale(self) -> Tensor:
        """What cosines are multiplied by before a choice among them."""
        return self.model.logit_scale.clamp(max=4.6).exp()


def guidance_loss(texts: Tensor, pictures: Tensor) -> Tensor:
    """1 − cos of unit vectors (N, width), mean (eq. 13)."""
    return 1 - (texts * pictures).sum(-1).mean()


def contrast(texts: Tensor, pictures: Tensor, captions: Sequence[str], scale: Tensor) -> Tensor:
    """How badly each picks its like among the others, both ways; those of one caption are all right answers."""
    numbers = {caption: number for number, caption in enumerate(captions)}
    kinds = torch.tensor([numbers[caption] for caption in captions], device=texts.device)
    same = kinds[:, None] == kinds
    wanted = same.float() / same.sum(1, keepdim=True)
    likeness = scale * texts @ pictures.T
    return (F.cross_entropy(likeness, wanted) + F.cross_entropy(likeness.T, wanted)) / 2
