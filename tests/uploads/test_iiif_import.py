"""Works of other museums by their manifests; no address that a person, a manifest or a redirect names leads inside."""

import json
import socket
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command

from portal.catalogue.models import Artwork, Picture, Rights
from portal.errors import UserError
from portal.uploads.iiif.fetching import Bounds, fetch
from portal.uploads.iiif.importing import import_iiif
from portal.uploads.iiif.manifests import ManifestError, described
from tests.uploads.museum import hang, second, third

BOUNDS = Bounds(10_000, 20, ("text/plain",))


# --- manifests ----------------------------------------------------------------------------------------------------


def test_a_manifest_of_presentation_3_becomes_a_work(museum, collection):
    url = hang(museum, third(museum.at("/image/")))
    artwork = import_iiif(collection.created_by, collection, url)
    assert (artwork.title, artwork.title_zh, artwork.maker) == ("Pines in mist", "雾松", "Ma Yuan")
    assert (artwork.date_text, artwork.accession_number) == ("南宋", "1923.14")
    assert (artwork.credit_line, artwork.rights) == ("Gift of the river", Rights.CC0)
    assert (artwork.master.width, artwork.master.height, artwork.master.format) == (96, 64, "jpeg")


def test_a_manifest_of_presentation_2_becomes_a_work(museum, collection):
    url = hang(museum, second(museum.at("/image")), "/image/full/full/0/default.jpg")
    artwork = import_iiif(collection.created_by, collection, url)
    assert (artwork.title, artwork.title_zh, artwork.maker, artwork.medium) == ("Pines", "雾松", "Ma Yuan", "ink")
    assert artwork.rights == Rights.IN_COPYRIGHT


@pytest.mark.parametrize(
    "junk",
    [
        [], "text", 3, None, {}, {"type": "Manifest"}, {"type": "Manifest", "items": [{"items": [{}]}]},
        {"type": "Manifest", "items": "x"}, third("https://x") | {"items": [{"items": [{"items": [{"body": 3}]}]}]},
        {"@type": "sc:Manifest", "sequences": [{"canvases": [{"images": [{"resource": {"@id": 7}}]}]}]},
    ],
)  # fmt: skip
def test_what_is_no_manifest_is_refused(junk):
    with pytest.raises(ManifestError):
        described(junk)


def test_odd_labels_do_no_harm():
    found = described(
        third("https://x/i", label={"none": ["A"], "en": 3}, metadata=[3, {"label": None}, {}], rights=[7])
    )
    assert found.title() == "A"
    assert (found.rights, found.fields) == ("", {})
    assert len(described(third("https://x/i", label="y" * 99_999)).title()) == 2000


def test_nothing_half_written_stays(museum, collection):
    museum.table["/image/full/max/0/default.jpg"] = (200, {"Content-Type": "image/jpeg"}, b"no picture")
    manifest = json.dumps(third(museum.at("/image"))).encode()
    museum.table["/manifest"] = (200, {"Content-Type": "application/json"}, manifest)
    with pytest.raises(UserError):
        import_iiif(collection.created_by, collection, museum.at("/manifest"))
    assert (Artwork.objects.count(), Picture.objects.count()) == (0, 0)


def test_the_command_names_what_was_not_brought_in(museum, collection, capsys):
    url = hang(museum, third(museum.at("/image")))
    about = {"collection": str(collection.pk), "user": collection.created_by.username}
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("import_iiif", url, museum.at("/none"), **about)
    said = capsys.readouterr().out
    assert "Pines in mist" in said
    assert "answers 404" in said
    with pytest.raises(CommandError, match="no such"):
        call_command("import_iiif", url, **(about | {"user": "nobody"}))


# --- fetching -----------------------------------------------------------------------------------------------------

INSIDE = [
    "https://127.0.0.1/x", "https://127.1/x", "https://0.0.0.0/x", "https://10.1.2.3/x", "https://172.16.0.1/x",
    "https://192.168.1.1/x", "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/x", "https://[::1]/x",
    "https://[fd12:3456::1]/x", "https://[::ffff:127.0.0.1]/x", "https://2130706433/x", "https://0x7f000001/x",
    "http://93.184.216.34/x", "file:///etc/passwd", "ftp://museum.example/x", "gopher://museum.example/x", "//x", "",
    "https://user:word@museum.example/x", "https://museum.example\\@127.0.0.1/x", "https://museum.example/\r\nHost: x",
]  # fmt: skip


@pytest.fixture
def nobody(monkeypatch):
    """Every connection is refused, and remembered."""
    connected = []

    def create_connection(address, timeout=None):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", create_connection)
    return connected


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_that_leads_inside_is_not_connected_to(url, nobody):
    with pytest.raises(UserError):
        fetch(url, BytesIO(), BOUNDS)
    assert nobody == []


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"])
def test_a_name_that_resolves_inside_is_not_connected_to(address, nobody, monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in ("93.184.216.34", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: found)
    with pytest.raises(UserError, match="private network"):
        fetch("https://museum.example/x", BytesIO(), BOUNDS)
    assert nobody == []


def test_the_address_that_was_judged_is_the_one_that_is_connected_to(nobody, monkeypatch):
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *args, **options: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in next(answers)],
    )
    with pytest.raises(UserError, match="could not be reached"):
        fetch("https://museum.example/x", BytesIO(), BOUNDS)
    assert nobody == [("93.184.216.34", 443)]


@pytest.mark.parametrize(
    "inside", ["http://169.254.169.254/", "https://10.0.0.1/", "file:///etc/passwd", "//localhost:1/"]
)
def test_a_redirect_that_leads_inside_is_not_followed(inside, museum):
    museum.table["/a"] = (302, {"Location": inside}, b"")
    with pytest.raises(UserError):
        fetch(museum.at("/a"), BytesIO(), BOUNDS)
    assert museum.asked == ["/a"]


def test_a_manifest_that_names_a_picture_inside_brings_nothing(museum, collection):
    url = hang(museum, third("http://169.254.169.254/latest"))
    with pytest.raises(UserError, match="cannot be fetched"):
        import_iiif(collection.created_by, collection, url)


def test_redirects_are_followed_and_not_for_ever(museum):
    museum.table |= {
        "/a": (301, {"Location": "/b"}, b""),
        "/b": (200, {}, b"here"),
        "/c": (302, {"Location": "/c"}, b""),
    }
    out = BytesIO()
    assert fetch(museum.at("/a"), out, BOUNDS) == museum.at("/b")
    assert out.getvalue() == b"here"
    with pytest.raises(UserError, match="on and on"):
        fetch(museum.at("/c"), BytesIO(), BOUNDS)
    assert museum.asked.count("/c") == 4


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((500, {}, b""), "answers 500"),
        ((200, {"Content-Type": "text/html"}, b"x"), "not what is needed"),
        ((200, {"Content-Encoding": "gzip"}, b"x"), "not what is needed"),
        ((200, {}, b"x" * 10_001), "more than"),
        ((200, {"Content-Length": ""}, b"x" * 10_001), "more than"),
        ((200, {"Content-Length": "999999999"}, b"x"), "more than"),
        ((200, {"Content-Length": "5000"}, b"cut short"), "broke off"),
    ],
)
def test_what_is_not_wanted_is_refused_with_its_reason(answer, words, museum):
    museum.table["/a"] = answer
    with pytest.raises(UserError, match=words):
        fetch(museum.at("/a"), BytesIO(), BOUNDS)


def test_who_takes_too_long_is_left(museum):
    museum.table["/slow"] = (200, {"Content-Length": "100"}, b"x" * 100)
    with pytest.raises(UserError, match="too long"):
        fetch(museum.at("/slow"), BytesIO(), Bounds(1000, 1, ("text/plain",)))


def test_only_who_may_add_works_brings_them_in(museum, collection, stranger):
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        import_iiif(stranger, collection, museum.at("/manifest"))
    assert museum.asked == []
