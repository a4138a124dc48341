"""What is no patch is refused with one sentence, and nothing of it stays."""

import base64
import json
import struct
import uuid
import zlib
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from restoration.drafts import tiles
from restoration.models import DraftPatch

from .conftest import as_json, png, tile

pytestmark = pytest.mark.django_db
GOOD = tile(0, 0, (1, slice(0, 9), slice(0, 9)))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def raw(width=512, height=512, rows=None, after=b"", **header) -> bytes:
    """A gray PNG put together by hand, with a header that may lie."""
    header = {"depth": 8, "colour": 0, "interlaced": 0} | header
    rows = bytes((width + 1) * height) if rows is None else rows
    about = struct.pack(">IIBBBBB", width, height, header["depth"], header["colour"], 0, 0, header["interlaced"])
    data = zlib.compress(rows) + after
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", about) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def saved(image: Image.Image, kind: str = "PNG") -> bytes:
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


def altered() -> bytes:
    data = bytearray(png(GOOD))
    data[-20] ^= 1
    return bytes(data)


NO_PNG, SHAPE, DAMAGED, LABELS = "not a PNG", "8-bit gray PNG of 512 x 512", "damaged", "other than 0 to 4"
BAD = {
    "nothing": (b"", NO_PNG),
    "text": (b"no picture at all", NO_PNG),
    "a JPEG": (saved(Image.fromarray(GOOD), "JPEG"), NO_PNG),
    "far too large": (png(GOOD) + bytes(300_000), NO_PNG),
    "the signature alone": (png(GOOD)[:8], DAMAGED),
    "cut short": (png(GOOD)[:-30], DAMAGED),
    "without its end": (png(GOOD)[:-12], DAMAGED),
    "one bit altered": (altered(), DAMAGED),
    "a pixel too narrow": (png(GOOD[:, 1:]), SHAPE),
    "a row too high": (png(np.zeros((513, 512), np.uint8)), SHAPE),
    "colour": (saved(Image.fromarray(GOOD).convert("RGB")), SHAPE),
    "transparency": (saved(Image.fromarray(GOOD).convert("LA")), SHAPE),
    "a palette": (saved(Image.fromarray(GOOD).convert("P")), SHAPE),
    "16 bits": (saved(Image.fromarray(GOOD.astype(np.uint16))), SHAPE),
    "one bit": (saved(Image.fromarray(GOOD > 0)), SHAPE),
    "interlaced": (raw(interlaced=1), SHAPE),
    "enormous by its header": (raw(65_535, 65_535, rows=b""), SHAPE),
    "too few rows": (raw(rows=bytes(513 * 511)), DAMAGED),
    "a bomb behind the rows": (raw(rows=bytes(200 * 1024**2)), DAMAGED),
    "no stream at all": (raw(rows=b""), DAMAGED),
    "an unknown filter": (raw(rows=(b"\x09" + bytes(512)) * 512), DAMAGED),
    "label 5": (png(np.full((512, 512), 5, np.uint8)), LABELS),
    "label 254": (png(np.full((512, 512), 254, np.uint8)), LABELS),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_tile_is_refused_and_the_good_one_beside_it_too(window, kind):
    data, words = BAD[kind]
    answer = window.patch(as_json(1, 0, GOOD), as_json(0, 0, data))
    assert answer.status_code == 400, answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert words in answer.json()["detail"]
    assert window.get("tiles/").json() == {"revision": 0, "tiles": []}
    assert not DraftPatch.objects.exists()


PLACES = {
    "beside the picture": ([as_json(3, 0, GOOD)], "no tile in column 3, row 0"),
    "below the picture": ([as_json(0, 2, GOOD)], "no tile in column 0, row 2"),
    "before the picture": ([as_json(-1, 0, GOOD)], "tiles.0.x"),
    "an edge tile at full size": ([as_json(2, 0, GOOD)], "PNG of 176 x 512"),
    "the same tile twice": ([as_json(0, 0, GOOD)] * 2, "names each tile once"),
    "no tile": ([], "tiles"),
    "too many tiles": ([as_json(0, 0, b"")] * 601, "tiles"),
    "no base64": ([{"x": 0, "y": 0, "png": "not base64!"}], "tiles.0.png"),
    "a number": ([{"x": 0, "y": 0, "png": 7}], "tiles.0.png"),
    "no png": ([{"x": 0, "y": 0}], "tiles.0.png"),
    "no object": (["tile"], "tiles.0"),
}


@pytest.mark.parametrize("kind", PLACES)
def test_a_tile_in_a_wrong_place_is_refused(window, kind):
    sent, words = PLACES[kind]
    answer = window.patch(*sent)
    assert answer.status_code == 400, answer.json()
    assert words in answer.json()["detail"]
    assert window.get().json()["revision"] == 0


@pytest.mark.parametrize("name", ["", "7", None, []])
def test_a_patch_without_a_name_is_refused(window, name):
    answer = window.post("patches", {"patch": name, "tiles": [as_json(0, 0, GOOD)]})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["patch"])


@pytest.mark.parametrize("body", ["[]", "7", "null", '"text"', "{", "\ud800".encode("utf-8", "surrogatepass")])
def test_a_body_that_is_no_patch_is_refused(window, body):
    address = f"/api/v1/mask-drafts/{window.draft}/patches/"
    assert window.client.post(address, body, content_type="application/json").status_code == 400


def test_a_body_too_large_is_refused(window):
    address = f"/api/v1/mask-drafts/{window.draft}/patches/"
    answer = window.client.post(address, b" " * (16 * 1024**2 + 1), content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]) == (413, "A patch has up to 16 MB.")


def test_a_body_of_many_megabytes_is_taken_in(window):
    """More than Django takes of a form."""
    address = f"/api/v1/mask-drafts/{window.draft}/patches/"
    body = json.dumps({"patch": str(uuid.uuid4()), "tiles": [as_json(0, 0, GOOD)]})
    answer = window.client.post(address, body + " " * (15 * 1024**2), content_type="application/json")
    assert (answer.status_code, window.labels().sum()) == (200, 81)


@pytest.mark.parametrize("since", ["x", "-1", "1.5", "99999999999999999999"])
def test_since_is_a_revision(window, since):
    assert window.get("tiles/", since=since).status_code == 400


@pytest.mark.parametrize("fields", [{"feather": 65}, {"feather": -1}, {"feather": "soft"}, {"note": "x" * 501}])
def test_a_wrong_note_or_feather_saves_nothing(window, fields):
    window.patch(as_json(0, 0, GOOD))
    assert window.post("save", fields).status_code == 400
    assert window.get().json()["feather"] == 0


def test_what_is_unpacked_of_a_tile_is_bounded_by_its_size(monkeypatch):
    """However much a stream would give, no more than a tile is asked of it."""
    asked = []
    real = zlib.decompressobj

    class Counting:
        def __init__(self):
            self.real = real()

        def decompress(self, data, most=0):
            asked.append(most)
            return self.real.decompress(data, most)

        eof = property(lambda self: self.real.eof)

    monkeypatch.setattr(tiles.zlib, "decompressobj", Counting)
    with pytest.raises(tiles.UserError, match="damaged"):
        tiles.decode_patch(raw(rows=bytes(50 * 1024**2)), (512, 512))
    assert asked == [513 * 512 + 1]


def test_text_beside_the_pixels_is_left_unread(window):
    """Such as a compressed note, which could be a bomb of its own."""
    data = png(GOOD)
    note = chunk(b"zTXt", b"note\x00\x00" + zlib.compress(bytes(10 * 1024**2)))
    with_note = data[:33] + note + data[33:]
    answer = window.patch({"x": 0, "y": 0, "png": base64.b64encode(with_note).decode()}, name=uuid.uuid4())
    assert answer.status_code == 200, answer.json()
    assert window.labels().sum() == 81
