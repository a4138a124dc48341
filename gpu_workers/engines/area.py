"""Where a picture may be recoloured: everywhere, on its pigment, on its bare ground, or where a mask says."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from gpu_workers.pictures import Picture
from restoration.masks.pigment import pigment_area

from .common import check_size
from .contract import EngineError
from .windows import Box

AREAS = ("whole", "pigment", "ground", "mask")
FADE = 2  # pixels from the rim of the area inwards over which the change sets in; more of them in a large picture
_FADE_SHARE = 1 / 600  # of the longer side


@dataclass(frozen=True)
class Area:
    """chosen: (H, W) bool, or None for all of the picture. open_to: (H, W) bool, the chosen pixels but for those that
    are fully transparent; nothing else may change. fade: pixels from the rim over which the change sets in.
    """

    chosen: np.ndarray | None
    open_to: np.ndarray
    fade: int = FADE

    def weight(self, box: Box) -> np.ndarray:
        """(h, w) float32 in 0..1 over a box: how much of the change a pixel takes, 0 outside, rising from the rim."""
        inside = self.open_to[box.y0 : box.y1, box.x0 : box.x1]
        if self.chosen is None:
            return inside.astype(np.float32)
        top, left = max(0, box.y0 - self.fade), max(0, box.x0 - self.fade)
        around = self.chosen[top : box.y1 + self.fade, left : box.x1 + self.fade].astype(np.uint8)
        distance = cv2.distanceTransform(around, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        own = distance[box.y0 - top :, box.x0 - left :][: box.height, : box.width]
        return np.minimum(own / (self.fade + 1), 1).astype(np.float32) * inside


def check_area(area: str, labels: np.ndarray | None) -> None:
    """Refuse an unknown area, and a mask that is missing, with an `EngineError`."""
    if area not in AREAS:
        raise EngineError(f"There is no area called “{area}”; choose one of {', '.join(AREAS)}.")
    if area == "mask" and labels is None:
        raise EngineError("To recolour the area of a mask, choose a mask.")


def find_area(area: str, picture: Picture, labels: np.ndarray | None) -> Area:
    """Find the pixels that may change; `EngineError` where there are none.

    Painted lines are thin: the area "pigment" therefore reaches beyond them as far as the change fades, so that they
    take the whole of it themselves.
    """
    opaque = picture.pixels[..., -1] > 0 if picture.info.has_alpha else np.ones(picture.pixels.shape[:2], bool)
    if not opaque.any():
        raise EngineError("The picture is transparent everywhere, so there is nothing to recolour.")
    fade = max(FADE, round(_FADE_SHARE * max(opaque.shape)))
    chosen = _chosen(area, picture, labels, fade)
    if chosen is None:
        return Area(None, opaque)
    opaque &= chosen
    if not opaque.any():
        raise EngineError(_EMPTY[area])
    return Area(chosen, opaque, fade)


_EMPTY = {
    "mask": "The mask marks no visible pixel, so there is nothing to recolour.",
    "pigment": "No pigment could be told from the ground in the picture; choose another area.",
    "ground": "No bare ground could be told from the pigment in the picture; choose another area.",
}


def _chosen(area: str, picture: Picture, labels: np.ndarray | None, fade: int) -> np.ndarray | None:
    if area == "whole":
        return None
    if area == "mask":
        check_size(labels, picture.info)
        return np.ascontiguousarray(labels > 0)
    painted = pigment_area(picture.pixels)
    if area == "ground":
        return ~painted
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * fade + 1, 2 * fade + 1))
    return cv2.dilate(painted.view(np.uint8), disc).view(bool)
