"""Sacred imagery: what is sacred in a work or a text, what may not be asked for, and which way a picture must stay."""

from typing import Any

from django.utils.translation import gettext_noop as _

from portal.catalogue.models import Artwork
from review.guardrails.verdict import BLOCKED, NOT_NEEDED, PASSED, Sentence, Verdict
from review.guardrails.vocabulary import sacred_terms_in

CHECK = "sacred"
DIRECTIONAL = {"mirror": False, "rotate": False, "handedness": "kept"}


def judge_prompt(text: str) -> Verdict:
    """Whether a text asks for what is never generated: mantras and scripture, in either language, however written."""
    if not text.strip():
        return Verdict(CHECK, NOT_NEEDED, Sentence(_("There is no text.")))
    found = sacred_terms_in(text)
    about = {"text": text, "found": [_about(term, it.text) for term, it in found]}
    for term, it in found:
        if term.refused:
            words = {"word": it.text, "name": term.names}
            reason = _("“%(word)s” is sacred text (%(name)s): mantras and scripture are never generated. Describe the "
                       "picture without it.")  # fmt: skip
            return Verdict(CHECK, BLOCKED, Sentence(reason, **words), evidence=about)
    return Verdict(CHECK, PASSED, Sentence(_("The text holds no mantra and no scripture.")), evidence=about)


def findings(artwork: Artwork | None, *texts: str) -> list[dict[str, Any]]:
    """Why a work counts as sacred: the curator's flag, terms of its entry, words of prompts; empty where nothing is."""
    found: list[dict[str, Any]] = []
    if artwork is not None:
        if artwork.sacred:
            found.append({"where": "flag"})
        entry = ". ".join(filter(None, (artwork.title, artwork.title_zh, artwork.category, artwork.subjects)))
        found += [{"where": "catalogue", **_about(term, it.text)} for term, it in sacred_terms_in(entry)]
    for text in texts:
        found += [{"where": "prompt", **_about(term, it.text)} for term, it in sacred_terms_in(text)]
    return found


def directional(artwork: Artwork | None, *texts: str) -> dict[str, Any]:
    """What a job must keep to where an image is sacred: never mirrored, never rotated, left hand and right hand stay
    what they are. Empty where nothing is sacred.
    """
    return dict(DIRECTIONAL) if (artwork is not None and artwork.sacred) or findings(artwork, *texts) else {}


def _about(term: Any, written: str) -> dict[str, Any]:
    return {"term": term.names, "category": term.category, "written": written, "source": term.source}
