"""Captions that a picture is told apart from, to measure how well an instruction was followed."""

import itertools

from generation.lexicon import ATTRIBUTES, Description, attribute_of
from generation.words import lexicon

MOST = 9


def rivals(wanted: Description, keys: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Up to nine captions like that of `wanted`, each with another term in the place of one of the keys.

    The other values of the key's attribute first, else the other terms of its dimension; without keys, other values of
    the attributes that the description has.
    """
    rows = lexicon()
    asked = keys or tuple(key for key in (*wanted.terms, *wanted.adjectives) if attribute_of(key)) or wanted.terms
    found: list[str] = []
    for one, other in _round_robin([(key, _others(key)) for key in asked]):
        if other not in wanted.terms and other not in wanted.adjectives:
            changed = wanted.without({one}).saying([other], rows).caption(rows, language)
            if changed not in found and changed != wanted.caption(rows, language):
                found.append(changed)
        if len(found) == MOST:
            break
    return tuple(found)


def _others(key: str) -> list[str]:
    """What could stand in the place of a term or an adjective."""
    rows = lexicon()
    values = ATTRIBUTES.get(attribute_of(key) or "", ())
    if not values and key in rows.terms:
        values = tuple(term.id for term in rows.dimension(rows.terms[key].dimension))
    return [value for value in values or tuple(rows.adjectives) if value != key]


def _round_robin(rows: list[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    """The first other of each key, then the second of each, and so on."""
    columns = itertools.zip_longest(*([(key, other) for other in others] for key, others in rows))
    return [pair for column in columns for pair in column if pair]
