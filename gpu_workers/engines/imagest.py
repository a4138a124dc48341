"""Imagest as an engine: the sampler of `restoration.imagest` on the weights that come with Lacuna."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

import numpy as np

from gpu_workers import devices
from gpu_workers.weights import WeightsError, resolve
from restoration.imagest import sampler as imagest
from restoration.imagest.config import ConfigError
from restoration.imagest.model import Imagest, LoadError

from .contract import Cancelled, Conditions, EngineError, Progress, Report, Stop, never_stop, no_report
from .registry import EngineSpec

LIBRARIES = ("torch", "diffusers", "timm", "transformers", "pypatchmatch", "opencv-python-headless", "scikit-image")
STAGE = "Denoising the losses"


class ImagestEngine:
    """Imagest, compact or paper size, as its weights say. Candidate i of a job is one sample drawn with seed i."""

    version = "1"

    def __init__(self, model: Imagest, weights_sha256: str | None, device: str = "cpu") -> None:
        self.sampler = imagest.Sampler(model.to(device))
        self.weights_sha256, self.device = weights_sha256, device
        self.batch = 4 if device == "cpu" else 16
        self.libraries = {name: version(name) for name in LIBRARIES}

    def fill(
        self,
        windows: np.ndarray,
        masks: np.ndarray,
        *,
        seeds: Sequence[int],
        conditions: Conditions,
        progress: Report = no_report,
        cancelled: Stop = never_stop,
    ) -> np.ndarray:
        """See `Engine.fill`. Without a style reference the undamaged parts of each window are its own."""
        options = imagest.Options(
            steps=conditions.steps,
            strength=conditions.strength,
            prompt=conditions.prompt,
            style=conditions.style,
            preview_every=4,
        )

        def report(step: int, steps: int, preview: np.ndarray | None) -> None:
            image = None if preview is None else np.rint(preview[0] * 255).astype(np.uint8)
            progress(Progress(step / steps, STAGE, image))

        try:
            filled = self.sampler.fill(windows, masks, seeds, options, report, cancelled)
        except imagest.Cancelled:
            raise Cancelled from None
        progress(Progress(1.0, STAGE))
        return filled


def load(spec: EngineSpec, device: str | None = None) -> ImagestEngine:
    """Load the checked weights onto a device; `EngineError` says in one sentence what is wrong with them."""
    try:
        weights = resolve(spec.weights or spec.name)
        devices.limit_threads()
        return ImagestEngine(Imagest.from_pretrained(weights.folder), weights.sha256, devices.choose(device))
    except (WeightsError, LoadError, ConfigError, devices.DeviceError) as problem:
        raise EngineError(str(problem)) from problem
