"""Ageing of paintings whose true colours are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.color import rgb2lab
from skimage.metrics import structural_similarity

from gpu_workers.training.fading import bleach, darken, fade, stain, varnish
from tests.colour import tiny


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), height=st.integers(8, 40), width=st.integers(8, 40))
def test_a_faded_picture_is_a_picture(seed: int, height: int, width: int) -> None:
    faded = fade(tiny.picture(height, width, seed), np.random.default_rng(seed))
    assert faded.shape == (height, width, 3)
    assert faded.dtype == np.float32
    assert np.isfinite(faded).all()
    assert 0 <= faded.min() <= faded.max() <= 1


def test_the_same_seed_fades_alike() -> None:
    picture = tiny.picture(20, 20)
    assert np.array_equal(fade(picture, np.random.default_rng(3)), fade(picture, np.random.default_rng(3)))


def landscape() -> np.ndarray:
    """Light paper, dark hills, a blue and a red patch."""
    picture = np.full((64, 64, 3), (0.85, 0.82, 0.75), np.float32)
    picture[40:] = (0.3, 0.3, 0.28)
    picture[5:20, 5:20], picture[5:20, 40:60] = (0.2, 0.4, 0.7), (0.7, 0.25, 0.2)
    return picture


@pytest.mark.parametrize("seed", range(5))
def test_bleaching_takes_chroma_away(seed: int) -> None:
    lab = rgb2lab(bleach(landscape(), np.random.default_rng(seed), 1.0))
    assert (
        np.hypot(lab[..., 1], lab[..., 2]).mean()
        < 0.9 * np.hypot(*rgb2lab(landscape())[..., 1:].transpose(2, 0, 1)).mean()
    )


@pytest.mark.parametrize("change", [darken, varnish, stain])
@pytest.mark.parametrize("seed", range(3))
def test_silk_varnish_and_stains_darken_and_turn_red_against_blue(change, seed: int) -> None:
    aged = change(landscape(), np.random.default_rng(seed), 1.0)
    before, after = landscape().mean((0, 1)), aged.mean((0, 1))
    assert after.mean() < before.mean() + 0.005
    assert after[0] / after[2] > before[0] / before[2]


def test_lines_stay_where_they_were() -> None:
    picture = tiny.picture(64, 64, 1)
    faded = fade(picture, np.random.default_rng(1))
    assert structural_similarity(picture.mean(2), faded.mean(2), data_range=1) > 0.5
