"""What every engine promises, and the words the pipelines and an engine share.

There are two tasks. An engine that *fills* (`Engine`) invents the paint of a loss; one that *recolours*
(`ColourEngine`) brings the colours of a whole picture, or an area of it, towards references. Either works on windows:
it never sees the whole picture, never copies pixels back and never saves; the pipelines do that for all engines alike.
This module needs NumPy alone, so a web process may import it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

MAX_FEATHER = 64  # pixels inside the border of a loss over which new paint may fade in
MAX_REFERENCES = 8  # of a colour reconstruction
MAX_PAINTINGS = 8  # of one order of text-to-ink
TALLEST, LONGEST = 1024, 16384  # pixels of a painting across, and along its longer side


def inside(region: Sequence[float]) -> bool:
    """Whether a region lies in the picture: left, top, width and height as shares; rounding may leave 0.001 over."""
    left, top, width, height = region
    return 0 <= left < 1 and 0 <= top < 1 and 0 < width <= 1.001 - left and 0 < height <= 1.001 - top


class EngineError(RuntimeError):
    """A restoration that cannot be done; `str()` is one sentence for a person."""


class Cancelled(Exception):
    """Somebody asked the engine to stop. No error: nothing is wrong and nothing is kept."""

    def __init__(self, message: str = "The restoration was cancelled.") -> None:
        super().__init__(message)


@dataclass(frozen=True)
class Progress:
    """How far the work is: `fraction` 0..1, the `stage` in plain English, and a `preview` (h, w, 3) uint8 or None."""

    fraction: float
    stage: str
    preview: np.ndarray | None = None


@dataclass(frozen=True)
class Conditions:
    """What steers a fill, the same for every window of a job.

    style: the style reference, (h, w, 3) float32 in 0..1, RGB, any size, or None.
    prompt: a text hint, may be empty.
    steps: denoising steps, or None for the engine's own default.
    strength: how freely the engine departs from what lies under the mask, 0..1, or None for the engine's default.
    directional: a sacred image, in which left and right mean something: no engine may fill it with mirrored or turned
        paint, and the pipeline does not mirror what it shows an engine.
    """

    style: np.ndarray | None = None
    prompt: str = ""
    steps: int | None = None
    strength: float | None = None
    directional: bool = False


Report = Callable[[Progress], None]
Stop = Callable[[], bool]


def no_report(progress: Progress) -> None:
    """A listener that does not listen."""


def never_stop() -> bool:
    """Answer `False`: nobody cancelled."""
    return False


@runtime_checkable
class Engine(Protocol):
    """A loaded engine.

    version: changes whenever the same input may give another output.
    weights_sha256: of the weights file in use, or None for an engine without weights.
    device: "cpu", "cuda", "mps".
    batch: the most windows it likes in one `fill`.
    libraries: name → version of the libraries its output depends on.
    """

    version: str
    weights_sha256: str | None
    device: str
    batch: int
    libraries: dict[str, str]

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
        """Fill the damaged pixels of some windows.

        windows: (N, h, w, 3) float32 in 0..1, RGB. What lies under a mask is the
            damaged paint as it was photographed.
        masks: (N, h, w) bool, True = damaged; at least one pixel of each window is undamaged.
        seeds: N integers, 0 <= seed < 2**32. Window i depends on windows[i], masks[i], seeds[i] and conditions alone,
            so a batch gives what single calls give (up to rounding of the device's arithmetic).
        progress: called now and then with the fraction of this call.
        cancelled: asked at least once a window or denoising step; if it says True the engine raises `Cancelled`.

        Returns (N, h, w, 3) float32 in 0..1, finite; the inputs are left as they were. Outside the mask it returns
        either the windows as they came or its own rendering of them: the pipeline never keeps these values, but takes
        from them how far the engine's tone is off at the rim of a loss (`blending.match_rim`).
        Raises `EngineError` with one sentence when it cannot.
        """
        ...


@dataclass(frozen=True)
class Study:
    """A limited copy of a picture, from which an engine gathers its statistics.

    pixels: (h, w, 3) float32, gamma-coded RGB of the working profile (sRGB): in 0..1 but for colours that sRGB cannot
        hold, which lie a little beyond.
    counted: (h, w) bool, at least one True: which pixels count. Transparent ones and those outside the area do not.
    """

    pixels: np.ndarray
    counted: np.ndarray


class ColourTransfer(Protocol):
    """What a colour engine has learned of one picture and its references; it recolours window by window.

    margin: pixels of surroundings that a window needs on each side for its middle to come out as it would of the whole
        picture; at the rim of the picture there is none.
    multiple: windows start at multiples of this, counted from the picture's upper left corner.
    """

    margin: int
    multiple: int

    def apply(self, window: np.ndarray) -> np.ndarray:
        """Recolour a window, (h, w, 3) float32 like the pixels of a `Study`, any size from 1x1; returns the same shape,
        finite float32 that may leave 0..1. The input is left as it was.
        """
        ...


@runtime_checkable
class ColourEngine(Protocol):
    """A loaded colour engine; `version`, `weights_sha256`, `device` and `libraries` as those of `Engine`.

    side: the longest side in pixels of the copies it likes to study.
    """

    version: str
    weights_sha256: str | None
    device: str
    libraries: dict[str, str]
    side: int

    def study(
        self,
        picture: Study,
        references: Sequence[Study],
        *,
        progress: Report = no_report,
        cancelled: Stop = never_stop,
    ) -> ColourTransfer:
        """Learn how to bring the picture's colours towards those of the references, at least one, of any size.

        Several references count alike, however large each is. The same arguments give the same transfer. Raises
        `EngineError` with one sentence when it cannot, `Cancelled` when asked to stop.
        """
        ...
