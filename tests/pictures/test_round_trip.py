"""What `write` writes, `read` reads back, whatever the format, depth, channels, orientation, profile and resolution."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pyvips
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gpu_workers.pictures import Picture, PictureInfo, as_stored, output_suffix, probe, read, strips, upright, write


def builtin_profile(name, bands):
    blank = pyvips.Image.black(1, 1, bands=bands).copy(interpretation="srgb" if bands == 3 else "b-w")
    return bytes(blank.icc_transform(name).get("icc-profile-data"))


SRGB, GRAY = builtin_profile("srgb", 3), builtin_profile("sgrey", 1)
CASES = [
    (kind, depth, bands, compression)
    for kind, compressions in {"tiff": ("none", "lzw", "deflate"), "png": ("deflate",), "webp": ("webp",)}.items()
    for compression in compressions
    for depth in (8, 16)
    for bands in (1, 2, 3, 4)
    if kind != "webp" or (depth == 8 and bands >= 3)
]


def noise(height, width, bands, depth, seed=0):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 2**depth, (height, width, bands), dtype=np.uint16)
    return pixels.astype(np.uint8) if depth == 8 else pixels


def make(kind, depth, bands, compression, *, size=(7, 5), orientation=1, icc=None, dpi=None, seed=0):
    width, height = size
    pixels = noise(height, width, bands, depth, seed)
    if bands in (2, 4):
        pixels[0, 0] = (*pixels[0, 0, :-1], 0)  # colour under full transparency, and not opaque all over
    info = PictureInfo(kind, width, height, bands, depth, icc, "", dpi, orientation, compression)
    return Picture(pixels, info)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(CASES),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.integers(1, 8),
    st.booleans(),
    st.sampled_from([None, (300.0, 300.0), (72.0, 96.0), (600.0, 600.0)]),
    st.integers(0, 99),
)
def test_reading_what_was_written_gives_the_same_picture(case, size, orientation, profile, dpi, seed):
    icc = (GRAY if case[2] < 3 else SRGB) if profile else None
    picture = make(*case, size=size, orientation=orientation, icc=icc, dpi=dpi, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"picture{output_suffix(picture.info)}"
        write(picture, path)
        back = read(path)
    assert back.pixels.dtype == picture.pixels.dtype
    np.testing.assert_array_equal(back.pixels, picture.pixels)
    expected = replace(picture.info, icc_name=back.info.icc_name, dpi=back.info.dpi)
    assert back.info == expected
    if dpi and case[0] != "webp":
        np.testing.assert_allclose(back.info.dpi, dpi, atol=0.02)
    if not dpi:
        assert back.info.dpi is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turning_upright_and_back_is_the_identity(orientation):
    stored = np.arange(24).reshape(4, 6)
    np.testing.assert_array_equal(as_stored(upright(stored, orientation), orientation), stored)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright_agrees_with_libvips(tmp_path, orientation):
    path = tmp_path / "turned.tif"
    write(make("tiff", 8, 3, "none", size=(9, 4), orientation=orientation), path)
    expected = pyvips.Image.tiffload(str(path)).autorot().numpy()
    np.testing.assert_array_equal(read(path).pixels, expected)


def test_strips_are_the_stored_rows(tmp_path):
    picture = make("tiff", 16, 3, "lzw", size=(30, 21), orientation=6)
    write(picture, tmp_path / "a.tif")
    rows = np.concatenate([rows for _, rows in strips(tmp_path / "a.tif", picture.info, height=4)])
    np.testing.assert_array_equal(upright(rows, 6), picture.pixels)


def test_a_16_bit_picture_written_by_another_library_keeps_its_depth(tmp_path):
    pixels = noise(20, 30, 3, 16)
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb")
    picture = read(tmp_path / "a.tif")
    assert picture.info.bit_depth == 16
    np.testing.assert_array_equal(picture.pixels, pixels)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_another_library_reads_the_same_16_bit_values(tmp_path, suffix):
    kind = "png" if suffix == ".png" else "tiff"
    picture = make(kind, 16, 3, "deflate" if kind == "png" else "none", size=(33, 20))
    write(picture, tmp_path / f"a{suffix}")
    if kind == "tiff":
        other = tifffile.imread(tmp_path / "a.tif")
    else:
        import cv2

        other = cv2.imread(str(tmp_path / "a.png"), cv2.IMREAD_UNCHANGED)[..., ::-1]
    np.testing.assert_array_equal(other, picture.pixels)


def test_a_profile_is_named_and_kept_byte_for_byte(tmp_path):
    write(make("png", 8, 3, "deflate", icc=SRGB), tmp_path / "a.png")
    info = probe(tmp_path / "a.png")
    assert info.icc == SRGB
    assert "sRGB" in info.icc_name
