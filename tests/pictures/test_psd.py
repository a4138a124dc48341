"""Photoshop documents: the merged picture as it is in the file, and everything odd refused with a sentence."""

import struct

import numpy as np
import pytest
from psd_tools.compression import encode_rle

from gpu_workers.pictures import (
    Picture,
    PictureError,
    make_pyramid,
    make_thumbnail,
    output_suffix,
    probe,
    read,
    read_small,
    strips,
    verify,
    write,
)
from gpu_workers.pictures.pyramid import PyramidReader
from tests.pictures.profiles import matrix_profile

MODES = {"bitmap": 0, "gray": 1, "indexed": 2, "rgb": 3, "cmyk": 4, "lab": 9}


def resource(key: int, data: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HxxI", key, len(data)) + data + b"\0" * (len(data) % 2)


def psd(planes, mode="rgb", *, rle=False, big=False, resources=b"", layers=b"", depth=None, size=None, packing=None):
    """The bytes of a document, by the published format: planes (C, H, W) uint8 or uint16."""
    count, height, width = planes.shape
    height, width = size or (height, width)
    depth = depth or planes.itemsize * 8
    raw = planes.astype(planes.dtype.newbyteorder(">")).tobytes()
    version = 2 if big else 1
    body = encode_rle(raw, width, height * count, depth, version) if rle else raw
    packing = int(rle) if packing is None else packing
    head = b"8BPS" + struct.pack(">H6xHIIHH", version, count, height, width, depth, MODES[mode])
    section = struct.pack(">Q" if big else ">I", len(layers)) + layers
    return head + struct.pack(">II", 0, len(resources)) + resources + section + struct.pack(">H", packing) + body


def painted(bands=3, dtype=np.uint8, height=40, width=51):
    return np.random.default_rng(bands).integers(0, np.iinfo(dtype).max, (bands, height, width), dtype, endpoint=True)


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("rle", [False, True])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(("mode", "bands"), [("rgb", 3), ("gray", 1)])
def test_the_merged_picture_is_read_exactly(tmp_path, mode, bands, dtype, rle, big):
    path, planes = tmp_path / "a.psd", painted(bands, dtype)
    path.write_bytes(psd(planes, mode, rle=rle, big=big, layers=b"layers are skipped "))
    info = verify(path)
    assert (info.format, info.width, info.height, info.bands) == ("psd", 51, 40, bands)
    assert info.bit_depth == planes.itemsize * 8
    np.testing.assert_array_equal(read(path).pixels, planes.transpose(1, 2, 0))
    np.testing.assert_array_equal(np.concatenate([it for _top, it in strips(path, info, 16)]), read(path).pixels)


def test_channels_beyond_the_colours_are_left_alone(tmp_path):
    path, planes = tmp_path / "a.psd", painted(5)
    for rle in (False, True):
        path.write_bytes(psd(planes, rle=rle))
        np.testing.assert_array_equal(read(path).pixels, planes[:3].transpose(1, 2, 0))


def test_profile_and_resolution_are_kept_and_what_is_written_is_a_tiff(tmp_path):
    icc = matrix_profile()
    resources = resource(1005, struct.pack(">IHHIHH", 300 << 16, 1, 1, 300 << 16, 1, 1)) + resource(1039, icc)
    path = tmp_path / "a.psd"
    path.write_bytes(psd(painted(dtype=np.uint16), resources=resources))
    picture = read(path)
    assert (picture.info.icc, picture.info.dpi) == (icc, (300.0, 300.0))
    assert picture.info.icc_name == "made for tests"
    assert picture.info.notices
    assert output_suffix(picture.info) == ".tif"
    write(Picture(picture.pixels, picture.info), tmp_path / "out.tif")
    out = read(tmp_path / "out.tif")
    np.testing.assert_array_equal(out.pixels, picture.pixels)
    assert (out.info.icc, out.info.dpi, out.info.format) == (icc, (300.0, 300.0), "tiff")


def test_resolution_by_the_centimetre_is_told_by_the_inch(tmp_path):
    path = tmp_path / "a.psd"
    path.write_bytes(psd(painted(), resources=resource(1005, struct.pack(">IHHIHH", 100 << 16, 2, 2, 100 << 16, 2, 2))))
    assert probe(path).dpi == (254.0, 254.0)


def test_deep_zoom_and_thumbnails_are_made_of_it(tmp_path):
    path = tmp_path / "a.psd"
    path.write_bytes(psd(painted(width=700, height=500), rle=True))
    make_pyramid(path, tmp_path / "p.tif")
    assert PyramidReader(tmp_path / "p.tif").width == 700
    make_thumbnail(path, tmp_path / "t.webp", 100)
    assert probe(tmp_path / "t.webp").width == 100
    assert read_small(path, 70).shape == (50, 70, 3)


NO_COMPOSITE = resource(1057, struct.pack(">IB", 1, 0) + struct.pack(">II", 0, 0) + struct.pack(">I", 1))
WHOLE = psd(painted(), rle=True)
BAD = {
    "cmyk": (psd(painted(4), "cmyk"), "CMYK"),
    "lab": (psd(painted(), "lab"), "Lab"),
    "indexed": (psd(painted(1), "indexed"), "neither RGB nor gray"),
    "bitmap": (psd(painted(1), "bitmap", depth=1), "neither RGB nor gray"),
    "two channels of three": (psd(painted(2)), "neither RGB nor gray"),
    "32 bits": (psd(painted(), depth=32), "32 bits"),
    "layers only": (psd(painted(), resources=NO_COMPOSITE), "layers only"),
    "zipped": (psd(painted(), packing=2), "packed in a way"),
    "unknown packing": (psd(painted(), packing=9), "packed in a way"),
    "cut raw": (psd(painted())[:-100], "cut short"),
    "cut packed": (WHOLE[:-100], "cut short"),
    "cut lengths": (WHOLE[:60], "cut short"),
    "header alone": (WHOLE[:20], "cut short"),
    "magic alone": (b"8BPS", "cut short"),
    "too many pixels": (psd(painted(), size=(30_000, 30_000)), "900.0 megapixels"),
    "promises more than there is": (psd(painted(), size=(4000, 4000)), "cut short"),
    "parts without an end": (psd(painted()).replace(bytes(8), struct.pack(">I", 2**31) * 2, 1), "cut short"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_taken_is_refused_with_one_sentence(tmp_path, name):
    path = tmp_path / "a.psd"
    path.write_bytes(BAD[name][0])
    with pytest.raises(PictureError, match=BAD[name][1]) as refusal:
        verify(path)
    assert str(refusal.value).endswith(".")
