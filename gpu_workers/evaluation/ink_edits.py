"""How well editing rounds do as they are told, and how much of the manner they keep: style similarity and instruction
accuracy, by the model's own CLIP, for the three kinds of edits.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from generation.ink import editing
from generation.ink.model import InkModel
from generation.lexicon import Description, Lexicon, rivals

ELEMENTS = ("pavilion", "pines", "waterfall", "boat", "mountains", "bridge")
VALUES = ("thick-ink", "light-ink", "blue-and-green", "light-crimson", "winter", "autumn", "gongbi", "dense")
SCENES = ("thick-ink", "spacious", "blue-and-green", "fine-brush")


@dataclass(frozen=True)
class Figures:
    """Means over the edits of one kind. likeness: style similarity of the picture before and after, -1..1.
    accuracy: the share of rival captions that the picture agrees less with, 0..1; unedited: that of the picture before.
    """

    kind: str
    likeness: float
    accuracy: float | None = None
    unedited: float | None = None


@dataclass(frozen=True)
class Edit:
    """A painting's tokens, and the captions before and after."""

    tokens: np.ndarray
    before: str
    after: str
    seed: int


Pictures = tuple[np.ndarray, np.ndarray]


def measure(model: InkModel, prompts: Sequence[str], count: int) -> list[Figures]:
    """The three kinds, each on up to `count` paintings of the first prompts; paintings of unlike prompts to compare."""
    some = list(dict.fromkeys(prompts))[:count]
    paintings = model.imagine(some, range(len(some)))
    kinds = (
        ("element replaced", replaced, ELEMENTS),
        ("attribute tuned", tuned, VALUES),
        ("scene extended", extended, SCENES),
    )
    rows = [_of_kind(model, some, paintings, *kind) for kind in kinds]
    pictures = [model.decode(tokens, prompt) for tokens, prompt in zip(paintings, some, strict=True)]
    apart = [editing.likeness(model, one, other) for one, other in itertools.pairwise(pictures)]
    return [*rows, Figures("paintings of other captions", float(np.mean(apart)))]


def replaced(model: InkModel, edit: Edit) -> Pictures:
    """A quarter of the picture gives way to an element."""
    mask = np.zeros(edit.tokens.shape[:2], bool)
    mask[len(mask) // 2 :, : mask.shape[1] // 2] = True
    codes = model.inpaint_tokens(edit.tokens, mask, edit.after, edit.seed, against=edit.before)
    return model.decode(edit.tokens, edit.before), model.decode(codes, edit.before)


def tuned(model: InkModel, edit: Edit) -> Pictures:
    """Half of the codes take another value of an attribute."""
    mask = editing.disagreeing(model, edit.tokens, edit.before, edit.after, 0.5, edit.seed)
    codes = model.inpaint_tokens(edit.tokens, mask, edit.after, edit.seed, against=edit.before)
    return model.decode(edit.tokens, edit.before), model.decode(codes, edit.after)


def extended(model: InkModel, edit: Edit) -> Pictures:
    """A whole square more to the right: the painting, and what came to it."""
    columns = edit.tokens.shape[1]
    codes = model.extend(edit.tokens, "right", columns, edit.after, edit.seed)
    picture = model.decode(codes, edit.before)
    return picture[:, : columns * model.cell], picture[:, columns * model.cell :]


def _of_kind(
    model: InkModel, prompts: Sequence[str], paintings: np.ndarray, kind: str, change: Callable[..., Pictures],
    keys: Sequence[str],
) -> Figures:  # fmt: skip
    lexicon, found = Lexicon.load(), []
    rows = list(zip(prompts, paintings, strict=True))
    for number, (prompt, tokens) in enumerate(tqdm(rows, desc=kind, disable=None)):
        language = "zh" if lexicon.parse(prompt).language == "zh" else "en"
        old = Description.of(prompt, lexicon)
        turn = number % len(keys)
        key = next(key for key in (*keys[turn:], *keys[:turn]) if key not in (*old.terms, *old.adjectives))
        new = old.saying([key], lexicon)
        caption, others = new.caption(lexicon, language), rivals(new, (key,), language, lexicon)
        before, after = change(model, Edit(tokens, prompt, caption, number))
        told = [editing.accuracy(model, picture, caption, others) for picture in (after, before)]
        found.append((editing.likeness(model, before, after), *told))
    return Figures(kind, *(float(value) for value in np.mean(found, axis=0)))
