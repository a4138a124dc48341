"""What filling and recolouring share: loading and calling an engine, progress, facts of inputs, files that vanish."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from gpu_workers import devices, pictures
from gpu_workers.pictures import PictureInfo

from . import registry
from .contract import Cancelled, ColourEngine, Engine, EngineError, Report

_log = logging.getLogger(__name__)


def load(name: str, device: str | None) -> Engine | ColourEngine:
    """Load an engine; a device that is not there is an `EngineError` too."""
    try:
        return registry.load(name, device)
    except devices.DeviceError as error:
        raise EngineError(str(error)) from error


@contextmanager
def calling() -> Iterator[None]:
    """Around a call into an engine, which may be anybody's: a person gets one sentence, the log the rest."""
    try:
        yield
    except (EngineError, Cancelled):
        raise
    except MemoryError as error:
        raise EngineError("The engine ran out of memory.") from error
    except Exception as error:
        _log.exception("engine_failed")
        raise EngineError(_sentence(error)) from error


def _sentence(error: Exception) -> str:
    if "out of memory" in str(error).lower():
        return "The device ran out of memory; try fewer candidates or the CPU."
    return f"The engine failed with {type(error).__name__}; the log has the details."


def scaled(progress: Report, start: float, stop: float) -> Report:
    """Tell `progress` about a part of the work that is `start` to `stop` of the whole."""
    return lambda part: progress(replace(part, fraction=start + (stop - start) * part.fraction))


def check_size(labels: np.ndarray, info: PictureInfo) -> None:
    """Refuse a mask of another size than the picture's with an `EngineError`."""
    if labels.shape != (info.height, info.width):
        size = f"{labels.shape[1]} x {labels.shape[0]}" if labels.ndim == 2 else "of another shape"
        raise EngineError(f"The mask is {size}, but the picture is {info.width} x {info.height}.")


def picture_facts(path: str | Path, info: PictureInfo) -> dict:
    """What a recipe says of a picture that went in."""
    return {
        "sha256": pictures.sha256_file(path),
        "format": info.format,
        "width": info.width,
        "height": info.height,
        "bands": info.bands,
        "bit_depth": info.bit_depth,
    }


@contextmanager
def vanishing() -> Iterator[list[Path]]:
    """Give a list for the paths of files that are being made; whatever goes wrong, they are gone."""
    made: list[Path] = []
    try:
        yield made
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise
