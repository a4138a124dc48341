"""The scores of a closed study as files; no cell of a table is ever taken for a formula."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from openpyxl import Workbook

from review.models import Disclosure, Result, Study
from review.services.disclosure import answers_of, disclosure_of
from review.services.rounds import scores_of
from review.services.unblinding import is_unblinded

HEAD = ("item", "rater", "dimension", "score", "weight")
OPEN_HEAD = ("origin", "engine", "work", "guess", "recognised")  # more, once the study is unblinded
BLINDING_HEAD = ("rater", "kind", "answers", "index", "low", "high", "reason")
TELLING_HEAD = ("rater", "d_prime", "low", "high", "area", "area low", "area high", "reason")
MEANS_HEAD = ("kind or engine", "items", "mean", "low", "high")
PAIRS_HEAD = ("first", "second", "works", "median difference", "p", "p after Holm", "reason")
Cell = str | int | float | None


def rows_of(study: Study) -> Iterator[tuple[str, ...]]:
    """One line a score: the item's code, the expert's number, dimension, score (empty = missing), weight.

    Once the study is unblinded also what the item is, what the expert took it for, and whether it was recognised.
    """
    scores = scores_of(study)
    weights = {row.key: str(row.weight) for row in study.dimensions.all()}
    about = _about(study)
    for key, table in scores.dimensions.items():
        for row, seat in enumerate(scores.seats):
            for column, item in enumerate(scores.items):
                value = table[row, column]
                given = "" if np.isnan(value) else str(int(value))
                more = about(item.code, seat.label) if about else ()
                yield item.code, f"expert {seat.label}", key, given, weights[key], *more


def head_of(study: Study) -> tuple[str, ...]:
    return HEAD + OPEN_HEAD if is_unblinded(study) else HEAD


def _about(study: Study) -> Callable[[str, int], tuple[str, ...]] | None:
    """What an item is, and what an expert said of it; None while the study is blind."""
    if not is_unblinded(study):
        return None
    origins = disclosure_of(study).statistics["origins"]
    answers = {(it.code, it.expert): it for it in answers_of(study)}

    def about(code: str, expert: int) -> tuple[str, ...]:
        what, answer = origins[code], answers.get((code, expert))
        said = (answer.guess, "yes" if answer.recognised else "no") if answer else ("", "")
        return what["origin"], what["engine"] or "", what["work"], *said

    return about


def plain(cell: str) -> str:
    """A cell that a spreadsheet takes for text: one that begins like a formula gets an apostrophe before it."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def as_csv(study: Study) -> tuple[bytes, str]:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head_of(study))
    writer.writerows([plain(cell) for cell in row] for row in rows_of(study))
    return out.getvalue().encode(), "text/csv; charset=utf-8"


def as_xlsx(study: Study) -> tuple[bytes, str]:
    """A sheet of scores; once the study is unblinded also sheets of the second part."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("scores")
    sheet.append(head_of(study))
    for item, rater, dimension, score, weight, *more in rows_of(study):
        names = [plain(item), plain(rater), plain(dimension)]
        sheet.append([*names, int(score) if score else None, float(weight), *map(plain, more)])
    if is_unblinded(study):
        for name, (head, rows) in _second_part(disclosure_of(study).statistics).items():
            sheet = book.create_sheet(name)
            sheet.append(head)
            for row in rows:
                sheet.append([plain(cell) if isinstance(cell, str) else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _second_part(part: dict[str, Any]) -> dict[str, tuple[tuple[str, ...], list[list[Cell]]]]:
    """The tables of the second part: name → head and rows."""
    blinding, engines = part["blinding"], part["engines"]
    raters = {"all": blinding["panel"]} | {f"expert {label}": it for label, it in blinding["experts"].items()}
    indices = [
        [rater, kind, row["answers"], row["index"], *_two(row["ci"]), row["reason"]]
        for rater, entry in raters.items()
        for kind in ("authentic", "generated")
        for row in [entry[kind]]
    ]
    told = [
        [rater, row["d_prime"], *_two(row["d_prime_ci"]), row["area"], *_two(row["area_ci"]), row["reason"]]
        for rater, row in raters.items()
    ]
    means = [
        [name, it["items"], it["mean"], *_two(it["ci"])] for name, it in {**part["kinds"], **engines["means"]}.items()
    ]
    pairs = []
    for group in engines["groups"]:
        test, names = group["friedman"], ", ".join(group["engines"])
        pairs.append([names, "Friedman", test["works"], None, test["p"], None, test["reason"]])
        pairs += [
            [it[name] for name in ("first", "second", "works", "difference", "p", "corrected", "reason")]
            for it in group["pairs"]
        ]
    return {
        "blinding": (BLINDING_HEAD, indices), "told apart": (TELLING_HEAD, told), "means": (MEANS_HEAD, means),
        "pairs": (PAIRS_HEAD, pairs),
    }  # fmt: skip


def _two(interval: list[float] | None) -> list[Cell]:
    return [*interval] if interval else [None, None]


def as_json(study: Study) -> tuple[bytes, str]:
    """The frozen result, and its second part once the study is unblinded."""
    found = _frozen(study.result)
    if is_unblinded(study):
        found["disclosure"] = _frozen(disclosure_of(study))
    return json.dumps(found, indent=2).encode(), "application/json"


def _frozen(kept: Result | Disclosure) -> dict[str, Any]:
    names = ("seed", "draws", "code_version", "data_sha256", "statistics")
    return {name: getattr(kept, name) for name in names}


FORMS: dict[str, Callable[[Study], tuple[bytes, str]]] = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json}
