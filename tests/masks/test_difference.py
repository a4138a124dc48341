"""A mask from an earlier photograph."""

import numpy as np
import pytest

from generation.painter import damage, paint
from restoration.masks import MaskError, difference_mask


@pytest.fixture(scope="module")
def worn():
    return damage(paint(3, (320, 240), "light-crimson"), 5, ["loss", "stain"], 0.08)


def found_share(mask, labels):
    """Share of the damage found, and share of what was marked that lies within 3 pixels of damage."""
    import cv2

    near = cv2.dilate((labels > 0).astype(np.uint8), np.ones((7, 7))) > 0
    return (mask > 0)[labels > 0].mean(), near[mask > 0].mean()


def test_the_damage_is_found_and_little_else(worn):
    recall, precision = found_share(difference_mask(worn.picture, worn.intact), worn.labels)
    assert recall > 0.75
    assert precision > 0.97


def test_another_exposure_white_balance_and_noise_are_no_damage(worn):
    noise = np.random.default_rng(1).normal(0, 2, worn.intact.shape)
    other = np.clip(worn.intact * np.array([0.90, 0.96, 1.03]) + 6 + noise, 0, 255).astype(np.uint8)
    recall, precision = found_share(difference_mask(worn.picture, other), worn.labels)
    assert recall > 0.7
    assert precision > 0.9


def test_a_shift_of_some_pixels_is_undone(worn):
    moved = np.roll(worn.intact, (3, -2), (0, 1))
    shifted = found_share(difference_mask(worn.picture, moved), worn.labels)
    unregistered = found_share(difference_mask(worn.picture, moved, register=False), worn.labels)
    assert shifted[1] > 0.9 > unregistered[1]


def test_16_bits_find_what_8_bits_find(worn):
    deep = difference_mask(worn.picture.astype(np.uint16) * 257, worn.intact.astype(np.uint16) * 257)
    assert np.array_equal(deep, difference_mask(worn.picture, worn.intact))


def test_gray_and_opacity_are_accepted(worn):
    gray = worn.picture.mean(axis=2, keepdims=True).astype(np.uint8)
    earlier = np.dstack([worn.intact, np.full(worn.intact.shape[:2], 255, np.uint8)])
    assert difference_mask(gray, earlier).shape == gray.shape[:2]


def test_the_mask_is_dilated_by_as_many_pixels_as_asked():
    intact = np.full((60, 60, 3), 200, np.uint8)
    picture = intact.copy()
    picture[20:40, 20:40] = 40
    small, large = (np.count_nonzero(difference_mask(picture, intact, dilate=d)) for d in (1, 3))
    assert 22**2 * 0.8 <= small < large <= 30**2


def test_specks_below_the_smallest_area_are_dropped():
    intact = np.full((80, 80, 3), 200, np.uint8)
    picture = intact.copy()
    picture[20:40, 20:40] = 40
    picture[60:63, 60:63] = 40
    assert difference_mask(picture, intact, min_area=100)[61, 61] == 0
    assert difference_mask(picture, intact, min_area=4)[61, 61] == 1


def test_the_damage_class_asked_for_is_marked(worn):
    assert set(np.unique(difference_mask(worn.picture, worn.intact, damage_class="stain"))) == {0, 3}


def test_another_size_is_refused_with_both_sizes(worn):
    with pytest.raises(MaskError, match=r"310 x 240 pixels, but the picture is 320 x 240\."):
        difference_mask(worn.picture, worn.intact[:, :310])


def test_two_equal_pictures_are_refused(worn):
    with pytest.raises(MaskError, match="no difference"):
        difference_mask(worn.intact, worn.intact)


def test_noise_alone_is_no_damage(worn):
    noise = np.random.default_rng(2).normal(0, 2, worn.intact.shape)
    noisy = np.clip(worn.intact + noise, 0, 255).astype(np.uint8)
    with pytest.raises(MaskError, match="no difference"):
        difference_mask(noisy, worn.intact)


@pytest.mark.parametrize("dilate", [0, 4])
def test_a_dilation_outside_one_to_three_is_refused(worn, dilate):
    with pytest.raises(MaskError, match="1 to 3"):
        difference_mask(worn.picture, worn.intact, dilate=dilate)


def test_pixels_of_another_kind_are_refused(worn):
    with pytest.raises(MaskError, match="8 or 16 bits"):
        difference_mask(worn.picture.astype(float), worn.intact.astype(float))
