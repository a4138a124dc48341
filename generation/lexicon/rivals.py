"""Captions that a picture is told apart from, to measure how well an instruction was followed."""

from __future__ import annotations

import itertools

from .description import ATTRIBUTES, Description, attribute_of
from .lexicon import Lexicon

MOST = 9


def rivals(wanted: Description, keys: tuple[str, ...], language: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Up to nine captions like that of `wanted`, each with another term in the place of one of the keys.

    The other values of the key's attribute first, else the other terms of its dimension; without keys, other values of
    the attributes that the description has.
    """
    asked = keys or tuple(key for key in (*wanted.terms, *wanted.adjectives) if attribute_of(key)) or wanted.terms
    found: list[str] = []
    for one, other in _round_robin([(key, _others(key, lexicon)) for key in asked]):
        if other not in wanted.terms and other not in wanted.adjectives:
            changed = wanted.without({one}).saying([other], lexicon).caption(lexicon, language)
            if changed not in found:
                found.append(changed)
        if len(found) == MOST:
            break
    return tuple(found)


def _others(key: str, lexicon: Lexicon) -> list[str]:
    """What could stand in the place of a term or an adjective."""
    values = ATTRIBUTES.get(attribute_of(key) or "", ())
    if not values and key in lexicon.terms:
        values = tuple(term.id for term in lexicon.dimension(lexicon.terms[key].dimension))
    return [value for value in values or tuple(lexicon.adjectives) if value != key]


def _round_robin(rows: list[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    """The first other of each key, then the second of each, and so on."""
    columns = itertools.zip_longest(*([(key, other) for other in others] for key, others in rows))
    return [pair for column in columns for pair in column if pair]
