"""Text as tokens: a Latin word or one Chinese character each, so that both are matched in the same way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .variants import simplified

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_PIECES = re.compile(
    rf"(?P<word>[A-Za-z\u00c0-\u024f]+)(?:['’]s\b)?|(?P<han>[{HAN}])|(?P<number>\d+)"
    rf"|(?P<letters>(?:(?![{HAN}A-Za-z\u00c0-\u024f])[^\W\d_])+)|(?P<gap>[\s\-‐‑–_]+)|(?P<sign>.)",
    re.S,
)


@dataclass(frozen=True)
class Token:
    """`text` as written, `key` as it is compared, `kind`: word, han, number, letters (of other scripts) or sign."""

    text: str
    key: str
    kind: str

    @property
    def is_barrier(self) -> bool:
        """Whether it is punctuation: no term reaches across it, and it means nothing by itself."""
        return self.kind == "sign" and not unicodedata.category(self.text).startswith("S")


def tokens(text: str, spellings: Mapping[str, str]) -> list[Token]:
    """The tokens of a text, widths, case and plurals evened out; white space and hyphens part words and are none."""
    return list(_tokens(unicodedata.normalize("NFKC", text), spellings))


def _tokens(text: str, spellings: Mapping[str, str]) -> Iterator[Token]:
    for match in _PIECES.finditer(text):
        kind = match.lastgroup or "sign"
        piece = match[kind]
        if kind == "gap" or unicodedata.category(piece[0]) in ("Mn", "Cf"):  # joiners and selectors within emoji
            continue
        key = piece
        if kind == "word":
            lower = piece.lower()
            key = stem(spellings.get(lower, lower))
        elif kind == "han":
            key = simplified(piece)
        yield Token(piece, key, kind)


def stem(word: str) -> str:
    """A word without its plural ending, and without a final e, so that axe and axes, fish and fishes are the same."""
    if len(word) > 3:
        if word.endswith("ies"):
            return word[:-3] + "y"
        if word.endswith("s") and word[-2] not in "sui":
            word = word[:-1]
        if word.endswith("e"):
            word = word[:-1]
    return word
