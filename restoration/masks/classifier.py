"""A small perceptron over pixel features, in NumPy: intact, loss, crack or stain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

CLASSES = ("intact", "loss", "crack", "stain")
WEIGHTS = Path(__file__).with_name("proposal.npz")
ROWS = 1 << 17


@dataclass(frozen=True)
class Perceptron:
    """`mean` and `scale` (F,) standardise; `layers` are (weights, bias) with rectified units between them."""

    mean: np.ndarray
    scale: np.ndarray
    layers: tuple[tuple[np.ndarray, np.ndarray], ...]

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Probabilities (..., 4) float32 of `CLASSES` for features (..., F)."""
        flat = features.reshape(-1, features.shape[-1])
        likely = np.concatenate([self._part(flat[i : i + ROWS]) for i in range(0, len(flat), ROWS)])
        return likely.reshape(*features.shape[:-1], -1)

    def _part(self, rows: np.ndarray) -> np.ndarray:
        values = np.clip((rows - self.mean) / self.scale, -5, 5)
        for weights, bias in self.layers[:-1]:
            values = np.maximum(values @ weights + bias, 0)
        return softmax(values @ self.layers[-1][0] + self.layers[-1][1])


def softmax(values: np.ndarray) -> np.ndarray:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@cache
def shipped() -> Perceptron:
    """The perceptron that comes with the project, fitted by `benchmarks/mask_proposal.py --fit`; see proposal.md."""
    return load(WEIGHTS)


def load(path: Path) -> Perceptron:
    """Read a perceptron that `store` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name].astype(np.float32) for name in stored}
    count = sum(name.startswith("weights") for name in arrays)
    layers = tuple((arrays[f"weights{i}"], arrays[f"bias{i}"]) for i in range(count))
    return Perceptron(arrays["mean"], arrays["scale"], layers)


def store(model: Perceptron, path: Path = WEIGHTS) -> None:
    """Write a perceptron in half precision."""
    arrays = {"mean": model.mean, "scale": model.scale}
    for i, (weights, bias) in enumerate(model.layers):
        arrays |= {f"weights{i}": weights, f"bias{i}": bias}
    np.savez_compressed(path, **{name: values.astype(np.float16) for name, values in arrays.items()})


def fit(
    features: np.ndarray,
    truth: np.ndarray,
    *,
    hidden: tuple[int, ...] = (48, 24),
    rounds: int = 12,
    batch: int = 2048,
    seed: int = 0,
) -> Perceptron:
    """Fit to features (N, F) and truth (N,) 0..3, by Adam (Kingma and Ba 2015) on cross-entropy."""
    rng = np.random.default_rng(seed)
    mean, scale = features.mean(axis=0), features.std(axis=0) + 1e-4
    inputs = np.clip((features - mean) / scale, -5, 5).astype(np.float32)
    sizes = (features.shape[1], *hidden, len(CLASSES))
    shapes = [shape for pair in pairwise(sizes) for shape in (pair, pair[1:])]
    values = [
        rng.normal(0, (2 / s[0]) ** 0.5, s).astype(np.float32) if len(s) > 1 else np.zeros(s, np.float32)
        for s in shapes
    ]
    first, second = [np.zeros_like(v) for v in values], [np.zeros_like(v) for v in values]
    step = 0
    total = rounds * (len(inputs) // batch)
    for _ in range(rounds):
        order = rng.permutation(len(inputs))
        for start in range(0, len(inputs) - batch + 1, batch):
            step += 1
            rows = order[start : start + batch]
            rate = 3e-3 * 0.5 * (1 + np.cos(np.pi * step / total))
            for i, slope in enumerate(_slopes(values, inputs[rows], truth[rows])):
                slope = slope + 1e-5 * values[i]
                first[i] = 0.9 * first[i] + 0.1 * slope
                second[i] = 0.99 * second[i] + 0.01 * slope**2
                values[i] -= rate * (first[i] / (1 - 0.9**step)) / (np.sqrt(second[i] / (1 - 0.99**step)) + 1e-8)
    return Perceptron(mean, scale, tuple(zip(values[::2], values[1::2], strict=True)))


def _slopes(values: list[np.ndarray], inputs: np.ndarray, truth: np.ndarray) -> list[np.ndarray]:
    """The gradient of the mean cross-entropy for each array of `values`."""
    outputs = [inputs]
    for i in range(0, len(values) - 2, 2):
        outputs.append(np.maximum(outputs[-1] @ values[i] + values[i + 1], 0))
    error = softmax(outputs[-1] @ values[-2] + values[-1])
    error[np.arange(len(truth)), truth] -= 1
    error /= len(truth)
    slopes: list[np.ndarray] = []
    for i in range(len(values) - 2, -1, -2):
        slopes = [outputs[i // 2].T @ error, error.sum(axis=0), *slopes]
        error = (error @ values[i].T) * (outputs[i // 2] > 0)
    return slopes
