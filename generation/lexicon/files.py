"""Reading the lexicon's data files and merging what an installation adds to them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import LexiconError

SHIPPED = Path(__file__).with_name("data")
_LISTS = ("en_also", "zh_also", "adjectives", "against")
_WORDS = ("en", "zh", "source", "dimension")


@dataclass
class Sheets:
    """The data files as one: rows by id, each a dict of what its file says."""

    terms: dict[str, dict[str, Any]] = field(default_factory=dict)
    adjectives: dict[str, dict[str, Any]] = field(default_factory=dict)
    classes: list[dict[str, Any]] = field(default_factory=list)
    fillers: list[str] = field(default_factory=list)
    spellings: dict[str, str] = field(default_factory=dict)
    one_of: set[str] = field(default_factory=set)


def read(extra: Path | None) -> Sheets:
    """The shipped files, then those of the folder `extra` by name. Raises `LexiconError`."""
    sheets = Sheets()
    paths = sorted(SHIPPED.glob("*.toml"))
    if extra is not None:
        if not Path(extra).is_dir():
            raise LexiconError(f"There is no folder of word lists at {extra}.")
        paths += sorted(Path(extra).glob("*.toml"))
    for path in paths:
        _add(sheets, path)
    return sheets


def _add(sheets: Sheets, path: Path) -> None:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise LexiconError(f"The word list {path.name} cannot be read: {error}.") from error
    common = {name: data[name] for name in ("dimension", "source") if name in data}
    if data.get("one_of"):
        sheets.one_of.add(data.get("dimension", ""))
    for row in data.get("term", []):
        _merge(sheets.terms, row.get("id", ""), common | row, path)
    for key, row in data.get("adjectives", {}).items():
        _merge(sheets.adjectives, key, dict(row), path)
    sheets.classes += data.get("class", [])
    sheets.fillers += [*data.get("en", []), *data.get("zh", [])]
    sheets.spellings |= data.get("spellings", {})


def _merge(rows: dict[str, dict[str, Any]], key: str, row: dict[str, Any], path: Path) -> None:
    """Add a row, or add to the one that is there: lists grow, words are replaced where the later file gives them."""
    unknown = row.keys() - {"id", *_LISTS, *_WORDS}
    if not key or unknown:
        what = f"an unknown entry {', '.join(sorted(unknown))}" if unknown else "a term without an id"
        raise LexiconError(f"The word list {path.name} has {what}.")
    there = rows.setdefault(key, {})
    if row.get("dimension", there.get("dimension")) != there.get("dimension", row.get("dimension")):
        raise LexiconError(f"The word list {path.name} moves the term “{key}” to another dimension.")
    for name, value in row.items():
        wanted = list if name in _LISTS else str
        if not isinstance(value, wanted):
            raise LexiconError(f"The word list {path.name} gives “{key}” a wrong value for {name}.")
        there[name] = [*there.get(name, []), *value] if name in _LISTS else value
    missing = {"en", "zh"} - there.keys()
    if missing:
        raise LexiconError(f"The word list {path.name} gives “{key}” no {' and no '.join(sorted(missing))} name.")
