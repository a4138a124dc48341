"""Makes a corpus of a folder of paintings: pictures of one size, captions, split, report. Stopped, it goes on later."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image

from generation.lexicon import Lexicon
from gpu_workers.pictures import PictureError, appearing, read_small, sha256_file

from . import framing, splitting
from .captions import caption
from .errors import CorpusError
from .measures import measure
from .works import Row, table

USED_SPLITS = ("", splitting.TRAIN, splitting.VALIDATION, splitting.TEST)
SMALLEST = 96  # pixels: a picture with a shorter side holds too little to learn from
SURE = 0.5  # a picture whose best class is less likely than this is of none
NOTED = 0.05  # of the side: padding that the report counts
_QUALITY = 92


class Classifier(Protocol):
    """What screens pictures; see `screening.Screener`."""

    def classify(self, rgb: np.ndarray) -> tuple[str, float]:
        """The likeliest primary class and its probability."""


@dataclass(frozen=True)
class Order:
    """What to prepare: `size` of the square pictures in pixels; `limit`: only so many rows of the table, 0 for all."""

    data: Path
    out: Path
    size: int = 256
    limit: int = 0


def prepare(
    order: Order,
    lexicon: Lexicon,
    classifier: Classifier | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Prepare a corpus and return its report.

    Writes ``pictures/``, ``captions.jsonl`` (one line a picture), ``split.csv`` and ``report.json`` into `order.out`;
    what was done before a stop is kept in ``.journal.jsonl`` and not done again. Raises `CorpusError`, `PictureError`.
    """
    if not 32 <= order.size <= 2048:
        raise CorpusError("The size must be from 32 to 2048 pixels.")
    rows = table(order.data)
    rows = rows[: order.limit] if order.limit else rows
    parts = splitting.split(row for row in rows if row.split in USED_SPLITS)
    with _Journal(order.out, _fingerprint(order, lexicon, classifier)) as journal:
        for place, row in enumerate(rows):
            if progress:
                progress(place, len(rows))
            if row.file not in journal.done:
                journal.add(_record(row, order, lexicon, classifier))
    if progress:
        progress(len(rows), len(rows))
    return _finish(order, [journal.done[row.file] for row in rows], parts)


def _record(row: Row, order: Order, lexicon: Lexicon, classifier: Classifier | None) -> dict[str, Any]:
    """Prepare one picture; its record, or why it was refused."""
    if row.split not in USED_SPLITS:
        return {"file": row.file, "refused": f"kept for another use by the table: {row.split}"}
    source = (order.data / row.file).resolve()
    if not source.is_relative_to(order.data.resolve()):
        return {"file": row.file, "refused": "outside the data folder"}
    try:
        rgb = read_small(source, 4 * order.size)
    except PictureError as error:
        return {"file": row.file, "refused": str(error)}
    if min(rgb.shape[:2]) < SMALLEST:
        return {"file": row.file, "refused": f"smaller than {SMALLEST} pixels"}
    if rgb.reshape(-1, 3).std(axis=0).max() < 2:
        return {"file": row.file, "refused": "shows nothing: it is of a single colour"}
    screened = classifier.classify(rgb) if classifier else None
    if screened and screened[1] < SURE:
        return {"file": row.file, "refused": "of none of the four classes, by the screening"}
    return _written(row, order, lexicon, rgb, source) | {"screened": list(screened) if screened else None}


def _written(row: Row, order: Order, lexicon: Lexicon, rgb: np.ndarray, source: Path) -> dict[str, Any]:
    pixels, frame = framing.prepare(rgb, (order.size, order.size))
    measures = measure(rgb)
    made = caption(row, measures, lexicon)
    digest = sha256_file(source)
    name = f"pictures/{digest[:16]}.webp"
    with appearing(order.out / name) as path:
        Image.fromarray(pixels).save(path, "WEBP", quality=_QUALITY, method=4)
    return {
        "file": row.file,
        "picture": name,
        "sha256": digest,
        "work": row.work,
        "title": row.title,
        "artist": row.artist,
        "period": row.period,
        "terms": made.terms,
        "adjectives": made.adjectives,
        "en": made.text(lexicon, "en"),
        "zh": made.text(lexicon, "zh"),
        "class": lexicon.class_of(made.terms),
        "measures": asdict(measures),
        "frame": asdict(frame),
    }


def _fingerprint(order: Order, lexicon: Lexicon, classifier: Classifier | None) -> str:
    """What a resumed run must share with the one before."""
    rows = (*lexicon.terms.values(), *lexicon.adjectives.values())
    words = json.dumps([(row.id, row.surfaces) for row in rows], ensure_ascii=False)
    told = f"{order.data.resolve()} {order.size} {classifier is not None} {words}"
    return hashlib.sha256(told.encode()).hexdigest()


class _Journal:
    """Records in the order they were made, one JSON a line, so that a stop loses at most the line being written."""

    def __init__(self, out: Path, fingerprint: str) -> None:
        try:
            (out / "pictures").mkdir(parents=True, exist_ok=True)
            path = out / ".journal.jsonl"
            text = path.read_text(encoding="utf-8") if path.is_file() else ""
        except OSError as error:
            raise CorpusError(f"The folder {out} cannot be used: {error.strerror or error}.") from error
        lines = text.split("\n")[:-1]
        if lines and lines[0] != fingerprint:
            raise CorpusError(f"{out} was prepared with other data, size, lexicon or screening; choose a new folder.")
        self.done = {record["file"]: record for record in map(json.loads, lines[1:]) if _is_there(out, record)}
        whole = "".join(f"{line}\n" for line in lines) or f"{fingerprint}\n"
        with appearing(path) as temporary:
            temporary.write_text(whole, encoding="utf-8")
        self._file = path.open("a", encoding="utf-8")

    def add(self, record: dict[str, Any]) -> None:
        """Keep a record."""
        self._file.write(_line(record))
        self._file.flush()
        self.done[record["file"]] = record

    def __enter__(self) -> _Journal:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()


def _is_there(out: Path, record: dict[str, Any]) -> bool:
    return "refused" in record or (out / record["picture"]).is_file()


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def _finish(order: Order, records: list[dict[str, Any]], parts: dict[str, str]) -> dict[str, Any]:
    refused = Counter(record["refused"] for record in records if "refused" in record)
    chosen: dict[str, dict[str, Any]] = {}
    for record in records:
        if "refused" in record:
            continue
        before = chosen.get(record["sha256"])
        if before:
            refused["the same picture twice"] += 1
        if before is None or parts[record["file"]] == splitting.TEST:  # of two, the one kept for testing stays
            chosen[record["sha256"]] = record | {"split": parts[record["file"]]}
    kept = list(chosen.values())
    if not kept:
        raise CorpusError("Not one picture could be prepared; the table and the pictures do not fit together.")
    report = _report(kept, refused, len(records), order)
    with appearing(order.out / "captions.jsonl") as path:
        path.write_text("".join(map(_line, kept)), encoding="utf-8")
    with appearing(order.out / "split.csv") as path, path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["picture", "file", "work", "split"])
        rows.writerows([it["picture"], it["file"], it["work"], it["split"]] for it in kept)
    with appearing(order.out / "report.json") as path:
        path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return report


def _report(kept: list[dict[str, Any]], refused: Counter, rows: int, order: Order) -> dict[str, Any]:
    def count(values: Iterable[Any]) -> dict[str, int]:
        return dict(Counter(map(str, values)).most_common())

    return {
        "rows": rows,
        "prepared": len(kept),
        "refused": dict(refused.most_common()),
        "works": len({it["work"] for it in kept}),
        "split": count(it["split"] for it in kept),
        "split_works": count(part for _work, part in sorted({(it["work"], it["split"]) for it in kept})),
        "frames": count(it["frame"]["rule"] for it in kept),
        "padded": sum(max(it["frame"]["pad"]) > NOTED * order.size for it in kept),
        "classes": count(it["class"] for it in kept),
        "screened": count(it["screened"][0] for it in kept if it["screened"]),
        "terms": count(key for it in kept for key in it["terms"]),
        "adjectives": count(key for it in kept for key in it["adjectives"]),
        "captions": len({it["en"] for it in kept}),
    }
