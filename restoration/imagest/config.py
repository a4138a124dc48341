"""What an Imagest is made of: dataclasses read from a JSON file, one file a size."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

CONFIGS = Path(__file__).parent / "configs"


class ConfigError(Exception):
    """A configuration cannot be used; the text is one sentence for a person."""


class _Section:
    @classmethod
    def read(cls, values: dict[str, Any]) -> Self:
        """Build from JSON values; lists become tuples, an unknown name is an error."""
        known = {field.name for field in fields(cls)}  # type: ignore[arg-type]
        if unknown := values.keys() - known:
            raise ConfigError(f"The configuration knows no {', '.join(sorted(unknown))} in {cls.__name__}.")
        try:
            return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})
        except TypeError as problem:
            raise ConfigError(f"The configuration of {cls.__name__} is incomplete: {problem}.") from problem


@dataclass(frozen=True)
class AutoencoderConfig(_Section):
    """``kind`` is compact (ours) or diffusers (``AutoencoderKL``, whose own configuration stands in ``options``)."""

    kind: str
    factor: int = 4
    latent_channels: int = 4
    encoder_width: int = 64
    encoder_blocks: int = 2
    decoder_width: int = 64
    decoder_blocks: int = 2
    deep_width: int = 96
    deep_dilations: tuple[int, ...] = (1, 2, 4)
    fine_width: int = 16
    options: dict[str, Any] | None = None


@dataclass(frozen=True)
class StyleConfig(_Section):
    """The Style Swin Encoder: depths and widths of its four stages, heads, window and input size in pixels."""

    width: int
    depths: tuple[int, ...]
    heads: tuple[int, ...]
    window: int
    size: int


@dataclass(frozen=True)
class TextConfig(_Section):
    """A CLIP text model; ``tokenizer`` is bytes (ours) or clip. ``options`` go to ``CLIPTextConfig``."""

    tokenizer: str
    length: int
    options: dict[str, Any]


@dataclass(frozen=True)
class DenoiserConfig(_Section):
    """``options`` go to ``UNet2DConditionModel``; ``style_blocks`` says where style enters: initial, up, or both as
    all.

    ``prior`` is the standard deviation of true latents around those of the pre-filling, for a network that sees the
    pre-filling; None for one that does not (Stable Diffusion 1.4).
    """

    options: dict[str, Any]
    style_blocks: str = "initial"
    prior: float | None = None


@dataclass(frozen=True)
class SamplingConfig(_Section):
    """The noise schedule and how candidates are drawn unless a job says otherwise.

    ``margin`` is how many pixels around the damage the networks look at; None lets them look at the whole window.
    """

    scheduler: dict[str, Any]
    solver: str = "dpm"
    steps: int = 8
    strength: float = 0.5
    margin: int | None = None


@dataclass(frozen=True)
class ImagestConfig:
    """All sections of one Imagest."""

    name: str
    autoencoder: AutoencoderConfig
    style: StyleConfig
    text: TextConfig
    denoiser: DenoiserConfig
    sampling: SamplingConfig

    @classmethod
    def load(cls, source: str | Path) -> Self:
        """Read a configuration by name (compact, paper) or from a JSON file."""
        path = Path(source) if str(source).endswith(".json") else CONFIGS / f"{source}.json"
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise ConfigError(f"The Imagest configuration {source} cannot be read.") from problem
        return cls.read(values)

    @classmethod
    def read(cls, values: dict[str, Any]) -> Self:
        """Build from the values of a JSON file."""
        sections = {field.name: field.type for field in fields(cls) if field.name != "name"}
        if missing := sections.keys() - values.keys():
            raise ConfigError(f"The Imagest configuration has no section {', '.join(sorted(missing))}.")
        return cls(
            str(values.get("name", "imagest")), **{name: kind.read(values[name]) for name, kind in sections.items()}
        )

    def dump(self) -> str:
        """The configuration as JSON text."""
        return json.dumps(asdict(self), indent=2) + "\n"
