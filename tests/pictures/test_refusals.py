"""Every bad input is refused with one sentence, before harm is done and with nothing left behind."""

import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
import tifffile
from PIL import Image

from gpu_workers.pictures import Limits, Picture, PictureError, PictureInfo, probe, read, verify, write

RGB = np.random.default_rng(1).integers(0, 256, (40, 50, 3), dtype=np.uint8)


def png_header(width, height, *extra):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunk(*pair) for pair in extra)


def pillow(path, array=RGB, mode=None, **options):
    image = Image.fromarray(array)
    (image.convert(mode) if mode else image).save(path, **options)


def cut(path, **options):
    pillow(path, **options)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def tiff(path, array=RGB, **options):
    tifffile.imwrite(path, array, **options)


def frames(path):
    first, second = Image.fromarray(RGB), Image.fromarray(RGB[::-1].copy())
    first.save(path, save_all=True, append_images=[second])


BAD = {
    "empty.png": (lambda p: p.write_bytes(b""), "empty"),
    "text.png": (lambda p: p.write_text("not a picture at all"), "not a picture"),
    "svg.png": (lambda p: p.write_text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'), "SVG"),
    "page.png": (lambda p: p.write_text("<html><script>alert(1)</script></html>"), "not a picture"),
    "a.gif": (lambda p: pillow(p, mode="P"), "GIF"),
    "a.bmp": (pillow, "bitmap"),
    "a.psd": (lambda p: p.write_bytes(b"8BPS\0\1" + bytes(40)), "PSD"),
    "a.heic": (lambda p: p.write_bytes(b"\0\0\0\x18ftypheic" + bytes(40)), "HEIC"),
    "a.avif": (lambda p: p.write_bytes(b"\0\0\0\x18ftypavif" + bytes(40)), "AVIF"),
    "a.pdf": (lambda p: p.write_bytes(b"%PDF-1.7"), "PDF"),
    "cut.png": (cut, "cut short"),
    "cut.jpg": (cut, "cut short"),
    "cut.webp": (cut, "cut short"),
    "cut.tif": (lambda p: cut(p, compression="tiff_lzw"), "cut short"),
    "stub.png": (lambda p: p.write_bytes(b"\x89PNG\r\n\x1a\n"), "cut short"),
    "stub.tif": (lambda p: p.write_bytes(b"II*\0"), "cut short"),
    "stub.jpg": (lambda p: p.write_bytes(b"\xff\xd8\xff"), "cut short"),
    "stub.webp": (lambda p: p.write_bytes(b"RIFF\0\0\0\0WEBP"), "cut short"),
    "cmyk.jpg": (lambda p: pillow(p, mode="CMYK"), "CMYK"),
    "cmyk.tif": (lambda p: pillow(p, mode="CMYK"), "CMYK"),
    "lab.tif": (lambda p: pillow(p, mode="LAB"), "Lab"),
    "float.tif": (lambda p: tiff(p, RGB.astype(np.float32), photometric="rgb"), "floating-point"),
    "signed.tif": (lambda p: tiff(p, RGB[..., 0].astype(np.int16)), "signed"),
    "32bit.tif": (lambda p: tiff(p, RGB.astype(np.uint32), photometric="rgb"), "32 bits"),
    "premultiplied.tif": (
        lambda p: tiff(p, np.dstack([RGB, RGB[..., 0]]), photometric="rgb", extrasamples=["assocalpha"]),
        "premultiplied",
    ),
    "spectral.tif": (lambda p: tiff(p, np.dstack([RGB, RGB]), photometric="rgb", planarconfig="contig"), "channels"),
    "frames.webp": (frames, "animated"),
    "frames.png": (frames, "animated"),
    "bomb.png": (lambda p: p.write_bytes(png_header(15000, 15000, (b"IDAT", b""))), "225.0 megapixels"),
    "wide.png": (lambda p: p.write_bytes(png_header(100_001, 10, (b"IDAT", b""))), "one side"),
    "zero.png": (lambda p: p.write_bytes(png_header(0, 10, (b"IDAT", b""))), "no pixels"),
    "missing.png": (lambda p: None, "no file"),
    "folder.png": (lambda p: p.mkdir(), "folder"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_one_sentence(tmp_path, name):
    make, words = BAD[name]
    make(tmp_path / name)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(PictureError) as refusal:
        verify(tmp_path / name)
    sentence = str(refusal.value)
    assert words in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert str(tmp_path) not in sentence
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("name", [name for name in BAD if not name.startswith("cut")])
def test_the_header_alone_is_enough_to_refuse(tmp_path, name):
    BAD[name][0](tmp_path / name)
    with pytest.raises(PictureError):
        probe(tmp_path / name)


@pytest.mark.parametrize(
    ("limits", "words"),
    [(Limits(max_bytes=100), "bytes"), (Limits(max_pixels=1999), "megapixels"), (Limits(max_side=49), "one side")],
)
def test_each_limit_is_kept(tmp_path, limits, words):
    pillow(tmp_path / "a.png")
    with pytest.raises(PictureError, match=words):
        probe(tmp_path / "a.png", limits)


def test_a_picture_exactly_at_the_limits_is_taken(tmp_path):
    pillow(tmp_path / "a.png")
    size = (tmp_path / "a.png").stat().st_size
    assert probe(tmp_path / "a.png", Limits(size, 2000, 50)).width == 50


def test_a_name_that_lies_does_not_matter(tmp_path):
    pillow(tmp_path / "a.jpg")
    (tmp_path / "a.jpg").rename(tmp_path / "a.tif")
    assert verify(tmp_path / "a.tif").format == "jpeg"


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_one_bit_and_palette_pictures_expand_to_8_bit(tmp_path, name):
    pillow(tmp_path / name, mode="1")
    bits = read(tmp_path / name)
    assert (bits.info.bands, bits.info.bit_depth, set(np.unique(bits.pixels))) == (1, 8, {0, 255})
    image = Image.fromarray(RGB).quantize(16)
    image.save(tmp_path / f"palette{name}")
    np.testing.assert_array_equal(read(tmp_path / f"palette{name}").pixels, np.array(image.convert("RGB")))


def test_a_pyramid_is_one_picture_not_several_pages(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        file.write(RGB, photometric="rgb", tile=(16, 16))
        file.write(RGB[::2, ::2], photometric="rgb", subfiletype=1)
    assert probe(tmp_path / "a.tif").height == 40


def test_a_write_that_fails_half_way_leaves_nothing(tmp_path):
    program = (
        "import resource, signal, sys, numpy as np\n"
        "from gpu_workers.pictures import *\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "pixels = np.random.default_rng(0).integers(0, 255, (300, 300, 3), dtype=np.uint8)\n"
        "for kind, suffix in (('png', 'png'), ('tiff', 'tif'), ('webp', 'webp')):\n"
        "    try: write(Picture(pixels, PictureInfo(kind, 300, 300, 3, 8)), sys.argv[1] + '/a.' + suffix)\n"
        "    except PictureError as error: print(error)\n"
    )
    result = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert [line.split(" could")[0] for line in result.stdout.splitlines()] == ["a.png", "a.tif", "a.webp"]
    assert list(tmp_path.iterdir()) == []


def test_writing_to_a_folder_that_is_not_there_is_one_sentence(tmp_path):
    picture = Picture(RGB, PictureInfo("png", 50, 40, 3, 8))
    with pytest.raises(PictureError, match="could not be written"):
        write(picture, tmp_path / "nowhere" / "a.png")


def test_pixels_that_contradict_their_header_are_not_written(tmp_path):
    with pytest.raises(PictureError, match="header"):
        write(Picture(RGB.astype(np.uint16), PictureInfo("png", 50, 40, 3, 8)), tmp_path / "a.png")
    assert list(tmp_path.iterdir()) == []


def test_no_other_decoder_of_libvips_is_left_open(tmp_path):
    import pyvips

    pillow(tmp_path / "a.gif", mode="P")
    with pytest.raises(pyvips.Error):
        pyvips.Image.new_from_file(str(tmp_path / "a.gif"))
