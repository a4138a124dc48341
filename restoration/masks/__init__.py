"""Damage masks: a label array (H, W) uint8, 0 intact, 1 loss, 2 crack, 3 stain, 4 fading. Plain NumPy, no Django."""

from .difference import difference_mask
from .files import load_mask, save_mask
from .labels import DAMAGE_CLASSES, MaskError, check_labels, check_mask, class_code, compare, coverage
from .overlay import CLASS_COLOURS, overlay, overlay_png
from .proposal import Proposal, propose, propose_mask

__all__ = [
    "CLASS_COLOURS",
    "DAMAGE_CLASSES",
    "MaskError",
    "Proposal",
    "check_labels",
    "check_mask",
    "class_code",
    "compare",
    "coverage",
    "difference_mask",
    "load_mask",
    "overlay",
    "overlay_png",
    "propose",
    "propose_mask",
    "save_mask",
]
