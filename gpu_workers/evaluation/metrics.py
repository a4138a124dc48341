"""How near a filling comes to the truth: PSNR and SSIM inside the hole, LPIPS and FID on the crop."""

from pathlib import Path

import numpy as np
import torch
from scipy.linalg import sqrtm
from skimage.metrics import structural_similarity
from torch.nn import functional as F

INCEPTION_FILE = "inception_fid.pt"


class MetricError(Exception):
    """A metric cannot be computed; the text is one sentence for a person."""


def psnr_inside(truth: np.ndarray, filled: np.ndarray, mask: np.ndarray) -> float:
    """PSNR in dB over the pixels with ``mask`` (h, w) True; pictures (h, w, 3) float in 0..1. Infinite where they are
    equal.
    """
    error = float(np.mean((truth[mask].astype(np.float64) - filled[mask]) ** 2))
    return float("inf") if error == 0 else -10 * float(np.log10(error))


def ssim_inside(truth: np.ndarray, filled: np.ndarray, mask: np.ndarray) -> float:
    """Mean over the hole of the SSIM map (Wang et al. 2004: Gaussian window, sigma 1.5); pictures (h, w, 3) float in
    0..1.
    """
    _, local = structural_similarity(
        truth,
        filled,
        full=True,
        channel_axis=-1,
        data_range=1.0,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
    )
    return float(local[mask].mean())


def frechet_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Fréchet distance of two sets of features (N, D), each taken as a normal distribution (Heusel et al. 2017)."""
    if min(len(first), len(second)) < 2:
        raise MetricError("The Fréchet distance needs at least two pictures on each side.")
    means = first.mean(0) - second.mean(0)
    one, other = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    root = np.real(np.trace(np.atleast_2d(_root_of_product(first, second, one, other))))
    return float(means @ means + np.trace(np.atleast_2d(one)) + np.trace(np.atleast_2d(other)) - 2 * root)


def _root_of_product(first: np.ndarray, second: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """A matrix with the trace of the square root of the covariances' product, taken in the smaller of the two spaces.

    With centred features A and B, the nonzero eigenvalues of (AᵀA)(BᵀB) are those of (A Bᵀ)(A Bᵀ)ᵀ, so that few
    pictures with many features need a small matrix only, and its singular values are the wanted roots.
    """
    if len(first) > first.shape[1]:
        return sqrtm(np.atleast_2d(one @ other))
    a = (first - first.mean(0)) / np.sqrt(len(first) - 1)
    b = (second - second.mean(0)) / np.sqrt(len(second) - 1)
    return np.diag(np.linalg.svd(a @ b.T, compute_uv=False))


class Inception:
    """Features for FID from a TorchScript file that takes (N, 3, 299, 299) in -1..0.992 and gives (N, 2048)."""

    def __init__(self, backbones: Path) -> None:
        self.network = torch.jit.load(str(backbones / INCEPTION_FILE), map_location="cpu").eval()

    @torch.inference_mode()
    def __call__(self, pictures: np.ndarray) -> np.ndarray:
        """Features (N, 2048) of pictures (N, h, w, 3) float in 0..1."""
        tensor = torch.from_numpy(np.rint(pictures * 255)).permute(0, 3, 1, 2).float()
        tensor = F.interpolate(tensor, (299, 299), mode="bicubic", antialias=True).clamp(0, 255)
        parts = [self.network((part - 128) / 128) for part in tensor.split(16)]
        return torch.cat(parts).reshape(len(pictures), -1).double().numpy()
