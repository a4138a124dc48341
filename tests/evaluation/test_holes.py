"""Holes for training and measuring."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpu_workers.evaluation import holes

SHARES = {"cracks": (0.07, 0.15), "losses": (0.05, 0.28), "block": (0.14, 0.142)}


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(holes.KINDS), st.integers(0, 2**32 - 1))
def test_a_hole_covers_the_share_that_its_kind_promises(kind: str, seed: int) -> None:
    hole = holes.draw(kind, 256, np.random.default_rng(seed))
    low, high = SHARES[kind]
    assert hole.shape == (256, 256)
    assert hole.dtype == bool
    assert low <= hole.mean() <= high


@pytest.mark.parametrize("kind", holes.KINDS)
def test_the_same_generator_state_gives_the_same_hole(kind: str) -> None:
    first, second = (holes.draw(kind, 128, np.random.default_rng(4)) for _ in range(2))
    assert np.array_equal(first, second)


def test_cracks_are_thin() -> None:
    from scipy.ndimage import binary_erosion

    hole = holes.draw("cracks", 256, np.random.default_rng(1))
    assert binary_erosion(hole, iterations=4).mean() < 0.005


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no kind of hole"):
        holes.draw("moths", 64, np.random.default_rng(0))
