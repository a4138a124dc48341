"""Scores as they come in files: the long form and the wide one."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LONG = ("item", "rater", "dimension", "score")
ONLY = "score"  # the dimension of a wide table
MOST_ROWS = 1_000_000
MOST_CELLS = 20_000_000


class ScoreError(ValueError):
    """A file of scores cannot be read; the message is one sentence for a person."""


@dataclass(frozen=True)
class Table:
    """dimensions: name → scores (raters, items) float64, NaN = missing; items and raters in the order of the file.

    weights: what the file says a dimension weighs, as text; empty where it says nothing.
    """

    items: list[str]
    raters: list[str]
    dimensions: dict[str, np.ndarray]
    weights: dict[str, str]


def read_csv(path: Path) -> Table:
    """Read a table of scores: UTF-8, comma, semicolon or tab. Raises `ScoreError` naming the line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ScoreError(f"There is no file called {path.name}.") from None
    except (OSError, UnicodeDecodeError):
        raise ScoreError(f"{path.name} is not a table in UTF-8.") from None
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=mark)]
    if not rows or len(rows[0]) < 2:
        raise ScoreError(f"{path.name} holds no table of scores.")
    if len(rows) > MOST_ROWS:
        raise ScoreError(f"{path.name} has more than {MOST_ROWS:,} lines.")
    head = [cell.lower() for cell in rows[0]]
    lines = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(row)]
    return _long(head, lines) if set(LONG) <= {*head} else _wide(rows[0], lines)


def _wide(head: list[str], lines: list[tuple[int, list[str]]]) -> Table:
    raters = head[1:]
    _once(raters, "rater")
    _once([row[0] for _number, row in lines], "item")
    for number, row in lines:
        if len(row) != len(head):
            raise ScoreError(f"Line {number} has {len(row)} columns where the first line has {len(head)}.")
    found = [[_score(cell, number) for cell in row[1:]] for number, row in lines]
    scores = np.array(found, float).reshape(len(lines), len(raters)).T
    return Table([row[0] for _number, row in lines], raters, {ONLY: scores}, {})


def _long(head: list[str], lines: list[tuple[int, list[str]]]) -> Table:
    at = {name: head.index(name) for name in (*LONG, "weight") if name in head}
    given: dict[tuple[str, str, str], float] = {}
    weights: dict[str, str] = {}
    for number, row in lines:
        if len(row) != len(head):
            raise ScoreError(f"Line {number} has {len(row)} columns where the first line has {len(head)}.")
        key = (row[at["dimension"]], row[at["rater"]], row[at["item"]])
        if not all(key):
            raise ScoreError(f"Line {number} lacks its item, rater or dimension.")
        if key in given:
            raise ScoreError(f"Line {number} scores “{key[2]}” by “{key[1]}” for “{key[0]}” a second time.")
        given[key] = _score(row[at["score"]], number)
        weight = row[at["weight"]] if "weight" in at else ""
        if weight and weights.setdefault(key[0], weight) != weight:
            raise ScoreError(f"Line {number} gives “{key[0]}” another weight than an earlier line.")
    names, raters, items = (list(dict.fromkeys(key[place] for key in given)) for place in range(3))
    if len(names) * len(raters) * len(items) > MOST_CELLS:
        raise ScoreError(f"The table would have more than {MOST_CELLS:,} cells.")
    dimensions = {name: np.full((len(raters), len(items)), np.nan) for name in names}
    row_of, column_of = ({name: place for place, name in enumerate(rows)} for rows in (raters, items))
    for (name, rater, item), score in given.items():
        dimensions[name][row_of[rater], column_of[item]] = score
    return Table(items, raters, dimensions, weights)


def _score(cell: str, number: int) -> float:
    if not cell:
        return math.nan
    try:
        score = float(cell)
    except ValueError:
        raise ScoreError(f"Line {number}: “{cell[:40]}” is not a score.") from None
    if not math.isfinite(score):
        raise ScoreError(f"Line {number}: “{cell[:40]}” is not a score.")
    return score


def _once(names: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if not name:
            raise ScoreError(f"A {what} has no name.")
        if name in seen:
            raise ScoreError(f"The {what} “{name[:60]}” stands in the table twice.")
        seen.add(name)
