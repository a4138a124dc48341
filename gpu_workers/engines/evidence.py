"""What a reconstruction changed, for a conservator: colour differences, structure, histograms. Measured in strips."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from skimage.color import deltaE_ciede2000, rgb2gray, rgb2lab
from skimage.metrics import structural_similarity

from gpu_workers import pictures
from gpu_workers.pictures import Picture, PictureInfo, Profile
from restoration.masks.lab import strips

from .contract import Cancelled, Progress, Report, Stop, Study
from .pooling import pooled, strip_height

DIFFERENCE, STRUCTURE = "difference.png", "structure.png"
MAP_SIDE = 2000  # pixels: the longest side of a map
DELTA_E_PER_LEVEL = 0.2  # difference map: level 255 stands for a CIEDE2000 of 51 or more
SSIM_PER_LEVEL = 1 / 255  # structure map: white = all structure kept, black = none
BINS = 32
RANGES = {"L": (0, 100), "a": (-64, 64), "b": (-64, 64)}
STAGE = "Measuring the change"
_WINDOW, _SIGMA, _HALO = 11, 1.5, 5  # Wang et al. 2004


def measure(
    before: Picture,
    after: np.ndarray,
    profile: Profile,
    open_to: np.ndarray,
    references: Sequence[Study],
    folder: Path,
    progress: Report,
    cancelled: Stop,
) -> dict:
    """Compare a master with its reconstruction `after` (H, W, C); write both maps into `folder`, return the numbers.

    open_to: (H, W) bool: the numbers are over these pixels, the maps over all. The numbers: CIEDE2000 (mean, median,
    p95, max), SSIM of the luminance (mean, p05), the share of the picture that may change, and histograms of CIELAB
    before, after and, from the studied copies, of the references. Memory is a strip's and the maps'.
    """
    height, width = open_to.shape
    step = -(-max(height, width) // MAP_SIDE)
    colour, kept = Tally(0, 250, 25_000), Tally(-1, 1, 4_000)
    counts = {moment: Counts() for moment in ("before", "after")}
    difference: list[np.ndarray] = []
    structure: list[np.ndarray] = []
    for rows in strips(height, strip_height(width, step)):
        if cancelled():
            raise Cancelled
        strip = Strip(before.pixels, after, profile, rows)
        inside = open_to[rows]
        counts["before"].add(strip.lab[0][inside])
        counts["after"].add(strip.lab[1][inside])
        for tally, maps, values in ((colour, difference, strip.delta_e()), (kept, structure, strip.ssim())):
            tally.add(values[inside])
            maps.append(pooled(values, step))
        progress(Progress(rows.stop / height, STAGE))
    shares = {name: part.shares() for name, part in counts.items()} | {"reference": reference_shares(references)}
    measures = {
        "delta_e": colour.facts(3, mean=None, median=0.5, p95=0.95, max=1.0),
        "ssim": kept.facts(4, mean=None, p05=0.05),
        "area": round(float(np.count_nonzero(open_to)) / open_to.size, 6),
        "histograms": {
            name: {"from": low, "to": high, **{moment: part[name] for moment, part in shares.items()}}
            for name, (low, high) in RANGES.items()
        },
    }
    _write_map(np.concatenate(difference) / DELTA_E_PER_LEVEL, folder / DIFFERENCE)
    _write_map(np.concatenate(structure) / SSIM_PER_LEVEL, folder / STRUCTURE)
    return measures


class Strip:
    """Some rows of both pictures as working values; for SSIM with the few rows around them that its window sees."""

    def __init__(self, before: np.ndarray, after: np.ndarray, profile: Profile, rows: slice) -> None:
        top, bottom = max(0, rows.start - _HALO), min(len(before), rows.stop + _HALO)
        both = [profile.decode(pixels[top:bottom]) for pixels in (before, after)]
        self.own = slice(rows.start - top, rows.stop - top)
        self.lab = [rgb2lab(part[self.own]) for part in both]
        self.light = [rgb2gray(np.clip(part, 0, 1)) for part in both]

    def delta_e(self) -> np.ndarray:
        """(h, w) float32, CIEDE2000."""
        return deltaE_ciede2000(*self.lab).astype(np.float32)

    def ssim(self) -> np.ndarray:
        """(h, w) float32, -1..1. What is smaller than the window is mirrored, as at every border."""
        height, width = self.light[0].shape
        missing = [(0, _WINDOW if side < _WINDOW else 0) for side in (height, width)]
        _, similar = structural_similarity(
            *(np.pad(light, missing, mode="symmetric") for light in self.light),
            gaussian_weights=True,
            sigma=_SIGMA,
            use_sample_covariance=False,
            data_range=1.0,
            full=True,
        )
        return similar[:height, :width][self.own].astype(np.float32)


class Tally:
    """Mean, maximum and percentiles of values that come in parts; percentiles to the width of a bin."""

    def __init__(self, low: float, high: float, bins: int) -> None:
        self.low, self.high, self.counts = low, high, np.zeros(bins, np.int64)
        self.total, self.largest = 0.0, -np.inf

    def add(self, values: np.ndarray) -> None:
        """Count some values, any shape."""
        if values.size:
            limited = np.clip(values, self.low, self.high)
            self.counts += np.histogram(limited, len(self.counts), (self.low, self.high))[0]
            self.total += float(values.sum(dtype=np.float64))
            self.largest = max(self.largest, float(values.max()))

    def facts(self, digits: int, **shares: float | None) -> dict[str, float]:
        """For each name the value below which that share 0..1 lies; 1 is the maximum, None the mean. Rounded."""
        return {name: round(self._at(share), digits) for name, share in shares.items()}

    def _at(self, share: float | None) -> float:
        if share is None:
            return self.total / int(self.counts.sum())
        if share == 1:
            return self.largest
        reached = np.cumsum(self.counts)
        index = int(np.searchsorted(reached, share * reached[-1]))
        return self.low + index * (self.high - self.low) / len(self.counts)


class Counts:
    """Histograms of the channels of CIELAB, of colours that come in parts; what is out of range counts at its end."""

    def __init__(self) -> None:
        self.counts = {name: np.zeros(BINS, np.int64) for name in RANGES}

    def add(self, lab: np.ndarray) -> None:
        """Count some colours (n, 3)."""
        for channel, (name, ends) in enumerate(RANGES.items()):
            self.counts[name] += np.histogram(np.clip(lab[:, channel], *ends), BINS, ends)[0]

    def shares(self) -> dict[str, list[float]]:
        """For each channel the shares 0..1 of the bins, rounded."""
        return {name: np.round(part / part.sum(), 5).tolist() for name, part in self.counts.items()}


def reference_shares(references: Sequence[Study]) -> dict[str, list[float]]:
    """The histograms of the references together, each with the same weight."""
    found = []
    for study in references:
        counts = Counts()
        counts.add(rgb2lab(study.pixels[study.counted]))
        found.append(counts.shares())
    means = {name: np.mean([part[name] for part in found], axis=0) for name in RANGES}
    return {name: [round(float(share), 5) for share in part] for name, part in means.items()}


def _write_map(levels: np.ndarray, path: Path) -> None:
    """Write a map upright: it is looked at beside the upright picture, and carries no orientation."""
    pixels = np.rint(np.clip(levels, 0, 255)).astype(np.uint8)[..., None]
    pictures.write(Picture(pixels, PictureInfo("png", pixels.shape[1], pixels.shape[0], 1, 8)), path)
