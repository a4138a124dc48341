"""The weights that come with Lacuna: where they lie, and what they must hash to."""

from gpu_workers.weights.registry import Weights, WeightsError, fingerprint, installed, names, resolve, seal

__all__ = ["Weights", "WeightsError", "fingerprint", "installed", "names", "resolve", "seal"]
