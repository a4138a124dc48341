"""The words of the checks, as they come with Lacuna and as people on the site have changed them."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.catalogue.models import Period
from review.guardrails.finding import Found, Words
from review.guardrails.models import AnchorTerm, SacredTerm

DATA = Path(__file__).parent / "data"
ENGLISH = (  # what makes an English word the name of a period, such as “song dynasty”
    "dynasty", "period", "era", "times", "court", "style", "manner", "setting", "scene", "palace", "costume", "dress",
    "robe", "clothing", "attire", "lady", "official", "emperor", "empress", "scholar", "soldier", "armour", "armor",
    "painting", "landscape", "furniture", "porcelain", "architecture",
)  # fmt: skip
CHINESE = ("代", "朝", "时期", "年间", "式", "制")
_memory: ContextVar[dict[Any, list[Any]] | None] = ContextVar("vocabulary", default=None)
ORDINARY = {"song"}  # names that are English words as well: alone they name no period


def shipped_anchor_terms() -> list[dict[str, Any]]:
    """The rows of schools, techniques, costumes and objects that come with Lacuna."""
    years = {"from_year": "from", "to_year": "to"}
    return [
        _row(term) | {"kind": term["kind"]} | {field: term.get(name) for field, name in years.items()}
        for term in _read("anchors.toml")
    ]


def shipped_sacred_terms() -> list[dict[str, Any]]:
    """The rows of the sacred lexicon that come with Lacuna."""
    return [_row(term) | {"category": term["category"]} for term in _read("sacred.toml")]


def load_shipped() -> None:
    """Add what the database lacks; rows that are there stay as people left them."""
    for model, rows in ((AnchorTerm, shipped_anchor_terms()), (SacredTerm, shipped_sacred_terms())):
        known = set(model.objects.values_list("key", flat=True))
        model.objects.bulk_create(model(**row) for row in rows if row["key"] not in known)


@contextmanager
def read_once() -> Iterator[None]:
    """Within the block, which looks at many works at once, each vocabulary is read from the database once."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def anchor_terms_in(text: str) -> list[tuple[AnchorTerm, Found]]:
    """The dated terms that a text names. One query where there is text."""
    if not text.strip():
        return []
    rows = {row.key: row for row in _rows(AnchorTerm)}
    return [(rows[it.key], it) for it in _words(_entries(rows.values())).find(text)]


def sacred_terms_in(text: str) -> list[tuple[SacredTerm, Found]]:
    """What is sacred in a text; mantras and scripture also where they are spaced out, hyphenated or accented."""
    if not text.strip():
        return []
    rows = {row.key: row for row in _rows(SacredTerm)}
    found = [(rows[it.key], it) for it in _words(_entries(rows.values())).find(text)]
    refused = _words(_entries(row for row in rows.values() if row.refused))
    seen = {row.key for row, _it in found}
    return found + [(rows[it.key], it) for it in refused.hidden(text) if it.key not in seen]


def periods_in(text: str) -> list[tuple[Period, Found]]:
    """The periods that a text names, in its order. One query where there is text."""
    if not text.strip():
        return []
    rows = {row.key: row for row in _rows(Period)}
    words = _words(tuple((key, tuple(_period_words(row))) for key, row in rows.items()))
    return [(rows[it.key], it) for it in words.find(text) if _means_it(it.text)]


def _rows(model: Any) -> list[Any]:
    memory = _memory.get()
    if memory is not None and model in memory:
        return memory[model]
    rows = list(model.objects.all() if model is Period else model.objects.filter(retired=False))
    if memory is not None:
        memory[model] = rows
    return rows


def _entries(rows: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((row.key, tuple(row.words)) for row in rows)


@lru_cache(maxsize=8)
def _words(entries: tuple[tuple[str, tuple[str, ...]], ...]) -> Words:
    return Words(dict(entries))


def _period_words(period: Period) -> list[str]:
    """“Tang dynasty” is found as Tang, Tang dynasty, Tang court …; 唐 as 唐代, 唐朝 …, for alone it is too short."""
    name = period.name_en.removesuffix(" dynasty").removesuffix(" period")
    chinese = [period.name_zh] if len(period.name_zh) > 1 else [period.name_zh + end for end in CHINESE]
    english = [f"{name} {after}" for after in ENGLISH]
    return [period.name_en, *english, *chinese, *([name] if name.lower() not in ORDINARY else [])]


def _means_it(text: str) -> bool:
    """A name alone counts where it is written as one: Tang, not tang."""
    return not text.isascii() or " " in text or text[:1].isupper()


def _row(term: dict[str, Any]) -> dict[str, Any]:
    english, chinese = term["name"]
    about = {"key": term["key"], "words": term["words"], "source": term["source"]}
    return {"name_en": english, "name_zh": chinese, **about}


def _read(name: str) -> list[dict[str, Any]]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))["term"]
