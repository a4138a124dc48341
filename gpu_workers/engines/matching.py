"""Three classical ways to bring the colours of a picture towards references, each the same curve or map everywhere.

Histogram matching per channel (R. Gonzalez, R. Woods, Digital Image Processing); E. Reinhard, M. Ashikhmin, B. Gooch,
P. Shirley, Color Transfer between Images, 2001; F. Pitié, A. Kokaram, The Linear Monge-Kantorovitch Linear Colour
Mapping, 2007, by the library POT.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from skimage.color import lab2rgb, rgb2lab

from .contract import Cancelled, ColourTransfer, Progress, Report, Stop, Study, never_stop, no_report
from .registry import EngineSpec

SIDE = 1024
_LEVELS = 4096  # steps in 0..1 that a histogram tells apart
_LEAST = 1e-5  # a variance below this, a deviation of less than a level of 8 bits, is not divided by

Fit = Callable[[Study, Sequence[Study]], Callable[[np.ndarray], np.ndarray]]


@dataclass
class Pointwise:
    """A transfer that looks at one pixel at a time, so that it needs no surroundings."""

    recolour: Callable[[np.ndarray], np.ndarray]
    margin: int = 0
    multiple: int = 1

    def apply(self, window: np.ndarray) -> np.ndarray:
        """See `ColourTransfer.apply`."""
        return self.recolour(window).astype(np.float32)


class MatchingEngine:
    """One of the three; `fit` learns a function from windows to windows."""

    version = "1"
    weights_sha256 = None
    device = "cpu"
    side = SIDE

    def __init__(self, fit: Fit, libraries: Sequence[str]) -> None:
        self.fit = fit
        self.libraries = {name: version(name) for name in libraries}

    def study(
        self,
        picture: Study,
        references: Sequence[Study],
        *,
        progress: Report = no_report,
        cancelled: Stop = never_stop,
    ) -> ColourTransfer:
        """See `ColourEngine.study`."""
        if cancelled():
            raise Cancelled
        transfer = Pointwise(self.fit(picture, references))
        progress(Progress(1.0, "Studying the colours"))
        return transfer


def fit_histogram(picture: Study, references: Sequence[Study]) -> Callable[[np.ndarray], np.ndarray]:
    """For each channel of RGB the curve that gives the picture the references' distribution of values.

    What lies beyond the studied values is moved as the last of them.
    """
    mine = _distributions([picture])
    theirs = _distributions(references)
    curves = [
        (values, np.interp(ranks, *aim[::-1])) for (values, ranks), aim in zip(mine, theirs, strict=True)
    ]  # value → rank → value of the same rank

    def recolour(window: np.ndarray) -> np.ndarray:
        result = np.empty_like(window)
        for channel, (values, aims) in enumerate(curves):
            given = window[..., channel]
            known = np.clip(given, values[0], values[-1])
            result[..., channel] = np.interp(known, values, aims) + (given - known)
        return result

    return recolour


def _distributions(studies: Sequence[Study]) -> list[tuple[np.ndarray, np.ndarray]]:
    """For each channel the values that occur, rising, and their ranks 0..1: the share below plus half of their own."""
    colours = [np.rint(study.pixels[study.counted] * _LEVELS).astype(np.int64) for study in studies]
    low = min(int(part.min()) for part in colours)
    found = []
    for channel in range(3):
        counts = [np.bincount(part[:, channel] - low) / len(part) for part in colours]
        shares = np.zeros(max(map(len, counts)))
        for part in counts:
            shares[: len(part)] += part / len(counts)
        there = np.flatnonzero(shares)
        found.append(((there + low) / _LEVELS, (np.cumsum(shares) - shares / 2)[there]))
    return found


def fit_reinhard(picture: Study, references: Sequence[Study]) -> Callable[[np.ndarray], np.ndarray]:
    """Give each channel of CIELAB the references' mean and deviation."""
    mean, covariance = _moments([picture], rgb2lab)
    aim, wanted = _moments(references, rgb2lab)
    scale = np.sqrt(np.diag(wanted) / np.maximum(np.diag(covariance), _LEAST))
    scale, shift = scale.astype(np.float32), (aim - mean * scale).astype(np.float32)

    def recolour(window: np.ndarray) -> np.ndarray:
        inside = np.clip(window, 0, 1)
        with warnings.catch_warnings():  # scikit-image says how many colours it clips
            warnings.simplefilter("ignore", UserWarning)
            return lab2rgb(rgb2lab(inside) * scale + shift) + (window - inside)

    return recolour


def fit_transport(picture: Study, references: Sequence[Study]) -> Callable[[np.ndarray], np.ndarray]:
    """The linear map of RGB that carries one normal distribution into the other with the least movement."""
    from ot.gaussian import bures_wasserstein_mapping

    (mean, covariance), (aim, wanted) = _moments([picture]), _moments(references)
    least = _LEAST * np.eye(3)
    turn, shift = bures_wasserstein_mapping(mean, aim, covariance + least, wanted + least)
    turn, shift = turn.astype(np.float32), np.ravel(shift).astype(np.float32)
    return lambda window: window @ turn + shift


def _moments(
    studies: Sequence[Study], convert: Callable[[np.ndarray], np.ndarray] = np.asarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean (3,) and covariance (3, 3) of the mixture of the studies' colours, each study with the same weight."""
    samples = [convert(study.pixels[study.counted]).astype(np.float64) for study in studies]
    mean = np.mean([part.mean(axis=0) for part in samples], axis=0)
    return mean, np.mean([(part - mean).T @ (part - mean) / len(part) for part in samples], axis=0)


_FITS = {
    "histogram": (fit_histogram, ("numpy",)),
    "reinhard": (fit_reinhard, ("numpy", "scikit-image")),
    "transport": (fit_transport, ("numpy", "POT")),
}


def load(spec: EngineSpec, device: str | None = None) -> MatchingEngine:
    """Make the engine; it always runs on the CPU."""
    return MatchingEngine(*_FITS[spec.name])
