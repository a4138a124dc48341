"""Where a mask marks damage: every damaged pixel in a box, as SciPy finds them; windows that stay in the picture."""

import numpy as np
import pytest
from scipy import ndimage

from restoration.losses import LEAST, losses_of, window
from restoration.masks.regions import Region, regions

EIGHT = np.ones((3, 3))


def blots(seed: int, shape=(120, 160), count=14) -> np.ndarray:
    """Labels (H, W) uint8 with rectangles and single pixels of all classes, some of which touch."""
    rng = np.random.default_rng(seed)
    labels = np.zeros(shape, np.uint8)
    for _ in range(count):
        y, x = rng.integers(0, shape[0]), rng.integers(0, shape[1])
        h, w = rng.integers(1, 18, 2)
        labels[y : y + h, x : x + w] = rng.integers(1, 5)
    labels[rng.integers(0, shape[0], 5), rng.integers(0, shape[1], 5)] = 1
    return labels


def by_scipy(labels: np.ndarray, reach: int = 0) -> set[Region]:
    marked = labels > 0
    grown = ndimage.binary_dilation(marked, np.ones((2 * reach + 1,) * 2)) if reach else marked
    places, _count = ndimage.label(grown, EIGHT)
    places[~marked] = 0
    return {
        Region(x.start, y.start, x.stop - x.start, y.stop - y.start, int((places == number).sum()))
        for number, found in enumerate(ndimage.find_objects(places), start=1)
        if found
        for y, x in [found]
    }


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("reach", [0, 1, 4])
def test_the_regions_are_those_that_scipy_finds(seed, reach):
    labels = blots(seed)
    found = regions(labels, reach=reach)
    assert set(found) == by_scipy(labels, reach)
    assert len(found) == len(set(found))
    assert [it.damaged for it in found] == sorted((it.damaged for it in found), reverse=True)


def test_what_touches_at_a_corner_is_one_place():
    labels = np.zeros((8, 8), np.uint8)
    labels[2, 2] = labels[3, 3] = 1
    assert regions(labels) == [Region(2, 2, 2, 2, 2)]


@pytest.mark.parametrize("seed", range(4))
def test_large_regions_are_cut_and_no_damage_is_lost(seed):
    labels = blots(seed, count=40)
    found = regions(labels, reach=3, largest=20, limit=1000)
    assert all(it.width <= 20 and it.height <= 20 for it in found)
    assert sum(it.damaged for it in found) == np.count_nonzero(labels)
    covered = np.zeros(labels.shape, bool)
    for it in found:
        inside = labels[it.y : it.y + it.height, it.x : it.x + it.width] > 0
        assert inside[0].any()  # the box is no larger than its damage
        assert inside[:, 0].any()
        assert inside[-1].any()
        assert inside[:, -1].any()
        covered[it.y : it.y + it.height, it.x : it.x + it.width] = True
    assert covered[labels > 0].all()


def test_of_too_many_the_largest_stay():
    labels = blots(9, count=40)
    every = regions(labels)
    assert len(every) > 5
    assert regions(labels, limit=5) == every[:5]


def test_an_intact_picture_has_no_regions():
    assert regions(np.zeros((5, 5), np.uint8)) == []


@pytest.mark.parametrize("size", [(4000, 3000), (400, 3000), (100, 80), (1, 1)])
def test_a_window_holds_its_place_and_stays_in_the_picture(size):
    width, height = size
    rng = np.random.default_rng(0)
    for _ in range(50):
        w, h = rng.integers(1, width + 1), rng.integers(1, height + 1)
        place = Region(int(rng.integers(0, width - w + 1)), int(rng.integers(0, height - h + 1)), int(w), int(h), 1)
        x, y, across, down = window(place, width, height)
        assert 0 <= x <= x + across <= width
        assert 0 <= y <= y + down <= height
        middle = place.x + place.width / 2, place.y + place.height / 2
        assert x <= middle[0] <= x + across
        assert y <= middle[1] <= y + down
        assert across >= min(LEAST, width / 2, height * 4 / 3) - 1


@pytest.mark.django_db
def test_the_losses_of_a_mask_are_in_pixels_of_the_picture_and_remembered(mask, django_assert_num_queries, monkeypatch):
    found = losses_of(mask)
    assert found == [Region(85, 64, 43, 32, 43 * 32)]
    monkeypatch.setattr("restoration.losses.regions", None)  # would fail if it was looked for again
    assert losses_of(mask) == found
