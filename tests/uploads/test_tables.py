"""Tables as spreadsheets write them, and those that would do harm."""

import csv
import datetime
import io
import zipfile

import openpyxl
import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import UserError
from portal.uploads import columns, tables
from portal.uploads.tables import read_table, write_csv

ROWS = [["File name", "Title", "Height (mm)"], ["a.tif", "雨後群山", "1200"], ["b.tif", "Two, “quoted”", ""]]


def xlsx(rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain(rows, delimiter=",", encoding="utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


@pytest.mark.parametrize(
    "data",
    [
        plain(ROWS),
        plain(ROWS, encoding="utf-8-sig"),
        plain(ROWS, encoding="utf-16"),
        plain(ROWS, delimiter=";"),
        plain(ROWS, delimiter="\t"),
        xlsx(ROWS),
        xlsx([ROWS[0], ["a.tif", "雨後群山", 1200], ["b.tif", "Two, “quoted”", None]]),
        xlsx([ROWS[0], ["a.tif", "雨後群山", 1200.0], ROWS[2]]),
        b"\n\n" + plain(ROWS),
    ],
)
def test_every_way_of_writing_a_table_reads_the_same(data):
    table = read_table(data)
    assert table.columns == ROWS[0]
    assert [cells for _number, cells in table.rows] == ROWS[1:]


def test_chinese_spreadsheets_write_their_own_encoding():
    assert read_table("文件名,题名\na.tif,雨后群山\n".encode("gb18030")).rows == [(2, ["a.tif", "雨后群山"])]


def test_the_lines_are_those_of_the_file():
    assert [number for number, _cells in read_table(b"File\na\n\n\nb\n").rows] == [2, 5]
    assert [number for number, _cells in read_table(xlsx([["File"], ["a"], [], ["b"]])).rows] == [2, 4]


def test_cells_of_a_spreadsheet_become_the_text_one_sees():
    table = read_table(xlsx([["a", "b", "c", "d", "e"], ["x", True, 3.5, datetime.datetime(1523, 4, 1), "=1+1"]]))
    assert table.rows[0][1] == ["x", "yes", "3.5", "1523-04-01", ""]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b" " * (tables.MOST_UNPACKED + 1))
    return out.getvalue()


def far_away() -> bytes:
    """A sheet whose only cells claim to stand at its far corner."""
    data, out = xlsx([["a"], ["b"]]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.endswith("sheet1.xml"):
                text = text.replace(b'r="2"', b'r="1048576"').replace(b'r="A2"', b'r="XFD1048576"')
            new.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "cannot be read"),
        (b"a\x00b,c", "cannot be read"),
        (b'File\n"never closed', "cannot be read"),
        (b"PK\x03\x04" + bytes(100), "cannot be read"),
        (xlsx(ROWS)[:-100], "cannot be read"),
        (bomb(), "unpacks"),
        (b"File\n" + b"a\n" * (tables.MOST_ROWS + 1), "2000 rows"),
        (xlsx([["File"]] + [["a"]] * (tables.MOST_ROWS + 1)), "2000 rows"),
        (b"a," * tables.MOST_COLUMNS + b"a\n", "60 columns"),
        (b"a" * (tables.MOST_BYTES + 1), "larger than 5 MB"),
    ],
)
def test_what_is_no_table_or_too_much_is_refused_with_a_sentence(data, words):
    with pytest.raises(UserError, match=words):
        read_table(data)


def test_a_sheet_that_claims_a_far_corner_costs_nothing():
    assert read_table(far_away()).rows == []


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), min_size=1, max_size=4))
def test_no_cell_that_is_written_is_run(rows):
    text = write_csv([["File", "Title"], *rows]).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not any(cell.startswith(tables.FORMULA) for cell in cells)


@pytest.mark.parametrize("name", ["=cmd().tif", "+1.tif", "-1.tif", "@a.tif"])
def test_a_name_that_is_a_formula_is_guarded_and_found_again(name):
    data = write_csv([["File", "Title"], [name, "x"]])
    assert f"'{name}" in data.decode("utf-8-sig")
    assert read_table(data).rows[0][1] == [name, "x"]


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("File name", "file"), ("filename", "file"), ("FILE_NAME", "file"), ("文件名", "file"), ("图像", "file"),
        ("Title", "title"), ("题名", "title"), ("Chinese title", "title_zh"), ("title_zh", "title_zh"),
        ("Dynasty", "period"), ("朝代", "period"), ("年代", "date_text"), ("height_mm", "height_mm"),
        ("Height (mm)", "height_mm"), ("高（毫米）", "height_mm"), ("纵（厘米）", "height_cm"),
        ("Width cm", "width_cm"),
        ("Accession No.", "accession_number"), ("藏品号", "accession_number"), ("sacred", "sacred"), ("price", None),
    ],
)  # fmt: skip
def test_columns_are_known_by_many_names(column, field):
    assert columns.field_of(column) == field


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_heading_of_the_template_is_understood(language):
    with override(language):
        headings = columns.headings()
    assert [columns.field_of(heading) for heading in headings] == ["file", *columns.ARTWORK_FIELDS]
