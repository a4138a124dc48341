"""Reading tables of catalogue data: CSV as spreadsheets write it anywhere, and XLSX. Cells become bounded text.

Nothing is calculated: of a formula the value counts that its program stored last.
"""

import csv
import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.errors import UserError

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 5 << 20, 2000, 60, 5000
MOST_UNPACKED, MOST_MEMBERS = 80 << 20, 500  # of an XLSX, which is a ZIP
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",;\t"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """`columns`: the first row that is not empty; `rows`: (line in the file, cells), each as long as `columns`."""

    columns: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(data: bytes) -> Table:
    """Read a table by its content. Raises `UserError`, one sentence, for what is no table or too large."""
    if len(data) > MOST_BYTES:
        raise UserError(too_large())
    try:
        return _table(_xlsx(data) if data.startswith(b"PK\x03\x04") else _csv(data))
    except (csv.Error, UnicodeDecodeError) as error:
        raise UserError(_("The table cannot be read; save it as CSV (UTF-8) or XLSX.")) from error


def too_large() -> str:
    """Why a table is not even read."""
    return _("The table is larger than %(limit)s MB.") % {"limit": MOST_BYTES >> 20}


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def write_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """A CSV that spreadsheets open with its Chinese intact and no cell run as a formula."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _table(lines: Iterable[tuple[int, list[str]]]) -> Table:
    filled = ((number, cells) for number, cells in lines if any(cells))
    _first, columns = next(filled, (0, []))
    while columns and not columns[-1]:
        columns.pop()
    if not columns:
        raise UserError(_("The table is empty."))
    if len(columns) > MOST_COLUMNS:
        raise UserError(_("The table has more than %(limit)s columns.") % {"limit": MOST_COLUMNS})
    rows: list[tuple[int, list[str]]] = []
    for number, cells in filled:
        if len(rows) == MOST_ROWS:
            raise UserError(_("The table has more than %(limit)s rows; bring them in in parts.") % {"limit": MOST_ROWS})
        rows.append((number, (cells + [""] * len(columns))[: len(columns)]))
    return Table(columns, rows)


def _csv(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(data)
    if "\0" in text:
        raise csv.Error("binary data")
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for cells in reader:
        yield reader.line_num, [_text(cell) for cell in cells]


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode(ENCODINGS[0])
    except UnicodeDecodeError:
        return data.decode(ENCODINGS[1])


def _xlsx(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet. What it unpacks to is bounded before anything is unpacked."""
    from openpyxl import load_workbook

    _check_unpacked(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        shown = book.worksheets[0].iter_rows(max_row=MOST_ROWS * 2, max_col=MOST_COLUMNS + 1, values_only=True)
        yield from ((number, [_text(cell) for cell in cells]) for number, cells in enumerate(shown, start=1))
    except Exception as error:  # openpyxl raises whatever its parsing meets in a broken file
        raise UserError(_("The table cannot be read; save it as CSV (UTF-8) or XLSX.")) from error


def _check_unpacked(data: bytes) -> None:
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except zipfile.BadZipFile as error:
        raise UserError(_("The table cannot be read; save it as CSV (UTF-8) or XLSX.")) from error
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise UserError(_("The table unpacks to more than this site takes; save it as CSV."))


def _text(value: Any) -> str:
    """A cell as the same text whether it comes from CSV or XLSX."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    text = "".join(c for c in str(value) if c.isprintable() or c in "\n\t").strip()[:MOST_CHARACTERS]
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
