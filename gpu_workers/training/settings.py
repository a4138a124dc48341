"""How a training run goes: presets, and what the command line may change."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

STAGES = ("autoencoder", "denoiser", "decoder")


@dataclass(frozen=True)
class Settings:
    """One run of one stage. Sizes are pixels, times minutes, rates per step of AdamW.

    views: squares of every painting that the token transformer learns from, beside the middle one.
    processes: that prepare crops beside the training.
    critic_from, style_from: the share of the budget from which the critic, or the losses on VGG19, take part.
    """

    data: Path
    out: Path
    work: Path
    backbones: Path | None = None
    stable_diffusion: str | None = None
    size: str = "compact"
    minutes: float = 60.0
    at_most: float | None = None
    resume: bool = False
    batch: int = 8
    crop: int = 128
    crops: int = 6400
    rate: float = 4e-4
    ema: float = 0.998
    clip: float = 1.0
    critic_from: float = 0.25
    threads: int = 2
    processes: int = 1
    seed: int = 0
    bf16: bool = False
    device: str = "cpu"
    checkpoint_minutes: float = 3.0
    style_from: float = 0.4
    views: int = 0

    @classmethod
    def preset(cls, name: str, network: str = "imagest", **changes: object) -> Self:
        """Settings for two processor cores (cpu) or one data-center card (gpu)."""
        base = cls(data=Path(), out=Path(), work=Path())
        return replace(base, **(PRESETS[network][name] | changes))


_CARD = {"minutes": 22.0, "ema": 0.999, "bf16": True, "device": "cuda", "threads": 4, "processes": 8}
_INK = {"critic_from": 0.5, "rate": 6e-4, "ema": 0.995}
_COLOUR = {"batch": 2, "rate": 2e-3, "ema": 0.99, "clip": 20.0}
PRESETS: dict[str, dict[str, dict[str, object]]] = {
    "imagest": {"cpu": {}, "gpu": _CARD | {"batch": 64, "crop": 256, "crops": 24000}},
    # the covariances of the colour network want float32
    "colour": {"cpu": _COLOUR, "gpu": _CARD | _COLOUR | {"batch": 16, "crop": 256, "ema": 0.999, "bf16": False}},
    "ink": {"cpu": _INK, "gpu": _CARD | _INK | {"batch": 96, "ema": 0.999, "views": 5}},
}
