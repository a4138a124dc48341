"""What a text says while it is being written: its caption in both languages, what is unknown, what cannot be."""

import re
from dataclasses import dataclass

from django.utils.translation import get_language

from generation import checks
from generation.lexicon import Description
from generation.words import lexicon
from portal.errors import UserError

WELL_PAINTED = ("landscape", "seasonal-landscape", "ink-painting")  # the themes that the shipped weights have seen most
TAGS = {"en": "en", "zh": "zh-Hans"}
_LOOSE = r"\b(?:with|in|and|of|on|the|a|an)\b|[有与和的]"  # words that hold on to the next one
_TIDY = (  # what is left of a sentence when a word has been cut out of it, and what becomes of that
    (re.compile(r"\b(of|with|in|on)\s+(?:and|with|in|on)\b", re.I), r"\1"),
    (re.compile(rf"(?:\s*(?:{_LOOSE}))*\s*([,，、;；]|$)", re.I), r"\1"),
    (re.compile(r"([,，、;；])(?:\s*[,，、;；])+"), r"\1"),
    (re.compile(r"\s{2,}"), " "),
    (re.compile(r"^[\s,，、;；]*(?:and\b\s*)?|[\s,，、;；]+$", re.I), ""),
)


@dataclass(frozen=True)
class Reading:
    """What was understood of a text.

    mistake: the one sentence that says why it cannot be used; then nothing else is said. captions: by language tag.
    keys: ids of the terms and adjectives found. unknown: words as they were written. contradictions: pairs of names.
    beyond: names of themes that the shipped weights paint poorly. Names are in the language of the page.
    """

    prompt: str
    mistake: str = ""
    captions: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    contradictions: tuple[tuple[str, str], ...] = ()
    beyond: tuple[str, ...] = ()


def page_language() -> str:
    """The language of the page as the lexicon calls it: "en" or "zh"."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def name(key: str) -> str:
    """A term or adjective in the language of the page; one that left the lexicon keeps its id."""
    words = lexicon()
    return words.name(key, page_language()) if key in words.terms or key in words.adjectives else key


def read(text: str) -> Reading:
    """What a text says; an empty one says nothing, and that is no mistake yet."""
    if not text.strip():
        return Reading("")
    try:
        clean = checks.clean_prompt(text)
    except UserError as problem:
        return Reading(text, str(problem))
    words, found = lexicon(), lexicon().parse(clean)
    said = Description(found.terms, found.adjectives, found.unknown)
    themes = [term.id for term in words.dimension("theme") if term.id in found.terms]
    return Reading(
        clean,
        captions=tuple((tag, said.caption(words, code)) for code, tag in TAGS.items()),
        keys=(*found.terms, *found.adjectives),
        unknown=found.unknown,
        contradictions=tuple((name(one), name(other)) for one, other in found.contradictions),
        beyond=tuple(name(key) for key in themes if key not in WELL_PAINTED),
    )


def with_terms(text: str, keys: list[str]) -> str:
    """The text with the names of these terms and adjectives added, in its own language, where it lacks them."""
    for key in keys:
        found = lexicon().parse(text)
        if key not in (*found.terms, *found.adjectives):
            language = ("zh" if found.language == "zh" else "en") if found.language else page_language()
            text = text.strip(" \n,，、;；.。") + _comma(language) * bool(text.strip()) + lexicon().name(key, language)
    return text


def toggled(text: str, key: str) -> str:
    """The text with a term or adjective added, or without it where it was there; unknown ids change nothing."""
    words = lexicon()
    found = words.parse(text)
    if key not in words.terms and key not in words.adjectives:
        return text
    if key not in (*found.terms, *found.adjectives):
        return with_terms(text, [key])
    rest = Description(found.terms, found.adjectives, found.unknown).without({key})
    cut = _without(text, key)
    left = words.parse(cut)
    if (left.terms, left.adjectives, left.unknown) == (rest.terms, rest.adjectives, rest.extra):
        return cut
    return rest.caption(words, "zh" if found.language == "zh" else "en")  # it could not be cut out of the sentence


def _comma(language: str) -> str:
    return "，" if language == "zh" else ", "


def _without(text: str, key: str) -> str:
    """The text without every way to write a term, and without the commas and little words that then hold nothing."""
    words = lexicon()
    row = words.terms.get(key) or words.adjectives[key]
    for surface in sorted(row.surfaces, key=len, reverse=True):
        spaced = r"[\s\-]+".join(map(re.escape, re.split(r"[\s\-]+", surface)))
        latin = surface.isascii()
        text = re.sub(rf"(?<![A-Za-z]){spaced}(?:e?s)?(?![A-Za-z])" if latin else spaced, "", text, flags=re.I)
    for odd, sound in _TIDY:
        text = odd.sub(sound, text)
    return text
