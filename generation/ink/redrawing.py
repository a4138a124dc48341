"""Edits that the procedural painter lends a hand to: a thing put into a place, and another tone for the whole.

As with drafts, the painter says what is where, and the networks' own tokens say how it is painted.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from generation.ink.drafts import Draft, draw, encoded
from generation.ink.model import InkModel
from generation.painter import paint_element

SOFT = 0.12  # of the shorter side of a place: over which the old picture dissolves at its border
SAMPLE = 256  # pixels of the two sheets from which a change of tone is learned
SHARES = np.linspace(0, 100, 33)  # percentiles at which tones are compared


def put_in(
    model: InkModel, draft: Draft, tokens: np.ndarray, picture: np.ndarray, cells: np.ndarray, shows: Sequence[str],
    seed: int,
) -> np.ndarray:  # fmt: skip
    """Tokens (h, w, 5) in which what stood in some cells has dissolved into the ground, and other things stand there.

    picture: (H, W, 3) float32 in 0..1, what the tokens show. cells: (h, w) bool. shows: of the painter's `ELEMENTS`.
    All other codes keep their values.
    """
    rows, columns = (np.flatnonzero(cells.any(axis)) * model.cell for axis in (1, 0))
    left, top = int(columns[0]), int(rows[0])
    width, height = int(columns[-1]) + model.cell - left, int(rows[-1]) + model.cell - top
    changed = dissolved(picture, (left, top, width, height))
    for number, name in enumerate(shows):
        middle = left + width * (number + 0.5) / len(shows)
        place = (middle, top + 0.94 * height, 0.9 * width / len(shows), 0.88 * height)
        light = paint_element(name, seed + number, picture.shape[1::-1], place, draft.palette, draft.season)
        changed = changed * light**draft.ink
    return np.where(cells[..., None], encoded(model, changed.astype(np.float32)), tokens)


def retone(model: InkModel, before: Draft, after: Draft, picture: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """Tokens (h, w, 5) of a picture (H, W, 3) in the tones of another draft.

    The painter paints one sheet twice, as it was described and as it shall be; how it would change each tone is carried
    over, so far as `strength` says, 0 to 1.
    """
    sheets = [draw(draft, seed, SAMPLE, SAMPLE) for draft in (before, after)]
    return encoded(model, toned(picture, *sheets, strength))


def toned(picture: np.ndarray, before: np.ndarray, after: np.ndarray, strength: float) -> np.ndarray:
    """A picture (H, W, 3) float32 in 0..1, changed as its tones changed between two sheets of the same layout.

    Lightness changes as its distribution does; the colour of each lightness as its mean does (CIE L*a*b*).
    """
    lab, old, new = (
        cv2.cvtColor(np.ascontiguousarray(it, np.float32), cv2.COLOR_RGB2LAB) for it in (picture, before, after)
    )
    levels, wanted, own = (np.percentile(it[..., 0], SHARES) for it in (old, new, lab))
    rank = np.interp(lab[..., 0], own + np.arange(len(own)) * 1e-6, SHARES)
    result = lab.copy()
    result[..., 0] = np.clip(lab[..., 0] + strength * np.interp(rank, SHARES, wanted - levels), 0, 100)
    for band in (1, 2):
        change = _mean_by(new, wanted, band) - _mean_by(old, levels, band)
        result[..., band] += strength * np.interp(rank, SHARES, change)
    return np.clip(cv2.cvtColor(result, cv2.COLOR_LAB2RGB), 0, 1)


def dissolved(picture: np.ndarray, place: tuple[int, int, int, int]) -> np.ndarray:
    """A picture (H, W, 3) with a place (left, top, width, height) in pixels faded into the ground around it."""
    left, top, width, height = place
    soft = max(2.0, SOFT * min(width, height))
    inside = np.zeros(picture.shape[:2], np.uint8)
    inside[top : top + height, left : left + width] = 1
    depth = cv2.distanceTransform(np.pad(inside, 1, mode="edge"), cv2.DIST_L2, 5)[1:-1, 1:-1]
    share = np.clip(depth / soft, 0, 1)[..., None] ** 0.8
    around = cv2.dilate(inside, np.ones((2 * int(soft) + 1,) * 2, np.uint8)) - inside
    near = picture[around > 0] if around.any() else picture.reshape(-1, 3)
    ground = np.percentile(near, 80, axis=0).astype(np.float32)
    return picture * (1 - share) + ground * share


def _mean_by(lab: np.ndarray, levels: np.ndarray, band: int) -> np.ndarray:
    """The mean of a band over the pixels near each level of lightness, one a level."""
    some = lab[::3, ::3].reshape(-1, 3)
    weight = np.exp(-(((some[:, :1] - levels) / 3.0) ** 2)) + 1e-9
    return (weight * some[:, band : band + 1]).sum(0) / weight.sum(0)
