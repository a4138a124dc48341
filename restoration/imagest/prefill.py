"""A first filling from the same painting, which the networks see and improve on.

Two cheap fillings with opposite strengths: *patch* copies brushwork from elsewhere in the picture (PatchMatch, Barnes
et al. 2009), *tone* continues the surrounding colours smoothly across the hole (biharmonic equation, Damelin and Hoang
2018).
"""

import threading
from dataclasses import dataclass

import cv2
import numpy as np
from skimage.restoration import inpaint_biharmonic

PATCH_SIZE = 5
RADIUS = 3
MOST_BIHARMONIC = 20_000
_one_seed_at_a_time = threading.Lock()  # the library's random seed is the process's


@dataclass(frozen=True)
class Prefill:
    """Two fillings of one picture; both (h, w, 3) float32 in 0..1 and equal to the picture where it is intact."""

    patch: np.ndarray
    tone: np.ndarray


def patchmatch_available() -> bool:
    """Whether the compiled PatchMatch library can be used on this machine."""
    try:
        from patchmatch import patch_match
    except (ImportError, OSError):
        return False
    return bool(patch_match.patchmatch_available)


def prefill(picture: np.ndarray, mask: np.ndarray, seed: int = 0) -> Prefill:
    """Fill the damage of one picture from its own undamaged parts.

    ``picture`` (h, w, 3) float32 in 0..1, ``mask`` (h, w) bool with True = damaged. The same seed gives the same bytes.
    A picture that is damaged everywhere offers nothing to copy and is filled with middle gray.
    """
    if not mask.any():
        return Prefill(picture, picture)
    if mask.all():
        gray = np.full_like(picture, 0.5)
        return Prefill(gray, gray)
    bytes8 = np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)
    bytes8[mask] = 0
    return Prefill(
        _inside(picture, patch_fill(bytes8, mask.astype(np.uint8), seed), mask), tone_fill(picture, bytes8, mask)
    )


def tone_fill(picture: np.ndarray, bytes8: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Smooth continuation into the hole; very large holes take Navier-Stokes, since the biharmonic equation gets slow
    there.
    """
    if np.count_nonzero(mask) > MOST_BIHARMONIC:
        return _inside(picture, cv2.inpaint(bytes8, mask.astype(np.uint8), RADIUS, cv2.INPAINT_NS), mask)
    blank = np.where(mask[..., None], 0, picture).astype(np.float64)
    smooth = inpaint_biharmonic(blank, mask, channel_axis=-1)
    return np.where(mask[..., None], smooth.clip(0, 1), picture).astype(np.float32)


def patch_fill(picture: np.ndarray, hole: np.ndarray, seed: int = 0, patch_size: int = PATCH_SIZE) -> np.ndarray:
    """Fill ``picture`` (h, w, 3) uint8 where ``hole`` (h, w) uint8 is 1 by PatchMatch, or by Telea where it is not
    installed or the picture is no larger than two patches. The same seed gives the same bytes, in every thread.
    """
    if min(hole.shape) <= 2 * patch_size or not patchmatch_available():
        return cv2.inpaint(picture, hole, RADIUS, cv2.INPAINT_TELEA)
    from patchmatch import patch_match

    with _one_seed_at_a_time:
        patch_match.set_random_seed(seed)
        return patch_match.inpaint(picture, hole, patch_size=patch_size)


def _inside(picture: np.ndarray, filled: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return np.where(mask[..., None], filled.astype(np.float32) / 255, picture).astype(np.float32)
