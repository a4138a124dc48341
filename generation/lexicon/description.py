"""A description of a picture that can be changed word by word, as editing rounds do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from .errors import LexiconError
from .lexicon import Lexicon

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "season": ("spring", "summer", "autumn", "winter"),
    "ink": ("thick-ink", "light-ink"),
    "palette": ("ink-painting", "light-crimson", "blue-and-green", "heavy-colour"),
    "space": ("spacious", "dense"),
    "category": ("xieyi", "gongbi", "baimiao"),
    "technique": (
        "fine-brush", "coarse-brush", "dry-brush", "splashed-ink", "broken-ink", "accumulated-ink", "boneless",
        "outline-and-fill", "hemp-fibre-cun", "axe-cut-cun", "raindrop-cun", "folded-ribbon-cun", "rolling-cloud-cun",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Description:
    """What a picture shows: ids of terms and adjectives, and the words that the lexicon lacks, as they were written."""

    terms: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, lexicon: Lexicon) -> Self:
        """The description in a text."""
        found = lexicon.parse(text)
        return cls(found.terms, found.adjectives, found.unknown)

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """A description from what `as_dict` gave."""
        return cls(*(tuple(values.get(name, ())) for name in ("terms", "adjectives", "extra")))

    def as_dict(self) -> dict[str, list[str]]:
        """Plain values for JSON."""
        return {"terms": list(self.terms), "adjectives": list(self.adjectives), "extra": list(self.extra)}

    def caption(self, lexicon: Lexicon, language: str) -> str:
        """The caption in "en" or "zh"; unknown words stand at its end."""
        parts = [lexicon.compose(self.terms, self.adjectives, language)] if self.terms or self.adjectives else []
        return ("，" if language == "zh" else ", ").join([*parts, *self.extra])

    def without(self, keys: Collection[str]) -> Self:
        """The same without some terms or adjectives."""
        kept = (tuple(key for key in rows if key not in keys) for rows in (self.terms, self.adjectives))
        return replace(self, **dict(zip(("terms", "adjectives"), kept, strict=True)))

    def saying(self, keys: Iterable[str], lexicon: Lexicon, extra: Iterable[str] = ()) -> Self:
        """The same with these terms, adjectives and unknown words, and without what they contradict or replace.

        The values of an attribute (see `ATTRIBUTES`) that are among them take the place of all others. Raises
        `LexiconError` for ids that the lexicon lacks and for ones that contradict each other.
        """
        wanted = tuple(dict.fromkeys(keys))
        terms, adjectives = (
            tuple(key for key in wanted if key in rows) for rows in (lexicon.terms, lexicon.adjectives)
        )
        if strange := set(wanted) - set(terms) - set(adjectives):
            raise LexiconError(f"The lexicon has no “{min(strange)}”.")
        if clash := lexicon.contradictions(terms, adjectives):
            one, other = (lexicon.name(key, "en") for key in clash[0])
            raise LexiconError(f"“{one}” and “{other}” contradict each other.")
        rivals = {key for values in ATTRIBUTES.values() for key in values if set(values) & set(wanted)} - set(wanted)
        kept = self.without(rivals)
        everything = (dict.fromkeys((*kept.terms, *terms)), dict.fromkeys((*kept.adjectives, *adjectives)))
        clashes = {
            key for pair in lexicon.contradictions(*map(tuple, everything)) if {*pair} & {*wanted} for key in pair
        }
        kept = kept.without(clashes - set(wanted))
        return replace(
            kept,
            terms=tuple(key for key in lexicon.terms if key in {*kept.terms, *terms}),
            adjectives=tuple(key for key in lexicon.adjectives if key in {*kept.adjectives, *adjectives}),
            extra=tuple(dict.fromkeys((*kept.extra, *extra))),
        )


def attribute_of(key: str) -> str | None:
    """The attribute that a term or adjective is a value of, if any."""
    return next((name for name, values in ATTRIBUTES.items() if key in values), None)
