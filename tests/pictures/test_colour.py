"""From a master's own numbers to the working profile, and back."""

import numpy as np
import pytest
import pyvips
from PIL import Image

from gpu_workers.pictures import PictureError, profile_of, read, write

from .profiles import ADOBE, GAMMA, SRGB, matrix_profile

WIDE = matrix_profile()
BROKEN = {
    "cut short": WIDE[:300],
    "junk": b"\0" * 16 + b"RGB " + b"junk" * 200,
    "all black": matrix_profile(np.full((3, 3), 1e-5)),
    "channels alike": matrix_profile(np.full((3, 3), 0.3)),
}


def noise(depth, height=40, width=30):
    dtype = np.uint8 if depth == 8 else np.uint16
    return np.random.default_rng(0).integers(0, 2**depth, (height, width, 3), dtype=dtype)


@pytest.mark.parametrize("depth", [8, 16])
def test_without_a_profile_the_numbers_are_srgb(depth):
    pixels = noise(depth)
    np.testing.assert_allclose(profile_of(None).decode(pixels), pixels / (2**depth - 1), atol=1e-6)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("icc", [None, WIDE], ids=["none", "wide"])
def test_what_does_not_move_keeps_its_numbers(icc, depth):
    pixels, profile = noise(depth), profile_of(icc)
    working = profile.decode(pixels)
    np.testing.assert_array_equal(profile.moved(pixels, working, working), pixels)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("icc", [None, WIDE], ids=["none", "wide"])
def test_what_moves_arrives(icc, depth):
    profile, start, aim = profile_of(icc), noise(depth), noise(depth)[::-1]
    arrived = profile.moved(start, profile.decode(start), profile.decode(aim))
    assert arrived.dtype == start.dtype
    error = np.abs(arrived / (2**depth - 1) - aim / (2**depth - 1))
    assert np.quantile(error, 0.99) < 0.012
    assert error.mean() < 0.001


def test_a_wide_profile_is_decoded_by_its_definition_and_not_clipped():
    pixels = noise(16)
    linear = (pixels / 65535) ** GAMMA @ ADOBE.T @ np.linalg.inv(SRGB).T
    size = np.abs(linear)
    coded = np.sign(linear) * np.where(size < 0.0031308, size * 12.92, 1.055 * size ** (1 / 2.4) - 0.055)
    assert coded.min() < -0.2
    found = profile_of(WIDE).decode(pixels)
    assert np.abs(found - coded).max() < 0.02
    assert np.abs(found - coded).mean() < 0.001


def test_the_profile_of_srgb_itself_costs_nothing():
    profile = profile_of(bytes(pyvips.Operation.call("profile_load", "srgb")))
    assert profile.plain
    assert not profile.refused


@pytest.mark.parametrize("name", BROKEN)
def test_a_profile_that_leads_nowhere_is_refused_and_counts_as_srgb(name):
    profile = profile_of(BROKEN[name])
    assert profile.refused
    np.testing.assert_allclose(profile.decode(noise(8)), noise(8) / 255, atol=1e-6)


def test_gray_counts_as_rgb_of_equal_parts_and_opacity_is_left_out():
    gray = np.array([[[100, 7]]], np.uint8)
    np.testing.assert_allclose(profile_of(None).decode(gray), np.full((1, 1, 3), 100 / 255), atol=1e-6)
    assert profile_of(WIDE).decode(np.zeros((2, 3, 4), np.uint8)).shape == (2, 3, 3)


def test_a_damaged_profile_that_png_cannot_hold_is_one_clear_sentence(tmp_path):
    Image.new("RGB", (8, 8)).save(tmp_path / "master.jpg", icc_profile=WIDE[:300])
    with pytest.raises(PictureError, match="profile is damaged"):
        write(read(tmp_path / "master.jpg"), tmp_path / "result.png")
