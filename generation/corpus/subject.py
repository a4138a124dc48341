"""Where the subject of a picture is: the largest painted contour (text-to-ink paper, eq. 2)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from restoration.masks.pigment import pigment_area

LEAST_SHARE = 0.005  # of the picture: what is smaller is a seal or a speck, and no subject
_CLOSING = 0.03  # of the longer side: strokes that are nearer to each other than this belong together


@dataclass(frozen=True)
class Subject:
    """`polygon`: (n, 2) int32 points x, y in pixels; `area` in square pixels; `box`: left, top, right, bottom."""

    polygon: np.ndarray
    area: float
    box: tuple[int, int, int, int]


def polygon_area(points: np.ndarray) -> float:
    """The area of a polygon with corners (n, 2), by the shoelace formula (eq. 2); 0 for fewer than three corners."""
    x, y = np.asarray(points, np.float64).reshape(-1, 2).T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def find_subject(rgb: np.ndarray) -> Subject | None:
    """The largest painted shape of a picture (H, W, 3) uint8, or None where nothing stands out from the ground.

    Paint is told from ground, near strokes are joined, and of the outer contours the one with the largest area counts.
    """
    painted = pigment_area(rgb).astype(np.uint8)
    reach = max(3, round(_CLOSING * max(painted.shape)) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    joined = cv2.morphologyEx(painted, cv2.MORPH_CLOSE, kernel)
    contours, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = max(contours, key=polygon_area, default=None)
    if largest is None or polygon_area(largest) < LEAST_SHARE * painted.size:
        return None
    left, top, width, height = cv2.boundingRect(largest)
    return Subject(largest.reshape(-1, 2), polygon_area(largest), (left, top, left + width, top + height))
