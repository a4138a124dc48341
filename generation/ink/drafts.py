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
FADING = 24  # pixels over which what was there dissolves
MIST = 96  # pixels over which an extension comes out of the mist
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
        drawn = np.concatenate([drawn, out_of_mist(sheet, drawn[:, -1:], "right")], axis=1)
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
    edge = {"left": np.s_[:, :1], "right": np.s_[:, -1:], "up": np.s_[:1], "down": np.s_[-1:]}[direction]
    drawn = out_of_mist(draw(draft, seed, height, width), picture[edge], direction)
    new = _over(model, encoded(model, drawn), draft, caption, seed, steps, guidance, step)
    return np.concatenate([tokens, new] if direction in ("right", "down") else [new, tokens], axis=1 if across else 0)


def out_of_mist(drawn: np.ndarray, edge: np.ndarray, direction: str) -> np.ndarray:
    """A draft (H, W, 3) before which an edge, (H, 1, 3) or (1, W, 3), fades into mist; it clears over `MIST` pixels."""
    axis = 1 if direction in ("left", "right") else 0
    length = drawn.shape[axis]
    away = np.arange(length) if direction in ("right", "down") else np.arange(length)[::-1]
    shape = (1, length, 1) if axis else (length, 1, 1)
    fading, clear = (np.clip(away / min(far, length), 0, 1).reshape(shape).astype(np.float32) for far in (FADING, MIST))
    size = (1, 9) if axis else (9, 1)
    tone = cv2.GaussianBlur(edge, size, sigmaX=2, sigmaY=2, borderType=cv2.BORDER_REPLICATE).reshape(edge.shape)
    mist = np.percentile(edge.reshape(-1, 3), 75, axis=0).astype(np.float32)
    before = tone + (mist - tone) * np.sqrt(fading)
    return before + (drawn - before) * clear**1.5


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
