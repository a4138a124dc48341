"""What an order must fulfil before it may join the queue. Each check raises `UserError` with one sentence."""

from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from generation.lexicon import LONGEST_PROMPT, Description, LexiconError, Parsed, PromptError, check_prompt
from generation.lexicon.tokens import tokens
from generation.words import lexicon
from gpu_workers.engines.contract import LONGEST, MAX_PAINTINGS, TALLEST, inside
from gpu_workers.engines.registry import PAINT, EngineSpec, engines
from portal.errors import UserError
from portal.phrases import said
from restoration.checks import engine_called

MAX_SEED = 4_000_000_000
MAX_CAPTION = 1000  # characters
CELL = 32  # pixels that a scene is extended by; whatever cells the weights have, they divide it
FORMATS = {"square": (256, 256), "hanging": (512, 256), "hand": (256, 768)}  # height and width in pixels
DIRECTIONS = ("left", "right", "up", "down")
MAX_CELLS = 64  # of one extension


def clean_prompt(text: str) -> str:
    """The one check that every prompt passes before a job is made of it; gives it back with its spaces evened out."""
    try:
        return check_prompt(text)
    except PromptError as problem:
        raise UserError(said(str(problem))) from None


def understood(prompt: str) -> Parsed:
    """What the lexicon makes of a clean prompt, contradictions and all; it says something."""
    found = lexicon().parse(prompt)
    if not (found.terms or found.adjectives or found.unknown):
        raise UserError(_("The prompt says nothing of a painting; describe it in a few words."))
    return found


def describe(prompt: str) -> tuple[Description, str]:
    """What a clean prompt says, and the language to say it in: the one in which more of it is written."""
    found = understood(prompt)
    if found.contradictions:
        names = {"one": _name(found.contradictions[0][0]), "other": _name(found.contradictions[0][1])}
        raise UserError(_("“%(one)s” and “%(other)s” contradict each other; keep one of them.") % names)
    description = Description(found.terms, found.adjectives, found.unknown)
    kinds = [token.kind for token in tokens(prompt, {})]
    return description, "zh" if kinds.count("han") > kinds.count("word") else "en"


def saying(description: Description, keys: Iterable[str], extra: Iterable[str] = ()) -> Description:
    """The description with these ids of the lexicon and unknown words, and without what they take the place of."""
    try:
        return description.saying(keys, lexicon(), extra)
    except LexiconError as problem:
        raise UserError(said(str(problem))) from None


def check_length(prompt: str, caption: str) -> None:
    """What was asked for, and the caption it makes, can be kept: rounds of edits let captions grow."""
    if len(prompt) > LONGEST_PROMPT or len(caption) > MAX_CAPTION:
        raise UserError(_("The description would become too long; ask for fewer things at once."))


def check_numbers(count: int, seed: int) -> None:
    """How many variants, from which seed."""
    if not 1 <= count <= MAX_PAINTINGS:
        raise UserError(_("Ask for 1 to %(most)d variants.") % {"most": MAX_PAINTINGS})
    if not 0 <= seed <= MAX_SEED:
        raise UserError(_("A seed lies between 0 and %(most)d.") % {"most": MAX_SEED})


def check_region(region: tuple[float, float, float, float]) -> None:
    """Left, top, width and height as shares of the picture."""
    if not inside(region):
        raise UserError(_("The region lies outside the picture."))


def check_extension(direction: str, cells: int, height: int, width: int) -> None:
    """Where and how far a scene of this size in pixels is extended."""
    if direction not in DIRECTIONS:
        raise UserError(_("A scene is extended to the left, the right, upwards or downwards."))
    if not 1 <= cells <= MAX_CELLS:
        raise UserError(_("A scene is extended by 1 to %(most)d cells at a time.") % {"most": MAX_CELLS})
    if direction in ("left", "right"):
        width += cells * CELL
    else:
        height += cells * CELL
    if max(height, width) > LONGEST or min(height, width) > TALLEST:
        most = {"long": LONGEST, "across": TALLEST}
        raise UserError(
            _("A painting may be %(long)d pixels long and %(across)d across; this would make it larger.") % most
        )


def engine() -> EngineSpec:
    """The engine that paints, if its weights are there."""
    return engine_called(next(iter(engines(PAINT))), PAINT)


def _name(key: str) -> str:
    return lexicon().name(key, "zh" if (get_language() or "").startswith("zh") else "en")
