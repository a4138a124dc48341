"""Pigment against bare ground."""

import cv2
import numpy as np
import pytest

from restoration.masks import pigment
from restoration.masks.pigment import pigment_area


def sheet(height=300, width=400, ground=(0.72, 0.6, 0.42), noise=0.015):
    """A sheet of silk with ink strokes and a patch of malachite: (picture (h, w, 3) in 0..1, what is painted)."""
    rng = np.random.default_rng(0)
    painted = np.zeros((height, width), np.uint8)
    picture = np.full((height, width, 3), ground, np.float32)
    for x in range(40, width - 150, 40):
        cv2.line(painted, (x, 60), (x + 30, height - 60), 1, 5)
    picture[painted > 0] = (0.2, 0.18, 0.16)
    patch = np.zeros_like(painted)
    cv2.ellipse(patch, (width - 70, height // 2), (45, 60), 0, 0, 360, 1, -1)
    picture[patch > 0] = (0.35, 0.6, 0.45)
    return picture + rng.normal(0, noise, picture.shape).astype(np.float32), (painted | patch) > 0


def agreement(found, true):
    """Share of the painted pixels found, and share of what was found that is painted."""
    return found[true].mean(), true[found].mean()


def gradient(picture):
    return picture * np.linspace(0.55, 1.1, picture.shape[1], dtype=np.float32)[None, :, None]


def stained(picture):
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
    stain = np.exp(-(((x - 120) / 90) ** 2 + ((y - 200) / 70) ** 2))
    return picture * (1 - stain[..., None] * np.array([0.12, 0.2, 0.3])).astype(np.float32)


@pytest.mark.parametrize("light", [lambda p: p, gradient, stained], ids=["even", "gradient", "stained"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_ink_and_pigment_are_found_and_the_ground_is_not(light, dtype):
    picture, painted = sheet()
    picture = np.clip(light(picture), 0, 1)
    if dtype != np.float32:
        picture = np.rint(picture * np.iinfo(dtype).max).astype(dtype)
    recall, precision = agreement(pigment_area(picture), painted)
    assert recall > 0.93
    assert precision > 0.85


def test_pigment_lighter_than_dark_silk_is_found():
    picture, painted = sheet(ground=(0.3, 0.22, 0.14))
    recall, precision = agreement(pigment_area(np.clip(picture, 0, 1)), painted)
    assert recall > 0.9
    assert precision > 0.75


def test_bare_ground_has_no_pigment():
    rng = np.random.default_rng(0)
    bare = np.clip(gradient(np.full((200, 300, 3), 0.7)) + rng.normal(0, 0.01, (200, 300, 3)), 0, 1)
    assert pigment_area(bare.astype(np.float32)).mean() < 0.02


def test_strips_do_not_show(monkeypatch):
    picture, _ = sheet(700, 200)
    whole = pigment_area(np.clip(picture, 0, 1))
    honest = pigment.strips
    monkeypatch.setattr(pigment, "strips", lambda height, rows: honest(height, 64))
    np.testing.assert_array_equal(pigment_area(np.clip(picture, 0, 1)), whole)


def test_a_large_picture_is_marked_at_its_own_resolution():
    picture, painted = sheet(1500, 2000)
    recall, precision = agreement(pigment_area(np.clip(picture, 0, 1)), painted)
    assert recall > 0.9
    assert precision > 0.75


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (7, 3)])
def test_the_smallest_pictures_work(size):
    assert pigment_area(np.full((*size, 3), 90, np.uint8)).shape == size
