"""The limited copies of pictures from which an engine gathers its statistics, and what is odd about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
from skimage.color import rgb2lab

from gpu_workers import pictures
from gpu_workers.pictures import Limits, Picture, Profile, profile_of
from restoration.masks.lab import strips
from restoration.masks.pigment import pigment_area

from .area import Area
from .contract import EngineError, Study
from .pooling import pooled, strip_height

_GRAY = 2.0  # CIELAB chroma below which a picture has no colour to speak of
_FLAT = 1 / 255  # a range of levels below which a picture is a single colour

Rows = Iterable[tuple[np.ndarray, np.ndarray]]  # (pixels (h, w, C), counted (h, w) bool) from top to bottom


def study_picture(picture: Picture, profile: Profile, area: Area, side: int) -> Study:
    """A copy of the master, at most `side` pixels along its longer side; the pixels that may change count."""
    height, width = picture.pixels.shape[:2]
    step = max(1, max(height, width) // side)

    def rows() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for part in strips(height, strip_height(width, step)):
            yield picture.pixels[part], area.open_to[part]

    return _shrunk(rows(), profile, step, side)


def study_reference(
    path: str | Path, number: int, area: str, side: int, limits: Limits | None
) -> tuple[Study, list[str]]:
    """A copy of reference `number` (from 1), and notes on it; of its pixels those of the same kind of area count.

    Raises `PictureError` for a file that is no picture, `EngineError` for one that has no colours to give.
    """
    info = pictures.probe(path, limits)
    profile, notes = profile_of(info.icc), []
    if profile.refused:
        notes.append(f"The colour profile of reference {number} cannot be used; its colours were taken for sRGB.")
    width, height = info.stored_size
    step = max(1, max(height, width) // side)

    def rows() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for _, pixels in pictures.strips(path, info, strip_height(width, step)):
            yield pixels, pixels[..., -1] > 0 if info.has_alpha else np.ones(pixels.shape[:2], bool)

    study = _shrunk(rows(), profile, step, side)
    if not study.counted.any():
        raise EngineError(f"Reference {number} is transparent everywhere, so it has no colours to give.")
    study = Study(*(np.ascontiguousarray(pictures.upright(part, info.orientation)) for part in _parts(study)))
    colours = study.pixels[study.counted]
    if np.ptp(colours, axis=0).max() < _FLAT:
        raise EngineError(f"Reference {number} has a single colour, so no colours can be taken from it.")
    if np.percentile(np.linalg.norm(rgb2lab(colours)[..., 1:], axis=-1), 95) < _GRAY:
        notes.append(f"Reference {number} is gray, so it takes colour away.")
    return _of_area(study, area, number, notes)


def _of_area(study: Study, area: str, number: int, notes: list[str]) -> tuple[Study, list[str]]:
    """Keep what is pigment, or ground, of a reference; where the two cannot be told apart all of it counts."""
    if area not in ("pigment", "ground"):
        return study, notes
    counted = study.counted & (pigment_area(study.pixels) == (area == "pigment"))
    if counted.any():
        return Study(study.pixels, counted), notes
    return study, [*notes, f"Pigment and ground could not be told apart in reference {number}, so all of it counts."]


def _parts(study: Study) -> tuple[np.ndarray, np.ndarray]:
    return study.pixels, study.counted


def _shrunk(rows: Rows, profile: Profile, step: int, side: int) -> Study:
    """Average down to `side`: first over whole blocks of `step` pixels, then by what is left, a factor below 2.

    The pixels that count make the colour of a block, the others only where it has no such pixel. A pixel of the copy
    counts when half of its block does; where no block is that full, every one with a share does.
    """
    sums, shares, wholes = [], [], []
    for pixels, counted in rows:
        colours = profile.decode(pixels)
        wholes.append(pooled(colours, step))
        sums.append(pooled(colours * counted[..., None], step))
        shares.append(pooled(counted, step))
    share, total, whole = (_fitted(np.concatenate(part), side) for part in (shares, sums, wholes))
    colours = np.where(share[..., None] > 0, total / np.maximum(share, 1e-6)[..., None], whole)
    counted = share >= 0.5
    return Study(colours.astype(np.float32), counted if counted.any() else share > 0)


def _fitted(values: np.ndarray, side: int) -> np.ndarray:
    factor = side / max(values.shape[:2])
    if factor >= 1:
        return values
    size = (max(1, round(values.shape[1] * factor)), max(1, round(values.shape[0] * factor)))
    return cv2.resize(values, size, interpolation=cv2.INTER_AREA)
