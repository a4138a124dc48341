"""How losses are covered with windows."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu_workers.engines.windows import BLOCK, core, plan

from .material import losses


@st.composite
def masks(draw):
    height, width = draw(st.integers(1, 420)), draw(st.integers(1, 420))
    damaged = np.zeros((height, width), bool)
    for _ in range(draw(st.integers(1, 8))):
        x, y = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
        damaged[y : y + draw(st.integers(1, 300)), x : x + draw(st.integers(1, 300))] = True
    return damaged


def parts(array, box):
    return array[box.y0 : box.y1, box.x0 : box.x1]


@settings(max_examples=80, deadline=None)
@given(masks(), st.sampled_from([(64, 64), (64, 256), (128, 128)]))
def test_every_damaged_pixel_is_settled_by_a_window_of_its_own_group(damaged, sides):
    made = plan(damaged, *sides)
    settled = np.zeros_like(damaged)
    for window in made.windows:
        parts(settled, window.cell)[...] |= made.belongs(window.cell, window.group)
        assert (window.box.x0, window.box.y0) <= (window.cell.x0, window.cell.y0)
        assert window.box.x1 >= window.cell.x1
        assert window.box.y1 >= window.cell.y1
    assert settled[damaged].all()


@settings(max_examples=80, deadline=None)
@given(masks(), st.sampled_from([(64, 64), (64, 256)]))
def test_windows_have_an_allowed_side_and_stay_inside_a_picture_that_is_large_enough(damaged, sides):
    height, width = damaged.shape
    for window in plan(damaged, *sides).windows:
        assert sides[0] <= window.box.width == window.box.height <= sides[1]
        assert window.box.x0 >= 0
        assert window.box.y0 >= 0
        assert window.box.x1 <= max(width, window.box.width)
        assert window.box.y1 <= max(height, window.box.height)


@settings(max_examples=80, deadline=None)
@given(masks())
def test_windows_of_one_group_and_wave_do_not_touch(damaged):
    windows = plan(damaged, 64, 64).windows
    for index, one in enumerate(windows):
        for other in windows[index + 1 :]:
            if (one.group, one.wave) == (other.group, other.wave):
                assert not one.box.overlaps(other.box)


@settings(max_examples=80, deadline=None)
@given(masks())
def test_a_window_always_knows_something(damaged):
    damaged.flat[0] = False
    if not damaged.any():
        return
    made = plan(damaged, 64, 64)
    unknown = damaged.copy()
    for wave in range(1 + max(window.wave for window in made.windows)):
        members = [window for window in made.windows if window.wave == wave]
        assert all((~parts(unknown, window.box)).any() for window in members)
        for window in members:
            parts(unknown, window.kept)[made.belongs(window.kept, window.group)] = False


def test_a_small_loss_gets_one_window_with_a_quarter_of_it_as_context_on_every_side():
    (window,) = plan(losses(1000, 1000, (400, 500, 460, 520)) > 0, 256, 256).windows
    assert window.box.width == 256
    assert window.cell.x0 - window.box.x0 >= 64
    assert window.box.y1 - window.cell.y1 >= 64


def test_a_larger_loss_gets_a_larger_window_where_the_engine_allows_it():
    (window,) = plan(losses(1000, 1000, (300, 300, 500, 500)) > 0, 256, 512).windows
    assert window.box.width == 448
    assert core(window.box.width) >= 200


def test_small_losses_close_together_share_a_window():
    damaged = losses(1000, 1000, (400, 400, 410, 410), (440, 410, 450, 420), (480, 404, 490, 409)) > 0
    assert len(plan(damaged, 256, 256).windows) == 1


def test_losses_far_apart_do_not_cost_the_paint_between_them():
    damaged = losses(4000, 4000, (10, 10, 20, 20), (3900, 3900, 3910, 3910)) > 0
    assert len(plan(damaged, 256, 256).windows) == 2


def test_a_long_crack_is_a_chain_of_windows_many_of_which_share_a_wave():
    windows = plan(losses(2000, 4000, (0, 1000, 4000, 1004)) > 0, 256, 256).windows
    assert len(windows) == 32
    assert max(window.wave for window in windows) == 2


def test_a_large_loss_is_filled_from_its_rim_inwards():
    windows = plan(losses(1200, 1200, (200, 200, 1000, 1000)) > 0, 256, 256).windows
    centre = [
        window
        for window in windows
        if window.cell.x0 <= 600 < window.cell.x1 and window.cell.y0 <= 600 < window.cell.y1
    ]
    assert windows[0].cell.x0 in (200, 200 + 800 - windows[0].cell.width)
    assert centre[0].wave > max(window.wave for window in windows) / 2


def test_a_picture_smaller_than_a_window_is_one_window():
    (window,) = plan(losses(30, 20, (0, 0, 20, 25)) > 0, 64, 256).windows
    assert window.box.width == 64


def test_blocks_at_the_border_count(tmp_path):
    damaged = np.zeros((BLOCK * 10 + 1, BLOCK * 10 + 1), bool)
    damaged[-1, -1] = True
    made = plan(damaged, 64, 64)
    assert made.groups.shape == (11, 11)
    assert len(made.windows) == 1
