"""The classical engines for colours, beside what textbooks and libraries say."""

import numpy as np
import pytest
from skimage.color import rgb2lab
from skimage.exposure import match_histograms

from gpu_workers.engines.contract import Study
from gpu_workers.engines.matching import fit_histogram, fit_reinhard, fit_transport

from .material import painting


def study(seed, tint, height=120, width=150):
    pixels = painting(height, width, seed=seed).astype(np.float32) / 255 * np.array(tint, np.float32)
    return Study(pixels, np.ones((height, width), bool))


@pytest.fixture
def pair():
    return study(1, (0.7, 0.5, 0.4)), study(2, (0.5, 0.8, 1.0), 90, 70)


def test_histogram_matching_is_that_of_scikit_image(pair):
    picture, reference = pair
    expected = match_histograms(picture.pixels, reference.pixels, channel_axis=-1)
    found = fit_histogram(picture, [reference])(picture.pixels)
    assert np.abs(found - expected).max() < 0.02
    assert np.abs(found - expected).mean() < 0.003


def test_reinhard_gives_mean_and_deviation_of_the_reference(pair):
    picture, reference = pair
    found = rgb2lab(fit_reinhard(picture, [reference])(picture.pixels)).reshape(-1, 3)
    expected = rgb2lab(reference.pixels).reshape(-1, 3)
    np.testing.assert_allclose(found.mean(axis=0), expected.mean(axis=0), atol=1.0)
    np.testing.assert_allclose(found.std(axis=0), expected.std(axis=0), rtol=0.1)


def test_transport_gives_mean_and_covariance_of_the_reference(pair):
    picture, reference = pair
    found = fit_transport(picture, [reference])(picture.pixels).reshape(-1, 3)
    expected = reference.pixels.reshape(-1, 3)
    np.testing.assert_allclose(found.mean(axis=0), expected.mean(axis=0), atol=1e-3)
    np.testing.assert_allclose(np.cov(found.T), np.cov(expected.T), atol=5e-4)


@pytest.mark.parametrize("fit", [fit_histogram, fit_reinhard, fit_transport])
def test_a_picture_that_is_its_own_reference_stays(pair, fit):
    picture = pair[0]
    np.testing.assert_allclose(fit(picture, [picture])(picture.pixels), picture.pixels, atol=1e-3)


@pytest.mark.parametrize("fit", [fit_histogram, fit_reinhard, fit_transport])
def test_a_smooth_ramp_stays_smooth(pair, fit):
    ramp = np.linspace(0.2, 0.5, 5000, dtype=np.float32)[None, :, None] * np.ones((1, 1, 3), np.float32)
    assert len(np.unique(fit(*pair[:1], [pair[1]])(ramp)[..., 1])) > 2000
