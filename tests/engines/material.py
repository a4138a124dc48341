"""Pictures, masks and engines made for these tests."""

from pathlib import Path

import numpy as np

from gpu_workers.engines.contract import Cancelled, EngineError, Progress, never_stop, no_report
from gpu_workers.engines.registry import EngineSpec
from gpu_workers.pictures import Picture, PictureInfo, output_suffix, write


def painting(height, width, bands=3, depth=8, seed=0):
    """A soft landscape of waves with paper grain: (H, W, C) uint8 or uint16; alpha is opaque but for one corner."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / 40
    layers = [0.5 + 0.3 * np.sin(x + index) * np.cos(y - index) for index in range(3)]
    colours = np.dstack(layers) + rng.normal(0, 0.02, (height, width, 3))
    colours = colours if bands >= 3 else colours[..., :1]
    if bands in (2, 4):
        alpha = np.ones((height, width, 1))
        alpha[: height // 8, : width // 8] = 0
        colours = np.concatenate([colours, alpha], axis=2)
    top = 2**depth - 1
    return np.rint(np.clip(colours, 0, 1) * top).astype(np.uint8 if depth == 8 else np.uint16)


def save(folder, pixels, kind="png", **header):
    """Write a master and return its path."""
    height, width, bands = pixels.shape
    compression = {"png": "deflate", "webp": "webp"}.get(kind, "lzw")
    info = PictureInfo(kind, width, height, bands, pixels.itemsize * 8, compression=compression, **header)
    path = Path(folder) / f"master{output_suffix(info)}"
    write(Picture(pixels, info), path)
    return path


def losses(height, width, *boxes):
    """Labels (H, W) with a loss in each box (x0, y0, x1, y1)."""
    labels = np.zeros((height, width), np.uint8)
    for x0, y0, x1, y1 in boxes:
        labels[y0:y1, x0:x1] = 1
    return labels


class Fake:
    """An engine that does what a test wants: `rule(window, mask, seed)` returns the filled window."""

    version = "0"
    weights_sha256 = None
    device = "cpu"
    libraries = {}

    def __init__(self, rule, batch=4):
        self.rule, self.batch = rule, batch
        self.seen = []

    def fill(self, windows, masks, *, seeds, conditions, progress=no_report, cancelled=never_stop):
        if cancelled():
            raise Cancelled
        self.seen.append((windows.copy(), masks.copy(), list(seeds)))
        progress(Progress(0.5, "half"))
        return np.stack([self.rule(*item) for item in zip(windows, masks, seeds, strict=True)]).astype(np.float32)


def noisy(window, mask, seed):
    """The mean of what is known, and grain that only the seed decides."""
    grain = np.random.default_rng(seed).normal(0, 0.05, window.shape)
    return np.where(mask[..., None], np.clip(window[~mask].mean(axis=0) + grain, 0, 1), window)


def flat(window, mask, seed):
    """The mean of what is known."""
    return np.where(mask[..., None], window[~mask].mean(axis=0), window)


def crash(window, mask, seed):
    raise RuntimeError("CUDA error: out of memory on /home/somebody")


def refuse(window, mask, seed):
    raise EngineError("Not today.")


class Recolour:
    """A colour transfer that does what a test wants: `rule(window)` returns the recoloured window."""

    def __init__(self, rule, margin=0, multiple=1):
        self.rule, self.margin, self.multiple = rule, margin, multiple

    def apply(self, window):
        return self.rule(window)


class FakeColour:
    """A colour engine that learns nothing and remembers in `studied` what it was shown."""

    version = "0"
    weights_sha256 = None
    device = "cpu"
    libraries = {}

    def __init__(self, transfer, side=64):
        self.transfer, self.side = transfer, side
        self.studied = None

    def study(self, picture, references, *, progress=no_report, cancelled=never_stop):
        if cancelled():
            raise Cancelled
        self.studied = picture, references
        progress(Progress(0.5, "half"))
        return self.transfer


def bluer(window):
    """Less red, more blue."""
    return window + np.array([-0.2, 0, 0.2], np.float32)


def spec(name="fake", *, stochastic=True, window=64, max_window=64, **facts):
    """An entry for the registry; the loader is never followed."""
    return EngineSpec(
        name,
        name.title(),
        "",
        "nowhere:load",
        stochastic=stochastic,
        accepts_style=facts.get("style", False),
        accepts_prompt=facts.get("prompt", False),
        window=window,
        max_window=max_window,
        task=facts.get("task", "fill"),
    )
