"""Where a picture may be recoloured: everywhere, on its pigment, on its bare ground, or where a mask says."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from gpu_workers.pictures import Picture
from restoration.masks.lab import strips
from restoration.masks.pigment import pigment_share

from .common import check_size
from .contract import EngineError
from .windows import Box

AREAS = ("whole", "pigment", "ground", "mask")
FADE = 2  # pixels from the rim of a mask inwards over which the change sets in; more of them in a large picture
_FADE_SHARE = 1 / 600  # of the longer side
_EMPTY = {
    "mask": "The mask marks no visible pixel, so there is nothing to recolour.",
    "pigment": "No pigment could be told from the ground in the picture; choose another area.",
    "ground": "No bare ground could be told from the pigment in the picture; choose another area.",
}


@dataclass(frozen=True)
class Area:
    """open_to: (H, W) bool, the pixels that may change: those of the area but for fully transparent ones.

    share: (H, W) uint8, how much of the change a pixel takes, 0 outside the area .. 255, or None: all of it everywhere.
    """

    open_to: np.ndarray
    share: np.ndarray | None = None

    def weight(self, box: Box) -> np.ndarray:
        """(h, w) float32 in 0..1 over a box: how much of the change a pixel takes."""
        part = slice(box.y0, box.y1), slice(box.x0, box.x1)
        inside = self.open_to[part].astype(np.float32)
        return inside if self.share is None else inside * self.share[part] / np.float32(255)


def check_area(area: str, labels: np.ndarray | None) -> None:
    """Refuse an unknown area, and a mask that is missing, with an `EngineError`."""
    if area not in AREAS:
        raise EngineError(f"There is no area called “{area}”; choose one of {', '.join(AREAS)}.")
    if area == "mask" and labels is None:
        raise EngineError("To recolour the area of a mask, choose a mask.")


def find_area(area: str, picture: Picture, labels: np.ndarray | None) -> Area:
    """Find the pixels that may change; `EngineError` where there are none.

    No edge of the area shows: paint takes the change as it stands out from the ground, a mask from its rim inwards.
    """
    opaque = picture.pixels[..., -1] > 0 if picture.info.has_alpha else np.ones(picture.pixels.shape[:2], bool)
    if not opaque.any():
        raise EngineError("The picture is transparent everywhere, so there is nothing to recolour.")
    if area == "whole":
        return Area(opaque)
    if area == "mask" and labels is not None:
        check_size(labels, picture.info)
        share = _faded(labels)
    else:
        share = pigment_share(picture.pixels)
        share = share if area == "pigment" else 255 - share
    open_to = opaque & (share > 0)
    if not open_to.any():
        raise EngineError(_EMPTY[area])
    return Area(open_to, share)


def _faded(labels: np.ndarray) -> np.ndarray:
    """(H, W) uint8: 0 where a mask marks nothing, rising to 255 from its rim; the picture's own rim is none."""
    reach = max(FADE, round(_FADE_SHARE * max(labels.shape))) + 1
    share = np.empty(labels.shape, np.uint8)
    for rows in strips(len(labels)):
        top = max(0, rows.start - reach)
        marked = (labels[top : rows.stop + reach] > 0).astype(np.uint8)
        distance = cv2.distanceTransform(marked, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[rows.start - top :]
        share[rows] = np.rint(np.minimum(distance[: rows.stop - rows.start] / reach, 1) * 255)
    return share
