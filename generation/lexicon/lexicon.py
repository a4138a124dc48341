"""The lexicon as one object: look up, parse, compose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from . import composing, files, parsing
from .errors import LexiconError
from .parsing import FILLER, Parsed
from .terms import DIMENSIONS, Adjective, PaintingClass, Term
from .tokens import tokens


class Lexicon:
    """Terms, adjectives and classes by id.

    `terms`: in the order of the dimensions (the paper's three, then others), within one as in its file. `adjectives`,
    `classes`: as in their files.
    """

    def __init__(self, sheets: files.Sheets) -> None:
        """See `load`. Raises `LexiconError`."""
        rank = {name: place for place, name in enumerate(DIMENSIONS)}
        terms = [Term(id=key, **_frozen(row)) for key, row in sheets.terms.items()]
        terms.sort(key=lambda term: rank.get(term.dimension, len(rank)))
        self.terms = {term.id: term for term in terms}
        self.adjectives = {key: Adjective(id=key, **_frozen(row)) for key, row in sheets.adjectives.items()}
        self.classes = {row["id"]: _painting_class(row) for row in sheets.classes}
        self.one_of = frozenset(sheets.one_of)
        self._fillers, self._spellings = sheets.fillers, sheets.spellings
        self._check()

    @classmethod
    def load(cls, extra: Path | str | None = None) -> Lexicon:
        """The shipped lexicon with the ``*.toml`` files of the folder `extra` merged into it. Raises `LexiconError`."""
        return cls(files.read(Path(extra) if extra else None))

    def dimension(self, name: str) -> list[Term]:
        """The terms of one dimension."""
        return [term for term in self.terms.values() if term.dimension == name]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The names of all dimensions, the paper's first."""
        return tuple(dict.fromkeys(term.dimension for term in self.terms.values()))

    def parse(self, text: str) -> Parsed:
        """The terms and adjectives a text names, in English, Chinese or both, the longest ones first.

        Case, plurals, spelling (colour, color) and traditional characters make no difference. What is not in the
        lexicon is reported in order; only words without a meaning of their own (of, 的) are passed over. A negation is
        reported as unknown, since nothing here understands it.
        """
        found, unknown, language = parsing.find(text, self._surfaces, self._spellings)
        terms = self._ordered({key for kind, key in found if kind == "term"}, self.terms)
        adjectives = self._ordered({key for kind, key in found if kind == "adjective"}, self.adjectives)
        return Parsed(terms, adjectives, tuple(unknown), language, self.contradictions(terms, adjectives))

    def compose(self, terms: Iterable[str], adjectives: Iterable[str] = (), language: str = "en") -> str:
        """The caption for these ids in "en" or "zh"; `parse` gives them back. Raises `LexiconError` for unknown ids."""
        chosen = [self.terms[key] for key in self._ordered(set(terms), self.terms)]
        said = [self.adjectives[key] for key in self._ordered(set(adjectives), self.adjectives)]
        if language not in ("en", "zh"):
            raise LexiconError(f"Captions are written in en or zh, not in “{language}”.")
        return composing.chinese(chosen, said) if language == "zh" else composing.english(chosen, said)

    def contradictions(self, terms: Sequence[str], adjectives: Sequence[str] = ()) -> tuple[tuple[str, str], ...]:
        """The pairs among these that cannot both hold: two of a dimension that takes one, or one against another."""
        pairs = [(a, b) for place, a in enumerate(terms) for b in terms[place + 1 :] if self._clash(a, b)]
        rows = self.adjectives
        pairs += [
            (a, b)
            for place, a in enumerate(adjectives)
            for b in adjectives[place + 1 :]
            if b in rows[a].against or a in rows[b].against
        ]
        return tuple(pairs)

    def class_of(self, terms: Iterable[str]) -> str | None:
        """The primary class of a painting with these terms, by the first theme among them."""
        chosen = set(terms)
        themes = [term.id for term in self.dimension("theme") if term.id in chosen]
        return next((key for theme in themes for key, it in self.classes.items() if theme in it.themes), None)

    def name(self, key: str, language: str) -> str:
        """The name of a term or adjective in a language. Raises `LexiconError` for an unknown id."""
        row = self.terms.get(key) or self.adjectives.get(key)
        if row is None:
            raise LexiconError(f"The lexicon has no “{key}”.")
        return row.name(language)

    def _clash(self, a: str, b: str) -> bool:
        one, other = self.terms[a], self.terms[b]
        alike = one.dimension == other.dimension and one.dimension in self.one_of
        return alike or b in one.against or a in other.against

    @staticmethod
    def _ordered(keys: set[str], rows: dict[str, Any]) -> tuple[str, ...]:
        if missing := keys - rows.keys():
            raise LexiconError(f"The lexicon has no “{min(missing)}”.")
        return tuple(key for key in rows if key in keys)

    @cached_property
    def _surfaces(self) -> dict[tuple[str, ...], tuple[str, str]]:
        surfaces: dict[tuple[str, ...], tuple[str, str]] = {}
        for word in self._fillers:
            surfaces[self._keys(word)] = FILLER
        for kind, rows in (("term", self.terms), ("adjective", self.adjectives)):
            for row in rows.values():
                for surface in row.surfaces:
                    keys, what = self._keys(surface), (kind, row.id)
                    if not keys or surfaces.setdefault(keys, what) != what:
                        raise LexiconError(f"“{surface}” means both “{surfaces.get(keys, FILLER)[1]}” and “{row.id}”.")
        return surfaces

    def _keys(self, surface: str) -> tuple[str, ...]:
        return tuple(token.key for token in tokens(surface, self._spellings) if not token.is_barrier)

    def _check(self) -> None:
        for row in [*self.terms.values(), *self.adjectives.values()]:
            rows = self.terms if isinstance(row, Term) else self.adjectives
            for key in row.against:
                self._known(key, rows, row.id)
        for term in self.terms.values():
            for key in term.adjectives:
                self._known(key, self.adjectives, term.id)
        for painting_class in self.classes.values():
            for key in painting_class.themes:
                self._known(key, self.terms, painting_class.id)
        if both := self.terms.keys() & self.adjectives.keys():
            raise LexiconError(f"“{min(both)}” is the id of a term and of an adjective.")
        _ = self._surfaces

    @staticmethod
    def _known(key: str, rows: dict[str, Any], where: str) -> None:
        if key not in rows:
            raise LexiconError(f"“{where}” names “{key}”, which the lexicon lacks.")


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items() if name != "id"}


def _painting_class(row: dict[str, Any]) -> PaintingClass:
    secondary = tuple(_painting_class(part) for part in row.get("secondary", []))
    return PaintingClass(row["id"], row["en"], row["zh"], tuple(row.get("themes", [])), secondary)
