"""The scores of a closed study as files; no cell of a table is ever taken for a formula."""

import csv
import io
import json
from collections.abc import Callable, Iterator

import numpy as np
from openpyxl import Workbook

from review.models import Study
from review.services.rounds import scores_of

HEAD = ("item", "rater", "dimension", "score", "weight")


def rows_of(study: Study) -> Iterator[tuple[str, str, str, str, str]]:
    """One line a score: the item's code, the expert's number, dimension, score (empty = missing), weight."""
    scores = scores_of(study)
    weights = {row.key: str(row.weight) for row in study.dimensions.all()}
    for key, table in scores.dimensions.items():
        for row, seat in enumerate(scores.seats):
            for column, item in enumerate(scores.items):
                value = table[row, column]
                yield item.code, f"expert {seat.label}", key, "" if np.isnan(value) else str(int(value)), weights[key]


def plain(cell: str) -> str:
    """A cell that a spreadsheet takes for text: one that begins like a formula gets an apostrophe before it."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def as_csv(study: Study) -> tuple[bytes, str]:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows([plain(cell) for cell in row] for row in rows_of(study))
    return out.getvalue().encode(), "text/csv; charset=utf-8"


def as_xlsx(study: Study) -> tuple[bytes, str]:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("scores")
    sheet.append(HEAD)
    for *names, score, weight in rows_of(study):
        sheet.append([*map(plain, names), int(score) if score else None, float(weight)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_json(study: Study) -> tuple[bytes, str]:
    kept = study.result
    facts = {"seed": kept.seed, "draws": kept.draws, "code_version": kept.code_version, "data_sha256": kept.data_sha256}
    return json.dumps({**facts, "statistics": kept.statistics}, indent=2).encode(), "application/json"


FORMS: dict[str, Callable[[Study], tuple[bytes, str]]] = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json}
