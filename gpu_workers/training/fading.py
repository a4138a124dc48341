"""Ageing of a well-kept painting, so that the true colours of a faded one are known.

Four changes that conservators describe, each of random strength: pigments that bleach, silk that darkens, varnish that
yellows, stains that spread unevenly. The strengths reach the tones of dark silk in museums' photographs (mean lightness
near 35, a deviation near 6, a yellow-brown cast), and stop short of them for most.
"""

import cv2
import numpy as np

SILK = np.array([0.66, 0.52, 0.36], np.float32)  # what white becomes on old dark silk, gamma-coded RGB
VARNISH = np.array([0.97, 0.86, 0.60], np.float32)  # transmission of one layer of yellowed varnish
HAZE = np.array([0.46, 0.36, 0.22], np.float32)  # light that an opaque varnish scatters back
STAIN = np.array([0.72, 0.60, 0.44], np.float32)


def fade(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Age a painting, (h, w, 3) float32 in 0..1, gamma-coded RGB; returns the same shape and range."""
    strength = rng.uniform(0.35, 1.0)
    faded = bleach(pixels, rng, strength)
    faded = darken(faded, rng, strength)
    faded = varnish(faded, rng, strength)
    if rng.random() < 0.7:
        faded = stain(faded, rng, strength)
    return np.clip(faded, 0, 1).astype(np.float32)


def bleach(pixels: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """Pigments lose chroma, some hues more than others, and dark ones turn lighter."""
    lab = cv2.cvtColor(pixels.astype(np.float32), cv2.COLOR_RGB2LAB)
    hue = np.arctan2(lab[..., 2], lab[..., 1])
    fugitive = 0.5 + 0.5 * np.cos(hue - rng.uniform(-np.pi, np.pi))
    lost = strength * (rng.uniform(0.1, 0.5) + rng.uniform(0.1, 0.45) * fugitive)
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    ground = np.percentile(lab[..., 0], 80)
    lab[..., 1:] *= (1 - lost)[..., None]
    lab[..., 0] += (ground - lab[..., 0]) * lost * np.minimum(chroma / 60, 0.5)
    return cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)


def darken(pixels: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """The support takes on the brown of old silk, and light and dark draw together."""
    density = strength * rng.uniform(0.2, 1.3) * _uneven(pixels.shape[:2], rng, 0.15)[..., None]
    kept = 1 - strength * rng.uniform(0.1, 0.5)
    middle = np.median(pixels, axis=(0, 1), keepdims=True)
    return np.maximum(middle + (pixels - middle) * kept, 0) * SILK**density


def varnish(pixels: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """A yellowed layer takes blue away; where it has gone cloudy it adds light of its own."""
    layers = strength * rng.uniform(0.0, 1.2) * _uneven(pixels.shape[:2], rng, 0.25)[..., None]
    cloudy = strength * rng.uniform(0.0, 0.3)
    return (pixels * VARNISH**layers) * (1 - cloudy) + HAZE * cloudy


def stain(pixels: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """Brown tide marks with a soft side and a sharper one."""
    field = _uneven(pixels.shape[:2], rng, 1.0, coarsest=3) - 1
    level = np.quantile(field, rng.uniform(0.55, 0.9))
    inside = 1 / (1 + np.exp(-(field - level) * rng.uniform(4, 25)))
    return pixels * STAIN ** (strength * rng.uniform(0.2, 0.9) * inside[..., None])


def _uneven(size: tuple[int, int], rng: np.random.Generator, depth: float, coarsest: int = 2) -> np.ndarray:
    """(h, w) float32 around 1: smooth noise of a few octaves; `depth` is its deviation."""
    total = np.zeros(size, np.float32)
    for octave in range(3):
        cells = coarsest * 2**octave
        grid = rng.standard_normal((cells + 3, cells + 3)).astype(np.float32)
        total += cv2.resize(grid, size[::-1], interpolation=cv2.INTER_CUBIC) * 0.5**octave
    return np.maximum(1 + depth * (total - total.mean()) / max(float(total.std()), 1e-6), 0)
