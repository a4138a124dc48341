"""`manage.py import_folder`: the same checks, the same works, and nothing twice."""

import pytest
from django.core.management import CommandError, call_command

from portal.catalogue.models import Artwork
from tests.factories import painted, person, picture_bytes


@pytest.fixture
def folder(tmp_path):
    """Two photographs, one below, a table, and things that are none."""
    folder = tmp_path / "scans"
    (folder / "below").mkdir(parents=True)
    (folder / "a.png").write_bytes(picture_bytes(painted(seed=1)))
    (folder / "below" / "b.png").write_bytes(picture_bytes(painted(seed=2)))
    (folder / ".hidden.png").write_bytes(b"")
    (folder / "works.csv").write_text("File,Title,Period\na.png,Hills,ming\nb.png,River,\n")
    return folder


def bring(folder, collection, *options, user="curie", capsys=None):
    call_command("import_folder", str(folder), "--collection", str(collection.pk), "--user", user, *map(str, options))


@pytest.fixture
def curie(collection, periods):
    return person("curator", collection, username="curie")


@pytest.fixture
def periods(db):
    from importlib import import_module

    from django.apps import apps

    from portal.catalogue.models import Period

    if not Period.objects.exists():
        import_module("portal.catalogue.migrations.0003_periods").add(apps, None)


def test_a_folder_with_its_table_comes_in_once(folder, collection, curie, capsys):
    bring(folder, collection, "--table", folder / "works.csv")
    assert "2 brought in, 0 there already, 0 left out." in capsys.readouterr().out
    hills = Artwork.objects.get(title="Hills")
    assert (hills.period.key, hills.master.original_name, hills.created_by) == ("ming", "a.png", curie)
    bring(folder, collection, "--table", folder / "works.csv")
    assert "0 brought in, 2 there already" in capsys.readouterr().out
    assert Artwork.objects.count() == 2


def test_a_dry_run_writes_nothing(folder, collection, curie, capsys):
    bring(folder, collection, "--dry-run")
    assert "2 ready" in capsys.readouterr().out
    assert Artwork.objects.count() == 0


def test_what_is_wrong_is_said_and_the_rest_comes_in(folder, collection, curie, capsys):
    (folder / "notes.png").write_text("no picture")
    (folder / "works.csv").write_text("File,Title,Period\na.png,Hills,Atlantis\nb.png,River,\nc.png,Sky,\n")
    with pytest.raises(CommandError, match="3 of 4 works"):
        bring(folder, collection, "--table", folder / "works.csv")
    out = capsys.readouterr().out
    for words in (
        "a.png, line 2: Period: There is no period",
        "c.png, line 4: There is no file",
        "notes.png: No row names it",
    ):
        assert words in out
    assert list(Artwork.objects.values_list("title", flat=True)) == ["River"]


def test_a_collection_may_be_called_by_its_name(folder, collection, curie):
    call_command("import_folder", str(folder), "--collection", collection.name, "--user", "curie", "--dry-run")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"user": "nobody"}, "nobody called"),
        ({"collection": "No such"}, "no collection called"),
        ({"folder": "/no/such/folder"}, "no folder"),
        ({"table": "/no/such/table.csv"}, "cannot be used"),
        ({"user": "reader"}, "roles do not allow"),
    ],
)
def test_a_mistake_is_one_sentence(folder, collection, curie, change, words):
    person("consultant", collection, username="reader")
    given = {"folder": str(folder), "collection": str(collection.pk), "user": "curie", **change}
    options = ["--collection", given["collection"], "--user", given["user"]]
    options += ["--table", given["table"]] if "table" in given else []
    with pytest.raises(CommandError, match=words):
        call_command("import_folder", given["folder"], *options)
    assert Artwork.objects.count() == 0
