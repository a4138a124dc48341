"""The painter: deterministic, any size, every palette, and damage whose mask tells the truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.painter import ELEMENTS, GROUNDS, PALETTES, SEASONS, Wishes, age, damage, paint, paint_element
from generation.painter.damage import KINDS
from generation.painter.wishes import LAYOUTS
from restoration.masks import DAMAGE_CLASSES, coverage

SMALL = (160, 120)


@pytest.fixture(scope="module")
def picture():
    return paint(3, (256, 192), "light-crimson")


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_the_same_seed_paints_the_same_bytes(palette, ground):
    assert np.array_equal(paint(7, SMALL, palette, ground), paint(7, SMALL, palette, ground))


def test_another_seed_paints_another_picture():
    assert np.mean(paint(1, SMALL) != paint(2, SMALL)) > 0.3


@pytest.mark.parametrize("size", [(320, 240), (150, 400), (700, 160), (64, 64), (41, 33)])
def test_any_format_is_painted_at_the_size_asked_for(size):
    sheet = paint(5, size)
    assert sheet.shape == (size[1], size[0], 3)
    assert sheet.dtype == np.uint8


@pytest.mark.parametrize("seed", range(4))
def test_a_picture_has_both_ink_and_blank_ground(seed):
    light = paint(seed, (256, 192)).mean(axis=2)
    assert (light < 90).mean() > 0.01
    assert (light > 200).mean() > 0.2


def test_ink_is_nearly_colourless_and_blue_and_green_is_not():
    def spread_of_hue(palette):
        sheet = paint(2, SMALL, palette).astype(float) + 8
        return (sheet[..., 2] / sheet[..., 0]).std()

    assert spread_of_hue("blue-and-green") > 2 * spread_of_hue("ink")


@pytest.mark.parametrize(("palette", "ground"), [("sepia", "paper"), ("ink", "canvas")])
def test_an_unknown_palette_or_ground_is_refused_by_name(palette, ground):
    with pytest.raises(ValueError, match="choose"):
        paint(1, SMALL, palette, ground)


def test_a_sheet_too_small_to_paint_on_is_refused():
    with pytest.raises(ValueError, match="at least"):
        paint(1, (8, 8))


def test_ageing_without_strength_changes_next_to_nothing(picture):
    assert np.abs(age(picture, 1, 0.0).astype(int) - picture).max() <= 1


def test_ageing_darkens_yellows_and_is_repeatable(picture):
    old = age(picture, 1, 0.7)
    assert np.array_equal(old, age(picture, 1, 0.7))
    assert np.percentile(old, 90) < np.percentile(picture, 90) - 10
    assert (old[..., 0].astype(int) - old[..., 2]).mean() > (picture[..., 0].astype(int) - picture[..., 2]).mean() + 15


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 2**32), kinds=st.sets(st.sampled_from(sorted(KINDS)), min_size=1), share=st.floats(0.01, 0.3)
)
def test_damage_changes_nothing_outside_its_mask(picture, seed, kinds, share):
    damaged = damage(picture, seed, kinds, share)
    assert np.array_equal(damaged.picture[damaged.labels == 0], damaged.intact[damaged.labels == 0])
    assert damaged.intact is picture


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_leaves_its_own_label_and_changes_what_it_marks(picture, kind):
    damaged = damage(picture, 4, [kind], 0.08)
    assert set(np.unique(damaged.labels)) == {0, DAMAGE_CLASSES[KINDS[kind][1]]}
    changed = np.any(damaged.picture != damaged.intact, axis=2)
    assert changed[damaged.labels > 0].mean() > 0.85


@pytest.mark.parametrize("share", [0.02, 0.1, 0.25])
def test_the_damaged_share_is_about_what_was_asked(picture, share):
    damaged = damage(picture, 9, share=share)
    assert share * 0.7 < sum(coverage(damaged.labels).values()) < share * 1.2


def test_the_same_seed_does_the_same_damage(picture):
    first, second = damage(picture, 6), damage(picture, 6)
    assert np.array_equal(first.picture, second.picture)
    assert np.array_equal(first.labels, second.labels)


def test_no_share_is_no_damage(picture):
    damaged = damage(picture, 6, share=0.0)
    assert not damaged.labels.any()
    assert np.array_equal(damaged.picture, picture)


def test_an_unknown_kind_is_refused_by_name(picture):
    with pytest.raises(ValueError, match="fire"):
        damage(picture, 6, ["fire"])


def test_a_wish_changes_the_scene_and_none_leaves_it_as_it_was():
    plain = paint(5, SMALL)
    assert np.array_equal(plain, paint(5, SMALL, wishes=Wishes()))
    for wishes in (Wishes(shows=("bridge",)), Wishes(season="winter"), Wishes(texture="axe"), Wishes(mist=1.9)):
        assert not np.array_equal(plain, paint(5, SMALL, wishes=wishes))


def test_ink_is_as_thick_as_it_is_asked_for():
    light, usual, thick = (paint(5, SMALL, wishes=Wishes(ink=ink)).mean() for ink in (0.6, 1.0, 1.5))
    assert light > usual + 1
    assert usual > thick + 1


@pytest.mark.parametrize("name", sorted(ELEMENTS.keys() - {"mist"}))
def test_every_element_is_painted_into_its_place(name):
    light = paint_element(name, 3, (128, 96), (40, 80, 60, 60))
    assert light.shape == (96, 128, 3)
    ink = 1 - light.mean(axis=2)
    assert ink.max() > 0.08
    assert ink[:, 8:76].sum() > 0.6 * ink.sum()


def test_mist_is_bare_ground():
    assert np.array_equal(paint_element("mist", 3, (64, 48), (20, 40, 30, 30)), np.ones((48, 64, 3), np.float32))


def test_an_element_that_nobody_draws_is_refused_by_name():
    with pytest.raises(ValueError, match="draws no “dragon”"):
        paint_element("dragon", 1, (64, 48), (20, 40, 30, 30))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("season", SEASONS)
def test_everything_can_be_wished_at_once(layout, season):
    sheet = paint(1, SMALL, "light-crimson", wishes=Wishes(tuple(ELEMENTS), "hemp", layout, season))
    assert sheet.shape == (*SMALL[::-1], 3)
