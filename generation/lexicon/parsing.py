"""From free text to the terms of the lexicon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .tokens import Token, tokens

FILLER = ("filler", "")
Surfaces = Mapping[tuple[str, ...], tuple[str, str]]  # keys of tokens → (kind, id): term, adjective or filler


@dataclass(frozen=True)
class Parsed:
    """What a text says.

    `terms`, `adjectives`: ids, in the lexicon's order, each once. `unknown`: the words that the lexicon lacks, as they
    were written and in their order. `language`: "en", "zh", "mixed", or "" where there is no word of either.
    `contradictions`: pairs of ids, of terms or of adjectives, that cannot both hold of one picture.
    """

    terms: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    language: str = ""
    contradictions: tuple[tuple[str, str], ...] = ()


def find(text: str, surfaces: Surfaces, spellings: Mapping[str, str]) -> tuple[list[tuple[str, str]], list[str], str]:
    """What was found, as (kind, id) in the order of the text; the unknown words; the language."""
    row = tokens(text, spellings)
    found, unknown = [], []
    for start, stop, what in _spans(row, surfaces):
        if what is None:
            unknown.append("".join(token.text for token in row[start:stop]))
        elif what != FILLER:
            found.append(what)
    return found, unknown, _language(row)


def _spans(row: list[Token], surfaces: Surfaces) -> Iterator[tuple[int, int, tuple[str, str] | None]]:
    """The text cut into the longest pieces that are known and, between them, those that are not."""
    longest = max(map(len, surfaces), default=1)
    place = 0
    while place < len(row):
        if row[place].is_barrier:
            place += 1
            continue
        stop = _longest(row, place, surfaces, longest)
        if stop > place:
            yield place, stop, surfaces[_keys(row, place, stop)]
        else:
            stop = place + 1
            while row[place].kind == "han" and _goes_on(row, stop, surfaces, longest):
                stop += 1
            yield place, stop, None
        place = stop


def _goes_on(row: list[Token], place: int, surfaces: Surfaces, longest: int) -> bool:
    """Whether an unknown Chinese word goes on: there are no spaces to tell."""
    return place < len(row) and row[place].kind == "han" and _longest(row, place, surfaces, longest) == place


def _longest(row: list[Token], start: int, surfaces: Surfaces, longest: int) -> int:
    """Where the longest known piece that begins at `start` ends; `start` where none does."""
    stops = range(min(len(row), start + longest), start, -1)
    return next((stop for stop in stops if _keys(row, start, stop) in surfaces), start)


def _keys(row: list[Token], start: int, stop: int) -> tuple[str, ...]:
    return tuple(token.key for token in row[start:stop])


def _language(row: list[Token]) -> str:
    kinds = {token.kind for token in row} & {"word", "han"}
    return "mixed" if len(kinds) == 2 else "en" if "word" in kinds else "zh" if "han" in kinds else ""
