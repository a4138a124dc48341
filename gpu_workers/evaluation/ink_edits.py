"""How well editing rounds do as they are told, and how much of the manner they keep: style similarity and instruction
accuracy, by the model's own CLIP, for the three kinds of edits.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from tqdm import tqdm

from generation.ink import drafts, editing, redrawing
from generation.ink.drafts import Draft
from generation.ink.model import InkModel
from generation.lexicon import Description, Lexicon, draft_of, drawn, rivals

ELEMENTS = ("pavilion", "pines", "waterfall", "boat", "mountains", "bridge")
TONES = ("thick-ink", "light-ink", "blue-and-green", "light-crimson", "winter", "autumn")
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
    """A painting's tokens, the captions before and after, what the painter would draw of each, and what comes new."""

    tokens: np.ndarray
    before: str
    after: str
    seed: int
    old: Draft
    new: Draft
    shows: tuple[str, ...]


Pictures = tuple[np.ndarray, np.ndarray]
Kind = tuple[str, Callable[[InkModel, Edit], Pictures], Sequence[str]]


def measure(model: InkModel, prompts: Sequence[str], count: int) -> list[Figures]:
    """Edits of up to `count` paintings of the first prompts that the procedural painter can draw, twice: as a person
    gets them, with the painter's hand, and by the networks alone. Last, paintings of unlike prompts, to compare.
    """
    some = [prompt for prompt in dict.fromkeys(prompts) if _draft(Description.of(prompt, Lexicon.load()))][:count]
    alone = model.imagine(some, range(len(some)))
    over = np.stack([_over_draft(model, prompt, number) for number, prompt in enumerate(some)])
    rows = [
        _of_kind(model, some, paintings, *kind)
        for paintings, kinds in ((over, WITH_HAND), (alone, ALONE))
        for kind in kinds
    ]
    pictures = [model.decode(tokens, prompt) for tokens, prompt in zip(over, some, strict=True)]
    apart = [editing.likeness(model, one, other) for one, other in itertools.pairwise(pictures)]
    return [*rows, Figures("paintings of other captions", float(np.mean(apart)))]


def put_in(model: InkModel, edit: Edit) -> Pictures:
    """A quarter of the picture gives way to an element that the painter draws."""
    picture = model.decode(edit.tokens, edit.before)
    codes = redrawing.put_in(model, edit.new, edit.tokens, picture, _quarter(edit.tokens), edit.shows, edit.seed)
    return picture, model.decode(codes, edit.before)


def retoned(model: InkModel, edit: Edit) -> Pictures:
    """The tones change as the painter would change them."""
    picture = model.decode(edit.tokens, edit.before)
    return picture, model.decode(redrawing.retone(model, edit.old, edit.new, picture, 1.0, edit.seed), edit.after)


def gone_on(model: InkModel, edit: Edit) -> Pictures:
    """A whole square more to the right, over a draft: the painting, and what came to it."""
    picture, columns = model.decode(edit.tokens, edit.before), edit.tokens.shape[1]
    codes = drafts.go_on(model, edit.new, edit.tokens, picture, "right", columns, edit.after, edit.seed)
    return picture, model.decode(codes, edit.before)[:, columns * model.cell :]


def replaced(model: InkModel, edit: Edit) -> Pictures:
    """A quarter of the picture gives way to an element."""
    codes = model.inpaint_tokens(edit.tokens, _quarter(edit.tokens), edit.after, edit.seed, against=edit.before)
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


WITH_HAND: tuple[Kind, ...] = (
    ("element put in", put_in, ELEMENTS),
    ("tones changed", retoned, TONES),
    ("scene gone on", gone_on, SCENES),
)
ALONE: tuple[Kind, ...] = (
    ("element replaced, networks alone", replaced, ELEMENTS),
    ("attribute tuned, networks alone", tuned, TONES),
    ("scene extended, networks alone", extended, SCENES),
)


def _quarter(tokens: np.ndarray) -> np.ndarray:
    mask = np.zeros(tokens.shape[:2], bool)
    mask[len(mask) // 2 :, : mask.shape[1] // 2] = True
    return mask


def _draft(description: Description) -> Draft | None:
    suits = draft_of(description, Lexicon.load())
    return Draft(**suits) if suits else None


def _over_draft(model: InkModel, prompt: str, number: int) -> np.ndarray:
    draft = _draft(Description.of(prompt, Lexicon.load())) or Draft()
    return drafts.paint_over(model, draft, prompt, number, (model.config.transformer.window,) * 2)


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
        edit = Edit(tokens, prompt, caption, number, _draft(old) or Draft(), _draft(new) or Draft(), drawn([key]))
        before, after = change(model, edit)
        told = [editing.accuracy(model, picture, caption, others) for picture in (after, before)]
        found.append((editing.likeness(model, before, after), *told))
    return Figures(kind, *(float(value) for value in np.mean(found, axis=0)))
