"""What the lexicon consists of."""

from __future__ import annotations

from dataclasses import dataclass

DIMENSIONS = ("category", "theme", "technique")  # the paper's; data files may add others, which come after these
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Adjective:
    """A quality, by one id in both languages; `against` holds the ids of adjectives that deny it."""

    id: str
    en: str
    zh: str
    en_also: tuple[str, ...] = ()
    zh_also: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def surfaces(self) -> tuple[str, ...]:
        """Every way to write it."""
        return (self.en, self.zh, *self.en_also, *self.zh_also)

    def name(self, language: str) -> str:
        """Its name in a language, "en" or "zh"."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Term(Adjective):
    """A keyword of one dimension; `adjectives` are the ids of those that suit it, `source` says where it is from."""

    dimension: str = ""
    adjectives: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class PaintingClass:
    """A class of a data set: a primary one has `secondary` classes and the ids of the `themes` that fall into it."""

    id: str
    en: str
    zh: str
    themes: tuple[str, ...] = ()
    secondary: tuple[PaintingClass, ...] = ()
