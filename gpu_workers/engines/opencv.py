"""The two classical fills of OpenCV, for cracks and small losses.

A. Telea, An Image Inpainting Technique Based on the Fast Marching Method, 2004.
M. Bertalmio, A. Bertozzi, G. Sapiro, Navier-Stokes, Fluid Dynamics, and Image and Video Inpainting, 2001.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from .contract import Cancelled, Conditions, Progress, Report, Stop, never_stop, no_report
from .registry import EngineSpec

RADIUS = 5
_METHODS = {"telea": cv2.INPAINT_TELEA, "navier-stokes": cv2.INPAINT_NS}


class OpenCVEngine:
    """Telea or Navier-Stokes. Channels are filled one by one at 16 bits, OpenCV's deepest that stays within range."""

    version = "1"
    weights_sha256 = None
    device = "cpu"
    batch = 16

    def __init__(self, method: int) -> None:
        self.method = method
        self.libraries = {"opencv": cv2.__version__}

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
        """See `Engine.fill`. Deterministic: seeds and conditions change nothing."""
        filled = np.empty_like(windows)
        for index, (window, mask) in enumerate(zip(windows, masks, strict=True)):
            if cancelled():
                raise Cancelled
            filled[index] = self._fill(window, mask)
            progress(Progress((index + 1) / len(windows), "Filling the losses"))
        return filled

    def _fill(self, window: np.ndarray, mask: np.ndarray) -> np.ndarray:
        levels = np.rint(window * 65535).astype(np.uint16)
        hole = mask.astype(np.uint8)
        channels = [cv2.inpaint(np.ascontiguousarray(levels[..., c]), hole, RADIUS, self.method) for c in range(3)]
        return np.where(mask[..., None], np.dstack(channels).astype(np.float32) / 65535, window)


def load(spec: EngineSpec, device: str | None = None) -> OpenCVEngine:
    """Make the engine; it always runs on the CPU."""
    return OpenCVEngine(_METHODS[spec.name])
