"""Drafts: the procedural painter lays a scene out, and the networks paint over it.

A network that has seen little can give a scene brush, silk and age, but cannot yet lay one out; the painter can. What
it draws is a program's own invention, no painting's.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from generation.ink import editing
from generation.ink.model import InkModel
from generation.ink.sampling import Step
from generation.painter import Wishes, age, paint

FINER = 2  # the draft is drawn so many times as large
BORDER = 12  # pixels that are cut off on every side
FADING = 44  # pixels over which the ink of what was there thins out
MIST = 96  # pixels over which an extension comes out of the mist
GROUND = 192  # pixels of the picture that say how light the mist is
WANDER = 0.35  # how far the mist's borders stray from a straight line, as a share of their distance
LONGEST = 4096  # pixels that the painter draws in one go


@dataclass(frozen=True)
class Draft:
    """palette, ground: of `generation.painter`; shows to mist: see its `Wishes`. age: 0 new to 1 dark and faded.
    upright: the scene is never mirrored, as sacred images must not be.
    kept: share of the codes that stay; the token transformer paints the others anew, those first that speak least for
    the caption.
    """

    palette: str = "ink"
    ground: str = "paper"
    age: float = 0.35
    shows: tuple[str, ...] = ()
    texture: str = ""
    layout: str = ""
    season: str = ""
    ink: float = 1.0
    mist: float = 1.0
    kept: float = 1.0
    upright: bool = False

    @property
    def wishes(self) -> Wishes:
        return Wishes(self.shows, self.texture, self.layout, self.season, self.ink, self.mist, self.upright)


def draw(draft: Draft, seed: int, height: int, width: int) -> np.ndarray:
    """The draft (height, width, 3) float32 in 0..1; a long one is drawn in sheets that meet in the mist."""
    sheets = [_sheet(draft, seed + start, height, min(LONGEST, width - start)) for start in range(0, width, LONGEST)]
    drawn = sheets[0]
    for sheet in sheets[1:]:
        drawn = np.concatenate([drawn, out_of_mist(sheet, drawn, "right")], axis=1)
    return drawn


def paint_over(
    model: InkModel, draft: Draft, caption: str, seed: int, cells: tuple[int, int], steps: int | None = None,
    guidance: float | None = None, tries: int = 1, step: Step = lambda share: None,
) -> np.ndarray:  # fmt: skip
    """Tokens (h, w, 5) of a caption, painted over a draft: of so many tries the one that CLIP finds nearest to it."""
    made = []
    for number in range(tries):
        drawn = draw(draft, _seed(seed, number), cells[0] * model.cell, cells[1] * model.cell)
        tokens = _over(model, encoded(model, drawn), draft, caption, _seed(seed, number), steps, guidance)
        made.append((model.similarity(model.decode(tokens, caption), caption) if tries > 1 else 0.0, number, tokens))
        step((number + 1) / tries)
    return max(made, key=lambda one: one[:2])[2]


def go_on(
    model: InkModel, draft: Draft, tokens: np.ndarray, picture: np.ndarray, direction: str, cells: int, caption: str,
    seed: int, steps: int | None = None, guidance: float | None = None, step: Step = lambda share: None,
) -> np.ndarray:  # fmt: skip
    """Tokens with so many cells more at one side, painted over a draft that comes out of the mist at the old edge.

    picture: (H, W, 3) float32 in 0..1, what the tokens (h, w, 5) show.
    """
    across = direction in ("left", "right")
    height, width = (picture.shape[0], cells * model.cell) if across else (cells * model.cell, picture.shape[1])
    drawn = out_of_mist(draw(draft, seed, height, width), picture, direction)
    new = _over(model, encoded(model, drawn), draft, caption, seed, steps, guidance, step)
    return np.concatenate([tokens, new] if direction in ("right", "down") else [new, tokens], axis=1 if across else 0)


def out_of_mist(drawn: np.ndarray, before: np.ndarray, direction: str) -> np.ndarray:
    """A draft (H, W, 3) that goes on from a picture, (H, w, 3) or (h, W, 3), in a direction.

    What stands at the picture's edge goes on mirrored while its ink thins out over `FADING` pixels, and the draft comes
    out of the mist over `MIST`: a tree is not cut off at the join, and no column of the picture is drawn out.
    """
    sheet, near = _to_the_right(drawn, direction), _to_the_right(before, direction)[:, : -GROUND - 1 : -1]
    ground = np.percentile(near, 90, axis=1, keepdims=True).astype(np.float32)
    mist = cv2.GaussianBlur(ground, (1, 0), sigmaX=1, sigmaY=24, borderType=cv2.BORDER_REPLICATE).reshape(ground.shape)
    across = np.arange(sheet.shape[1], dtype=np.float32)[None, :, None]
    away = across * (1 + WANDER * _straying(len(sheet)))
    clear = np.clip(away / MIST, 0, 1)
    made = mist + (sheet - mist) * clear**2 * (3 - 2 * clear)
    reach = min(FADING, near.shape[1], sheet.shape[1])
    left = np.clip(1 - away[:, :reach] / FADING, 0, 1) * np.clip((FADING - across[:, :reach]) / 8, 0, 1)
    ink = 1 - np.clip(near[:, :reach] / np.maximum(mist, 0.02), 0, 1.5)
    made[:, :reach] *= 1 - ink * left**1.5
    return np.ascontiguousarray(_to_the_right(np.clip(made, 0, 1), direction, back=True))


def _to_the_right(picture: np.ndarray, direction: str, back: bool = False) -> np.ndarray:
    """A picture turned so that the direction points to the right, or `back` again."""
    if direction in ("left", "right"):
        return picture if direction == "right" else picture[:, ::-1]
    if back:
        picture = picture.transpose(1, 0, 2)
    picture = picture if direction == "down" else picture[::-1]
    return picture if back else picture.transpose(1, 0, 2)


def _straying(height: int) -> np.ndarray:
    """A slow wave (height, 1, 1) in -1..1, always the same."""
    rows = np.arange(height, dtype=np.float32)[:, None, None]
    return (np.sin(rows / 11) + np.sin(rows / 23 + 2) + np.sin(rows / 5.3 + 1) / 2) / 2.5


def encoded(model: InkModel, picture: np.ndarray, piece: int = 1024) -> np.ndarray:
    """Tokens (h, w, 5) of a picture of any length, encoded piece by piece along its longer side."""
    axis = 1 if picture.shape[1] >= picture.shape[0] else 0
    pieces = np.split(picture, range(piece, picture.shape[axis], piece), axis=axis)
    return np.concatenate([model.encode(np.ascontiguousarray(part)) for part in pieces], axis=axis)


def _seed(seed: int, number: int) -> int:
    """A seed of its own for each try, so that neighbouring seeds share none."""
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


def _over(
    model: InkModel, tokens: np.ndarray, draft: Draft, caption: str, seed: int, steps: int | None,
    guidance: float | None, step: Step = lambda share: None,
) -> np.ndarray:  # fmt: skip
    """The codes that speak least for the caption are painted anew."""
    if draft.kept >= 1:
        return tokens
    mask = editing.disagreeing(model, tokens, "", caption, 1 - draft.kept, seed)
    return model.inpaint_tokens(tokens, mask, caption, seed, steps, guidance, step=step)


def _sheet(draft: Draft, seed: int, height: int, width: int) -> np.ndarray:
    """A sheet without inscription, cut out of a larger one: borders darken with age, and scenes go on beyond them."""
    wide, high = FINER * (width + 2 * BORDER), FINER * (height + 2 * BORDER)
    painted = paint(seed, (wide, high), draft.palette, draft.ground, signed=False, wishes=draft.wishes)
    sheet = age(painted, seed, draft.age)
    small = cv2.resize(sheet, (width + 2 * BORDER, height + 2 * BORDER), interpolation=cv2.INTER_AREA)
    return small[BORDER : BORDER + height, BORDER : BORDER + width].astype(np.float32) / 255
