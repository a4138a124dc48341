"""One size for all pictures with little loss: crop, scale, pad, or centre crop (text-to-ink paper, eq. 3-5)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .subject import Subject, find_subject

Box = tuple[int, int, int, int]  # left, top, right, bottom
CROPPED, WHOLE, CENTRE = "subject cropped", "whole picture", "centre"
LONGEST = 1.5  # times the target's proportions: a longer scroll is cut, or padding would take more than a third


@dataclass(frozen=True)
class Frame:
    """How a picture became one of the target size.

    `rule`: which of the three cases; `box`: the part that was taken, in pixels of the picture, as left, top, right,
    bottom; `scale`: r of eq. 3; `pad`: pixels added left, top, right and bottom.
    """

    rule: str
    box: Box
    scale: float
    pad: tuple[int, int, int, int]


def scale_of(size: tuple[int, int], target: tuple[int, int]) -> float:
    """r = min(target_w / w, target_h / h) for sizes (w, h) (eq. 3)."""
    return min(target[0] / size[0], target[1] / size[1])


def padding(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int, int, int]:
    """(target - new) / 2 on each side (eq. 4), left, top, right, bottom; an odd pixel goes right and below."""
    across, down = target[0] - size[0], target[1] - size[1]
    return across // 2, down // 2, across - across // 2, down - down // 2


def centre(picture: tuple[int, int], part: tuple[int, int]) -> tuple[int, int]:
    """x' = (img_w - w) / 2, y' = (img_h - h) / 2 for sizes (w, h) (eq. 5), rounded down."""
    return (picture[0] - part[0]) // 2, (picture[1] - part[1]) // 2


def frame_of(picture: tuple[int, int], subject: Subject | None, target: tuple[int, int]) -> Frame:
    """Which part of a picture (w, h) to take, and how to bring it to the target (w, h).

    A subject larger than the target is cropped to; its box is widened towards the target's proportions as far as the
    picture goes, so that what is padded is only what the picture lacks. A smaller one leaves the picture whole, since
    the blank around it belongs to the composition. In both cases a scroll longer than `LONGEST` is cut, around the
    middle of the subject. Without a subject, the largest part of the target's proportions is cut from the centre.
    """
    if subject is None:
        ratio = scale_of(target, picture)
        part = max(1, round(target[0] * ratio)), max(1, round(target[1] * ratio))
        left, top = centre(picture, part)
        rule, box = CENTRE, (left, top, left + part[0], top + part[1])
    elif subject.area > target[0] * target[1]:
        rule, box = CROPPED, _cut(_widened(subject.box, picture, target), subject.box, target)
    else:
        rule, box = WHOLE, _cut((0, 0, *picture), subject.box, target)
    size = box[2] - box[0], box[3] - box[1]
    scale = scale_of(size, target)
    return Frame(rule, box, scale, padding(_scaled(size, scale, target), target))


def apply(rgb: np.ndarray, frame: Frame, target: tuple[int, int]) -> np.ndarray:
    """The picture (H, W, 3) uint8 framed: (target_h, target_w, 3). Padding has the colour of the edge it lies at."""
    left, top, right, bottom = frame.box
    part = rgb[top:bottom, left:right]
    size = _scaled((right - left, bottom - top), frame.scale, target)
    way = cv2.INTER_AREA if frame.scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(part, size, interpolation=way)
    return _padded(small, frame.pad)


def prepare(rgb: np.ndarray, target: tuple[int, int]) -> tuple[np.ndarray, Frame]:
    """A picture (H, W, 3) uint8 at the target size (w, h), and how it got there."""
    frame = frame_of((rgb.shape[1], rgb.shape[0]), find_subject(rgb), target)
    return apply(rgb, frame, target), frame


def _scaled(size: tuple[int, int], scale: float, target: tuple[int, int]) -> tuple[int, int]:
    return min(target[0], max(1, round(size[0] * scale))), min(target[1], max(1, round(size[1] * scale)))


def _padded(rgb: np.ndarray, pad: tuple[int, int, int, int]) -> np.ndarray:
    left, top, right, bottom = pad
    whole = np.pad(rgb, ((top, bottom), (left, right), (0, 0)))
    for strip, edge in (
        (whole[:, :left], rgb[:, 0]),
        (whole[:, whole.shape[1] - right :], rgb[:, -1]),
        (whole[:top], rgb[0]),
        (whole[whole.shape[0] - bottom :], rgb[-1]),
    ):
        strip[:] = np.median(edge, axis=0)
    return whole


def _cut(box: Box, subject: Box, target: tuple[int, int]) -> Box:
    """A box no longer than `LONGEST` allows, cut around the subject's middle."""
    width, height = box[2] - box[0], box[3] - box[1]
    most = round(LONGEST * height * target[0] / target[1]), round(LONGEST * width * target[1] / target[0])
    left = _start((subject[0] + subject[2] - min(width, most[0])) // 2, box[0], box[2] - min(width, most[0]))
    top = _start((subject[1] + subject[3] - min(height, most[1])) // 2, box[1], box[3] - min(height, most[1]))
    return left, top, left + min(width, most[0]), top + min(height, most[1])


def _start(wanted: int, least: int, most: int) -> int:
    return min(max(wanted, least), most)


def _widened(box: Box, picture: tuple[int, int], target: tuple[int, int]) -> Box:
    width, height = box[2] - box[0], box[3] - box[1]
    wanted = max(width, round(height * target[0] / target[1])), max(height, round(width * target[1] / target[0]))
    across = _spread(box[0], box[2], wanted[0], picture[0])
    down = _spread(box[1], box[3], wanted[1], picture[1])
    return across[0], down[0], across[1], down[1]


def _spread(first: int, last: int, length: int, whole: int) -> tuple[int, int]:
    """The range first..last made `length` long, as far as the whole allows, around its middle where that is inside."""
    length = min(length, whole)
    start = _start((first + last - length) // 2, 0, whole - length)
    return start, start + length
