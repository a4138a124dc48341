"""Equations 2 to 5 of the text-to-ink paper."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.corpus.framing import CENTRE, CROPPED, LONGEST, WHOLE, apply, centre, frame_of, padding, scale_of
from generation.corpus.subject import Subject, find_subject, polygon_area

TARGET = (64, 64)


def subject(left, top, right, bottom):
    points = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.int32)
    return Subject(points, polygon_area(points), (left, top, right, bottom))


@pytest.mark.parametrize(
    ("points", "area"),
    [
        ([(0, 0), (4, 0), (4, 3), (0, 3)], 12),
        ([(0, 0), (4, 0), (0, 3)], 6),
        ([(0, 0), (0, 3), (4, 0)], 6),  # the other way round
        ([(0, 0), (6, 0), (6, 6), (3, 1), (0, 6)], 21),  # not convex
        ([(1, 1), (5, 5)], 0),
        ([(3, 4), (5, 11), (12, 8), (9, 5), (5, 6)], 30),  # a worked example of the shoelace formula
    ],
)
def test_the_area_of_a_polygon_is_that_of_the_shoelace_formula(points, area):
    assert polygon_area(np.array(points)) == area


def test_the_scale_is_the_smaller_of_the_two_ratios():
    assert scale_of((200, 100), (256, 256)) == 1.28
    assert scale_of((512, 1024), (256, 256)) == 0.25


def test_padding_is_half_of_what_lacks_on_each_side():
    assert padding((100, 64), (256, 256)) == (78, 96, 78, 96)
    assert padding((255, 256), (256, 256)) == (0, 0, 1, 0)


def test_the_centre_begins_at_half_of_what_is_left_over():
    assert centre((512, 400), (256, 256)) == (128, 72)


def test_a_subject_larger_than_the_target_is_cropped_to():
    frame = frame_of((400, 300), subject(100, 50, 300, 250), TARGET)
    assert frame.rule == CROPPED
    assert frame.box == (100, 50, 300, 250)
    assert frame.scale == 64 / 200
    assert frame.pad == (0, 0, 0, 0)


def test_the_crop_takes_surroundings_before_it_is_padded():
    frame = frame_of((400, 300), subject(150, 50, 250, 250), TARGET)
    assert frame.box == (100, 50, 300, 250)


def test_a_subject_smaller_than_the_target_leaves_the_picture_whole():
    frame = frame_of((300, 240), subject(10, 10, 40, 40), TARGET)
    assert (frame.rule, frame.box) == (WHOLE, (0, 0, 300, 240))
    assert frame.scale == 64 / 300
    assert frame.pad == (0, 6, 0, 7)


def test_without_a_subject_the_centre_is_taken():
    frame = frame_of((300, 200), None, TARGET)
    assert (frame.rule, frame.box, frame.pad) == (CENTRE, (50, 0, 250, 200), (0, 0, 0, 0))


def test_a_long_scroll_is_cut_around_its_subject():
    frame = frame_of((200, 2000), subject(50, 1500, 80, 1520), TARGET)
    assert frame.box == (0, 1510 - 150, 200, 1510 + 150)


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(st.integers(8, 300), st.integers(8, 300)),
    st.tuples(st.integers(8, 90), st.integers(8, 90)),
    st.none() | st.lists(st.floats(0, 1), min_size=4, max_size=4),
)
def test_every_picture_gets_exactly_the_target_size(size, target, corners):
    found = None
    if corners:
        xs, ys = sorted(corners[:2]), sorted(corners[2:])
        found = subject(*(int(v) for v in (xs[0] * (size[0] - 1), ys[0] * (size[1] - 1))),
                        int(xs[1] * (size[0] - 1)) + 1, int(ys[1] * (size[1] - 1)) + 1)  # fmt: skip
    frame = frame_of(size, found, target)
    left, top, right, bottom = frame.box
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]
    pixels = np.full((size[1], size[0], 3), 90, np.uint8)
    framed = apply(pixels, frame, target)
    assert framed.shape == (target[1], target[0], 3)
    assert (framed == 90).all()
    assert max(frame.pad[0] / target[0], frame.pad[1] / target[1]) <= 0.5 * (1 - 1 / LONGEST) + 0.1


def test_padding_has_the_colour_of_its_edge():
    pixels = np.zeros((40, 20, 3), np.uint8)
    pixels[:, :10], pixels[:, 10:] = 200, 50
    framed = apply(pixels, frame_of((20, 40), subject(0, 0, 3, 3), TARGET), TARGET)
    assert (framed[:, 0] == 200).all()
    assert (framed[:, -1] == 50).all()


def sheet(height=120, width=160):
    rng = np.random.default_rng(0)
    return (np.full((height, width, 3), (230, 222, 200)) + rng.normal(0, 2, (height, width, 1))).astype(np.uint8)


def test_the_subject_is_the_largest_painted_shape():
    pixels = sheet()
    pixels[40:90, 60:130] = 40
    pixels[5:10, 5:10] = (180, 40, 30)  # a seal
    left, top, right, bottom = find_subject(pixels).box
    assert abs(np.array([left - 60, top - 40, right - 130, bottom - 90])).max() <= 4
    assert find_subject(pixels).area == pytest.approx(50 * 70, rel=0.1)


def test_bare_paper_has_no_subject():
    pixels = sheet()
    pixels[5:8, 5:8] = (180, 40, 30)
    assert find_subject(pixels) is None
