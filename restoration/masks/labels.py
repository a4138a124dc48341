"""What a mask is: one damage code a pixel, upright like the picture it belongs to."""

from __future__ import annotations

import numpy as np

DAMAGE_CLASSES: dict[str, int] = {"loss": 1, "crack": 2, "stain": 3, "fading": 4}
HIGHEST_CODE = max(DAMAGE_CLASSES.values())


class MaskError(ValueError):
    """A mask that cannot be used; `str()` is one sentence for a person."""


def class_code(damage_class: str) -> int:
    """The code 1..4 of a damage class; `MaskError` names the known ones when it is none of them."""
    try:
        return DAMAGE_CLASSES[damage_class]
    except KeyError:
        known = ", ".join(DAMAGE_CLASSES)
        raise MaskError(f"“{damage_class}” is not a damage class; choose one of {known}.") from None


def check_labels(labels: np.ndarray) -> np.ndarray:
    """Return `labels` if it is an array (H, W) uint8 of the codes 0..4, else raise `MaskError`."""
    if labels.ndim != 2 or labels.dtype != np.uint8:
        raise MaskError("A mask must have one 8-bit value a pixel.")
    if labels.size and int(labels.max()) > HIGHEST_CODE:
        raise MaskError(f"A mask holds the codes 0 to {HIGHEST_CODE}, this one goes up to {int(labels.max())}.")
    return labels


def check_mask(labels: np.ndarray) -> np.ndarray:
    """Return `labels` (H, W) uint8 if there is something to restore and something to restore it from.

    Raises `MaskError` for an empty mask, for one that covers every pixel, and for anything that is no label array.
    """
    damaged = np.count_nonzero(check_labels(labels))
    if damaged == 0:
        raise MaskError("The mask is empty: it marks no damage.")
    if damaged == labels.size:
        raise MaskError("The mask covers the whole picture: nothing intact is left to restore it from.")
    return labels


def coverage(labels: np.ndarray) -> dict[str, float]:
    """The share 0..1 of all pixels that each damage class covers, every class named, 0.0 where it is absent."""
    check_labels(labels)
    return {name: np.count_nonzero(labels == code) / max(labels.size, 1) for name, code in DAMAGE_CLASSES.items()}


def compare(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """How many pixels went from which code to which: (5, 5) int64, rows before, columns after, of two label arrays."""
    codes = HIGHEST_CODE + 1
    pairs = np.bincount((before * np.uint8(codes) + after).ravel(), minlength=codes**2)
    return pairs.reshape(codes, codes)
