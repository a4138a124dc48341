"""The dry run: every problem of every row is said, and nothing is written."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.catalogue.models import Artwork
from portal.uploads import checking
from portal.uploads.checking import Found, check
from portal.uploads.tables import read_table
from tests.factories import ArtworkFactory

A, B = Found("1", "a.tif", "a" * 64, "TIFF"), Found("2", "b.tif", "b" * 64, "TIFF")


def dry_run(collection, text, files=(A, B)):
    return check(collection, list(files), read_table(text.encode()) if text else None)


def said(report) -> list[str]:
    return [*report.problems, *report.notices, *(it for line in report.lines for it in line.problems + line.notices)]


def test_rows_and_files_that_fit_are_ready(collection):
    report = dry_run(collection, "File,Title,Dynasty,Height (cm),sacred\na.tif,Hills,Ming,53.5,yes\nB.TIF,River,,,\n")
    assert said(report) == []
    first, second = report.ready
    assert first.fields["period"].key == "ming"
    assert (first.fields["height_mm"], first.fields["sacred"]) == (535, True)
    assert (second.file, second.fields["period"]) == (B, None)
    assert Artwork.objects.count() == 0


def test_without_a_table_each_file_becomes_a_work_of_its_name(collection):
    report = dry_run(collection, "", [Found("1", "river_and_sky.tif", "a" * 64)])
    assert [line.fields for line in report.ready] == [{"title": "river and sky"}]


@pytest.mark.parametrize(
    "name", ["a.tif", "A.TIF", "a", "scans/2026/a.tif", "D:\\scans\\a.tif"]
)  # fmt: skip
def test_a_file_is_found_by_its_name_however_it_is_written(collection, name):
    assert dry_run(collection, f"File,Title\n{name},x\n", [A]).ready[0].file is A


def test_chinese_columns_and_values_mean_the_same(collection):
    chinese = "文件名,题名,朝代,高（毫米）,权利,宗教图像\na.tif,雨后群山,明代,1200,公有领域标识,是\n"
    english = "File,Title,Period,Height mm,Rights,Sacred\na.tif,雨后群山,ming,1200,Public domain mark,yes\n"
    (one,), (two,) = dry_run(collection, chinese, [A]).ready, dry_run(collection, english, [A]).ready
    assert one.fields == two.fields


@pytest.mark.parametrize("name", ["ming", "Ming", "Ming dynasty", "MING DYNASTY", "明", "明代", "明朝"])
def test_a_period_is_known_by_the_names_people_use(collection, name):
    report = dry_run(collection, f"File,Title,Period\na.tif,x,{name}\n", [A])
    assert report.ready[0].fields["period"].key == "ming"


PROBLEMS = {
    "unknown column": ("File,Title,Price\na.tif,x,5\nb.tif,y,6\n", "column “Price” is unknown"),
    "misspelt column": ("File,Titel\na.tif,x\nb.tif,y\n", "Did you mean “title”"),
    "no column of files": ("Title\nx\n", "No column holds the file names"),
    "two columns of the same": ("File,Title,题名\na.tif,x,y\nb.tif,x,y\n", "These columns mean the same"),
    "unknown period": ("File,Title,Period\na.tif,x,Atlantis\n", "no period called “Atlantis”"),
    "misspelt period": ("File,Title,Period\na.tif,x,mingg\n", "Did you mean “ming”"),
    "no number": ("File,Title,Height mm\na.tif,x,tall\n", "“tall” is not a number"),
    "negative number": ("File,Title,Height mm\na.tif,x,-5\n", "“-5” is not a number above zero"),
    "half a millimetre": ("File,Title,Height mm\na.tif,x,5.5\n", "not a whole number"),
    "infinite number": ("File,Title,Height cm\na.tif,x,inf\n", "“inf” is not a number"),
    "too large a number": ("File,Title,Height mm\na.tif,x,2000000\n", "Height (mm): "),
    "no yes and no no": ("File,Title,Sacred\na.tif,x,perhaps\n", "neither yes nor no"),
    "unknown rights": ("File,Title,Rights\na.tif,x,mine\n", "“mine” is no rights statement"),
    "no title": ("File,Title\na.tif,\n", "Title: "),
    "too long a title": (f"File,Title\na.tif,{'x' * 301}\n", "Title: "),
    "double accession": ("File,Title,Accession\na.tif,x,7\nb.tif,y,7\n", "Other rows have the accession number 7"),
    "accession taken": ("File,Title,Accession\na.tif,x,1950.1\n", "“Taken” has the accession number 1950.1 already"),
    "file missing": ("File,Title\nc.tif,x\n", "There is no file called “c.tif”"),
    "no file named": ("File,Title\n,x\n", "The row names no file"),
    "file without a row": ("File,Title\na.tif,x\n", "No row names it"),
    "same file twice": ("File,Title\na.tif,x\nA.TIF,y\n", "The same file is named in line 3"),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_problem_is_said(collection, name):
    ArtworkFactory(collection=collection, title="Taken", accession_number="1950.1", master=None)
    text, words = PROBLEMS[name]
    report = dry_run(collection, text)
    assert any(words in sentence for sentence in said(report)), said(report)
    if "column" not in name:
        assert any(words in problem for line in report.wrong for problem in line.problems)
        assert len(report.ready) + len(report.wrong) == len(report.lines)
    assert Artwork.objects.count() == 1


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([Found("1", "a.tif", "", problem="The file is empty.")], "The file is empty."),
        ([Found("1", "a.tif", "", here=False)], "not arrived completely"),
        ([A, Found("3", "A.tif", "c" * 64)], "2 files are called “a.tif”"),
    ],
)
def test_problems_of_files_are_said_in_their_rows(collection, files, words):
    report = dry_run(collection, "File,Title\na.tif,x\n", files)
    assert words in " ".join(report.lines[0].problems)
    assert report.ready == []


def test_the_same_picture_under_two_names_is_brought_in_once(collection):
    report = dry_run(collection, "File,Title\na.tif,x\nc.tif,y\n", [A, Found("3", "c.tif", A.sha256)])
    assert [line.ready for line in report.lines] == [True, False]
    assert "the same picture as “a.tif”" in report.lines[1].problems[0]


def test_all_problems_of_a_row_are_said_at_once(collection):
    line = dry_run(collection, "File,Title,Period,Height mm\nc.tif,,Atlantis,tall\n", []).lines[0]
    assert len(line.problems) == 4


def test_what_was_brought_in_already_is_neither_ready_nor_wrong(collection, artwork):
    there = Found("1", "a.tif", "a" * 64, artwork=artwork)
    report = dry_run(collection, "File,Title,Accession\na.tif,,7\n", [there])
    assert (report.ready, report.wrong, len(report.done)) == ([], [], 1)


def test_a_notice_of_a_file_does_not_keep_it_out(collection):
    many = Found("1", "a.tif", "a" * 64, notice="The file holds 3 pages; look at it.")
    report = dry_run(collection, "", [many])
    assert "3 pages" in report.ready[0].notices[0]


def test_a_dry_run_asks_as_much_for_many_rows_as_for_one(collection):
    def queries(count):
        rows = "".join(f"{number}.tif,x,A{number}\n" for number in range(count))
        files = [Found(str(number), f"{number}.tif", f"{number:064}") for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            assert len(dry_run(collection, "File,Title,Accession\n" + rows, files).ready) == count
        return len(captured)

    assert queries(50) == queries(1) <= 3


@pytest.fixture(autouse=True)
def _periods(db):
    """The periods of the migration, which the flush after any transactional test takes along."""
    from importlib import import_module

    if not checking.Period.objects.exists():
        import_module("portal.catalogue.migrations.0003_periods").add(apps, None)
