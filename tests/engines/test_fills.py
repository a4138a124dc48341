"""The sparse store of fills, and what is blended into it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu_workers.engines.blending import match_rim, weights
from gpu_workers.engines.fills import Fills
from gpu_workers.engines.windows import Box, Window


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 99), st.data())
def test_ranks_are_the_places_in_reading_order(height, width, seed, data):
    damaged = np.random.default_rng(seed).random((height, width)) < 0.4
    x0, y0 = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    box = Box(x0, y0, data.draw(st.integers(x0 + 1, width)), data.draw(st.integers(y0 + 1, height)))
    order = np.cumsum(damaged).reshape(damaged.shape) - 1
    mask, ranks = Fills(damaged, 1, 3).index(box)
    np.testing.assert_array_equal(ranks, order[box.y0 : box.y1, box.x0 : box.x1][mask])


@pytest.mark.parametrize(("depth", "dtype"), [(8, np.uint8), (16, np.uint16)])
def test_every_level_of_a_master_survives_the_way_through_floats(depth, dtype):
    levels = np.arange(2**depth)
    fills = Fills(np.ones((1, len(levels)), bool), 1, 1)
    fills.add(0, levels, (levels / (2**depth - 1)).astype(np.float32)[:, None], np.ones(len(levels), np.float32))
    np.testing.assert_array_equal(fills.at_depth(0, slice(0, 1), depth)[:, 0], levels.astype(dtype))


def test_floats_are_rounded_to_the_nearest_level():
    fills = Fills(np.ones((1, 3), bool), 1, 1)
    fills.add(0, np.arange(3), np.array([[99.4], [99.6], [254.9]]) / 255, np.ones(3, np.float32))
    assert fills.at_depth(0, slice(0, 1), 8)[:, 0].tolist() == [99, 100, 255]


def test_values_beyond_white_and_black_are_clipped():
    fills = Fills(np.ones((1, 2), bool), 1, 1)
    fills.add(0, np.arange(2), np.array([[-0.3], [1.7]]), np.ones(2, np.float32))
    assert fills.at_depth(0, slice(0, 1), 16)[:, 0].tolist() == [0, 65535]


def test_two_writings_blend_by_their_weights():
    fills, rank = Fills(np.ones((1, 1), bool), 1, 1), np.array([0])
    for colour, weight in ((0.2, 1.0), (0.8, 0.5)):
        fills.add(0, rank, np.array([[colour]]), np.array([weight], np.float32))
        fills.advance(rank, np.array([weight], np.float32))
    assert fills.values[0, 0, 0] / 65535 == pytest.approx(0.4, abs=1e-4)


def test_pasting_changes_damaged_pixels_alone_and_makes_them_opaque():
    pixels = np.random.default_rng(0).integers(0, 255, (300, 20, 4), dtype=np.uint8)
    damaged = np.random.default_rng(1).random((300, 20)) < 0.3
    before, fills = pixels.copy(), Fills(damaged, 1, 3)
    fills.values[:] = 65535 // 5
    fills.paste(0, pixels)
    np.testing.assert_array_equal(pixels[~damaged], before[~damaged])
    assert (pixels[damaged] == [51, 51, 51, 255]).all()


def test_the_spread_is_the_standard_deviation():
    fills = Fills(np.ones((1, 2), bool), 2, 1)
    fills.values[:, :, 0] = [[0, 100], [65535, 100]]
    assert fills.spread().tolist() == [0.5, 0]


LEFT = Window(Box(0, 0, 256, 256), Box(64, 64, 192, 192), 1, Box(64, 64, 320, 192))
RIGHT = Window(Box(128, 0, 384, 256), Box(192, 64, 320, 192), 1, Box(64, 64, 320, 192))


def test_a_window_counts_fully_where_it_is_kept_and_nothing_beyond_its_reach():
    weight = weights(LEFT, LEFT.box)
    assert (weight[80:176, 80:176] > 0.999).all()
    assert weight[128, 0] == weight[0, 128] == weight[128, 192 + LEFT.reach] == 0
    assert (LEFT.kept.x0, LEFT.kept.x1) == (64, 192 - LEFT.reach)
    assert (np.diff(weight[128, 128:]) <= 0).all()


def test_the_weights_of_two_neighbours_sum_to_one_along_their_common_edge():
    both = Box(128, 100, 256, 150)
    np.testing.assert_allclose(weights(LEFT, both) + weights(RIGHT, both), 1, atol=1e-6)


def test_a_window_alone_counts_fully_everywhere():
    alone = Window(LEFT.box, LEFT.cell, 1)
    assert (weights(alone, alone.box) == 1).all()


def rim(offset, known=True):
    window = np.full((128, 128, 3), 0.5, np.float32)
    mask = np.zeros((128, 128), bool)
    mask[30:100, 30:100] = True
    filled = np.where(mask[..., None] | known, window + offset, window).astype(np.float32)
    return window, filled, mask


def test_a_tone_that_is_off_everywhere_is_corrected_at_the_rim_and_left_in_the_middle():
    window, filled, mask = rim(0.1)
    matched = match_rim(window, filled, mask)
    assert abs(matched[30, 64, 0] - 0.5) < 0.02
    assert matched[64, 64, 0] > 0.58


def test_an_engine_that_returns_the_surroundings_untouched_is_not_changed():
    window, filled, mask = rim(0.1, known=False)
    np.testing.assert_array_equal(match_rim(window, filled, mask), filled)
