"""The text-to-ink networks of `generation.ink` as an engine, on the weights that come with Lacuna."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version

from generation.ink.config import ConfigError
from generation.ink.model import InkModel
from generation.ink.storage import LoadError
from gpu_workers import devices
from gpu_workers.weights import WeightsError, resolve

from .contract import EngineError
from .registry import EngineSpec


@dataclass
class InkEngine:
    """A loaded `InkModel`, and what recipes say of it."""

    model: InkModel
    weights_sha256: str | None
    device: str = "cpu"
    version: str = "1"
    libraries: dict[str, str] = field(default_factory=lambda: {"torch": version("torch")})


def load(spec: EngineSpec, device: str | None = None) -> InkEngine:
    """Load the checked weights onto a device; `EngineError` says in one sentence what is wrong with them."""
    try:
        weights = resolve(spec.weights or spec.name)
        devices.limit_threads()
        chosen = devices.choose(device)
        return InkEngine(InkModel.from_pretrained(weights.folder).to(chosen), weights.sha256, chosen)
    except (WeightsError, LoadError, ConfigError, devices.DeviceError) as problem:
        raise EngineError(str(problem)) from problem
