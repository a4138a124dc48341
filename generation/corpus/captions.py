"""What may be said of a painting in words of the lexicon: what its table knows, and what can be measured."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from generation.lexicon import Lexicon

from .measures import Measures
from .works import Row

SEASONS = ("spring", "summer", "autumn", "winter")
TABLE, TITLE, ARTIST, MEASURED, GUESSED = "table", "title", "artist", "measured", "guessed"
_SETS = {"landscape-2192": ("landscape",), "monet2photo": ("landscape", "impressionist-oil")}
_STYLES = {"blue-and-green": "blue-and-green", "ink wash": "ink-painting"}
_NAMED_IN = re.compile(r"《(.+?)》")
_NO_SUBJECT = re.compile(r"八大山人|个山人屋|杂画|博物[馆院].*|绘林集妙|卷丹")
_LIVING = {"cranes", "geese", "birds", "plum-blossom", "orchid", "chrysanthemum", "lotus", "peony", "other-blossom"}
_LAND = {"mountains", "waterfall", "hut", "temple"}
_PALETTES = {"ink-painting", "blue-and-green", "heavy-colour", "light-crimson"}
_OF_LANDSCAPE = {"majestic", "distant", "blue-and-green"}  # measured where the picture is of one, and not elsewhere
_LIGHT_GROUND = 55.0  # CIELAB lightness: on darker silk neither blank space nor colour can be measured


@dataclass
class Caption:
    """`terms`, `adjectives`: id → where it is from (table, title, artist, measured, guessed)."""

    terms: dict[str, str] = field(default_factory=dict)
    adjectives: dict[str, str] = field(default_factory=dict)

    def text(self, lexicon: Lexicon, language: str) -> str:
        """The caption in "en" or "zh"."""
        return lexicon.compose(self.terms, self.adjectives, language)


def caption(row: Row, measures: Measures, lexicon: Lexicon) -> Caption:
    """The caption of a painting. A term is never in two minds: what is known comes first, and nothing measured or
    guessed that contradicts it is added."""
    made = Caption()
    for key in _SETS.get(row.set, ()):
        made.terms[key] = TABLE
    if row.style in _STYLES:
        made.terms[_STYLES[row.style]] = TABLE
    _from_title(made, row, lexicon)
    for key in _of_artist(row.artist):
        if key != "boneless" or "landscape" not in made.terms:  # flowers were painted so, not mountains
            _add(made, key, ARTIST, lexicon)
    if "impressionist-oil" not in made.terms:
        for key in _measured(measures, row.faded == "1"):
            if key not in _OF_LANDSCAPE or "landscape" in made.terms:
                _add(made, key, MEASURED, lexicon)
        _guess(made, lexicon)
    return made


def _add(made: Caption, key: str, origin: str, lexicon: Lexicon) -> None:
    if key in _PALETTES and _PALETTES & made.terms.keys():
        return
    words, rows = (made.terms, lexicon.terms) if key in lexicon.terms else (made.adjectives, lexicon.adjectives)
    clash = (
        lexicon.contradictions([key, *words]) if rows is lexicon.terms else lexicon.contradictions([], [key, *words])
    )
    if key in rows and not any(key in pair for pair in clash):
        words.setdefault(key, origin)


def _from_title(made: Caption, row: Row, lexicon: Lexicon) -> None:
    """Terms that the title names. An album's title that names several subjects says of no leaf which one it shows."""
    title = row.title.replace(row.artist, " ") if row.artist else row.title
    found = lexicon.parse(_NO_SUBJECT.sub(" ", title))
    named = _NAMED_IN.search(title)
    subject = lexicon.parse(_NO_SUBJECT.sub(" ", named[1])) if named else found
    motifs = [key for key in subject.terms if lexicon.terms[key].dimension == "motif"]
    themes = [key for key in subject.terms if lexicon.terms[key].dimension == "theme" and key != "ink-painting"]
    several = ("册" in title or "冊" in title) and len(themes) + len(motifs) > 1
    if not several:
        for key in [*themes, *motifs, *_implied(themes, motifs)]:
            _add(made, key, TITLE, lexicon)
    for key in found.terms:  # the ink or colour, which stands beside the name: 纸本墨笔, 绢本设色
        if key == "ink-painting" or lexicon.terms[key].dimension in ("category", "technique"):
            _add(made, key, TITLE, lexicon)
    for key in subject.adjectives:
        if key in SEASONS and not several:
            _add(made, key, TITLE, lexicon)


def _implied(themes: list[str], motifs: list[str]) -> tuple[str, ...]:
    if themes or not motifs:
        return ()
    return ("flowers-and-birds",) if _LIVING & set(motifs) else ("landscape",) if _LAND & set(motifs) else ()


@cache
def _artists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("artists.toml").read_text(encoding="utf-8"))


def _of_artist(artist: str) -> list[str]:
    return [key for terms in _artists().values() for key, names in terms.items() if artist in names]


def _measured(m: Measures, faded: bool) -> list[str]:
    """Terms and adjectives that the numbers bear out, with thresholds set by eye on museum photographs."""
    if m.fine == 0:
        return ["aged"] if faded else []
    clear = m.ground >= _LIGHT_GROUND and not faded
    rules = (
        ("aged", faded or m.ground < 45),
        ("thick-ink", clear and m.thick > 0.2),
        ("light-ink", clear and m.thick < 0.02),
        ("spacious", clear and m.blank > 0.8 and m.depth > 12),
        ("dense", clear and m.blank < 0.62),
        ("majestic", clear and m.upper > 0.45 and m.blank < 0.75 and m.thick > 0.1),
        ("distant", clear and m.upper < 0.3),
        ("ink-painting", clear and m.coloured < 0.02),
        ("blue-and-green", clear and m.green > 0.12),
        ("heavy-colour", clear and m.coloured > 0.45),
        ("light-crimson", clear and m.coloured > 0.03),
        ("fine-brush", m.fine > 0.68),
        ("coarse-brush", clear and m.fine < 0.3),
    )
    return [key for key, holds in rules if holds]


def _guess(made: Caption, lexicon: Lexicon) -> None:
    """The category, where table, title and artist are silent: broad strokes without strong colour are mostly freehand,
    fine ones under mineral colour mostly fine brushwork. Marked as guessed, so that a trainer can leave it out."""
    if any(lexicon.terms[key].dimension == "category" for key in made.terms):
        return
    if "coarse-brush" in made.terms and not {"blue-and-green", "heavy-colour"} & made.terms.keys():
        _add(made, "xieyi", GUESSED, lexicon)
    elif "fine-brush" in made.terms and {"blue-and-green", "heavy-colour"} & made.terms.keys():
        _add(made, "gongbi", GUESSED, lexicon)
