"""PatchMatch inpainting: the hole is made of patches from the window's undamaged rest.

C. Barnes, E. Shechtman, A. Finkelstein, D. B. Goldman, PatchMatch: A Randomized Correspondence Algorithm for Structural
Image Editing, 2009; the implementation is the library pypatchmatch.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

import numpy as np

from restoration.imagest.prefill import patch_fill, patchmatch_available

from .contract import Cancelled, Conditions, EngineError, Progress, Report, Stop, never_stop, no_report
from .registry import EngineSpec

PATCH_SIZE = 4


class PatchMatchEngine:
    """pypatchmatch on 8-bit levels, its only depth: in a 16-bit master the fill has 256 levels a channel."""

    version = "1"
    weights_sha256 = None
    device = "cpu"
    batch = 4

    def __init__(self) -> None:
        if not patchmatch_available():
            raise EngineError("PatchMatch cannot run here, because its native library is missing on this machine.")
        self.libraries = {"pypatchmatch": version("pypatchmatch")}

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
        """See `Engine.fill`; one window is filled after the other."""
        filled = np.empty_like(windows)
        for index, (window, mask, seed) in enumerate(zip(windows, masks, seeds, strict=True)):
            if cancelled():
                raise Cancelled
            filled[index] = _fill(window, mask, seed)
            progress(Progress((index + 1) / len(windows), "Filling the losses"))
        return filled


def _fill(window: np.ndarray, mask: np.ndarray, seed: int) -> np.ndarray:
    if mask.all():
        raise EngineError("PatchMatch needs undamaged paint near a loss, and here is none.")
    levels = np.ascontiguousarray(np.rint(window * 255).astype(np.uint8))
    result = patch_fill(levels, mask.astype(np.uint8), seed, PATCH_SIZE)
    return np.where(mask[..., None], result.astype(np.float32) / 255, window)


def load(spec: EngineSpec, device: str | None = None) -> PatchMatchEngine:
    """Make the engine; it always runs on the CPU."""
    return PatchMatchEngine()
