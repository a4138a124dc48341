"""Pyramids, tiles and thumbnails."""

import numpy as np
import pytest
import pyvips
from PIL import Image

from gpu_workers.pictures import (
    Picture,
    PictureError,
    PictureInfo,
    PyramidReader,
    make_pyramid,
    make_thumbnail,
    tile,
    write,
)


@pytest.fixture
def ramp(tmp_path):
    """A 16-bit picture, 700 x 500, red rising to the right, green downwards."""
    y, x = np.mgrid[0:500, 0:700]
    pixels = np.dstack([x * 65535 // 699, y * 65535 // 499, np.full_like(x, 20000)]).astype(np.uint16)
    write(Picture(pixels, PictureInfo("tiff", 700, 500, 3, 16)), tmp_path / "ramp.tif")
    return tmp_path / "ramp.tif", pixels


def decode(data):
    return pyvips.Image.jpegload_buffer(data).numpy().astype(int)


def shown(path):
    with Image.open(path) as image:
        return np.array(image.convert("RGB")).astype(int)


def test_a_pyramid_has_levels_down_to_one_tile(tmp_path, ramp):
    make_pyramid(ramp[0], tmp_path / "p.tif")
    reader = PyramidReader(tmp_path / "p.tif")
    assert [(level.width, level.height) for level in reader.levels] == [(700, 500), (350, 250), (175, 125)]


def test_a_tile_shows_its_own_region(tmp_path, ramp):
    make_pyramid(ramp[0], tmp_path / "p.tif")
    part = decode(tile(tmp_path / "p.tif", 256, 128, 256, 256, 256, 256))
    expected = ramp[1][128:384, 256:512] >> 8
    assert part.shape == (256, 256, 3)
    assert np.abs(part - expected).mean() < 4


@pytest.mark.parametrize("out", [(350, 250), (200, 143), (70, 50), (1, 1), (700, 500)])
def test_a_tile_has_exactly_the_size_asked_for(tmp_path, ramp, out):
    make_pyramid(ramp[0], tmp_path / "p.tif")
    part = decode(tile(tmp_path / "p.tif", 0, 0, 700, 500, *out))
    assert part.shape[1::-1] == out
    assert abs(part[..., 0].mean() - 127) < 6


def test_the_last_tile_of_a_row_is_a_narrow_one(tmp_path, ramp):
    make_pyramid(ramp[0], tmp_path / "p.tif")
    part = decode(tile(tmp_path / "p.tif", 512, 256, 188, 244, 94, 122))
    assert part.shape == (122, 94, 3)
    assert part[:, -3:, 0].mean() > 245


@pytest.mark.parametrize("region", [(-1, 0, 9, 9), (0, 0, 701, 9), (0, 0, 0, 9), (695, 0, 10, 10)])
def test_a_region_outside_the_picture_is_refused(tmp_path, ramp, region):
    make_pyramid(ramp[0], tmp_path / "p.tif")
    with pytest.raises(PictureError):
        tile(tmp_path / "p.tif", *region, 8, 8)


def test_pyramid_and_thumbnail_stand_upright(tmp_path):
    pixels = np.zeros((20, 60, 3), np.uint8)
    pixels[:, :30] = 250
    write(Picture(pixels, PictureInfo("tiff", 60, 20, 3, 8, orientation=6)), tmp_path / "a.tif")
    make_pyramid(tmp_path / "a.tif", tmp_path / "p.tif")
    make_thumbnail(tmp_path / "a.tif", tmp_path / "t.webp", 30)
    pyramid = PyramidReader(tmp_path / "p.tif").levels[0].numpy()
    thumbnail = shown(tmp_path / "t.webp")
    assert pyramid.shape[:2] == (20, 60)
    assert thumbnail.shape[:2] == (10, 30)
    assert pyramid[:, :25].mean() > 240 > 15 > pyramid[:, 35:].mean()
    assert thumbnail[:, :12].mean() > 240 > 15 > thumbnail[:, 18:].mean()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_large_picture_of_any_orientation_becomes_an_upright_pyramid(tmp_path, orientation):
    pixels = np.full((900, 1500, 3), 128, np.uint8)
    pixels[:, :300] = 250
    info = PictureInfo("png", 1500, 900, 3, 8, orientation=orientation)
    write(Picture(pixels, info), tmp_path / "a.png")
    make_pyramid(tmp_path / "a.png", tmp_path / "p.tif")
    pyramid = PyramidReader(tmp_path / "p.tif").levels[0].numpy()
    assert pyramid.shape[:2] == (900, 1500)
    assert pyramid[:, :290].mean() > 245


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("bands", [1, 2, 3, 4])
@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_every_kind_of_master_becomes_8_bit_rgb_of_the_same_tone(tmp_path, kind, bands, depth):
    pixels = np.full((40, 50, bands), 200 * (257 if depth == 16 else 1), np.uint16 if depth == 16 else np.uint8)
    if bands in (2, 4):
        pixels[..., -1] = 2**depth - 1
    write(Picture(pixels, PictureInfo(kind, 50, 40, bands, depth, compression="deflate")), tmp_path / "a")
    make_pyramid(tmp_path / "a", tmp_path / "p.tif")
    make_thumbnail(tmp_path / "a", tmp_path / "t.webp", 50)
    for made in (PyramidReader(tmp_path / "p.tif").levels[0].numpy(), shown(tmp_path / "t.webp")):
        assert made.shape == (40, 50, 3)
        assert abs(made.mean() - 200) < 2


def test_colours_are_converted_from_the_embedded_profile(tmp_path):
    wide = pyvips.Image.black(1, 1, bands=3).copy(interpretation="srgb").icc_transform("p3").get("icc-profile-data")
    pixels = np.full((30, 30, 3), (120, 200, 120), np.uint8)
    write(Picture(pixels, PictureInfo("png", 30, 30, 3, 8, icc=bytes(wide))), tmp_path / "a.png")
    make_thumbnail(tmp_path / "a.png", tmp_path / "t.webp", 30)
    red, green, _ = shown(tmp_path / "t.webp")[15, 15]
    assert red < 100 < 195 < green


def test_a_small_picture_is_not_enlarged(tmp_path):
    write(Picture(np.full((1, 1, 1), 7, np.uint8), PictureInfo("png", 1, 1, 1, 8)), tmp_path / "a.png")
    make_thumbnail(tmp_path / "a.png", tmp_path / "t.webp", 400)
    make_pyramid(tmp_path / "a.png", tmp_path / "p.tif")
    assert shown(tmp_path / "t.webp").shape[:2] == (1, 1)
    assert PyramidReader(tmp_path / "p.tif").width == 1


def test_transparent_parts_show_white(tmp_path):
    pixels = np.zeros((30, 30, 4), np.uint16)
    write(Picture(pixels, PictureInfo("png", 30, 30, 4, 16)), tmp_path / "a.png")
    make_thumbnail(tmp_path / "a.png", tmp_path / "t.webp", 30)
    assert shown(tmp_path / "t.webp").min() > 250


def test_a_damaged_master_gives_no_derivative(tmp_path):
    write(Picture(np.random.default_rng(0).integers(0, 255, (99, 99, 3), dtype=np.uint8),
                  PictureInfo("png", 99, 99, 3, 8)), tmp_path / "a.png")  # fmt: skip
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data[: len(data) // 2])
    for make, arguments in ((make_pyramid, ()), (make_thumbnail, (50,))):
        with pytest.raises(PictureError, match="cut short"):
            make(tmp_path / "a.png", tmp_path / "out", *arguments)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
