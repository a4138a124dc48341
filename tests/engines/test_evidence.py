"""What a reconstruction changed, measured in strips as it would be at once."""

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2gray, rgb2lab
from skimage.metrics import structural_similarity

from gpu_workers import pictures
from gpu_workers.engines import evidence
from gpu_workers.engines.contract import Cancelled, Study, never_stop, no_report
from gpu_workers.engines.evidence import BINS, DELTA_E_PER_LEVEL, DIFFERENCE, RANGES, STRUCTURE, measure
from gpu_workers.pictures import Picture, PictureInfo, profile_of

from .material import painting

REFERENCE = Study(painting(30, 40, seed=9).astype(np.float32) / 255, np.ones((30, 40), bool))


def compare(folder, before, after, open_to=None, cancelled=never_stop):
    info = PictureInfo("png", before.shape[1], before.shape[0], 3, 8)
    open_to = np.ones(before.shape[:2], bool) if open_to is None else open_to
    found = measure(Picture(before, info), after, profile_of(None), open_to, [REFERENCE], folder, no_report, cancelled)
    return found, *(pictures.read(folder / name).pixels[..., 0] for name in (DIFFERENCE, STRUCTURE))


@pytest.fixture
def pair():
    before = painting(90, 70)
    after = np.clip(before.astype(int) + np.random.default_rng(0).integers(-30, 31, before.shape), 0, 255)
    return before, after.astype(np.uint8)


@pytest.fixture
def truth(pair):
    before, after = (part / 255 for part in pair)
    _, similar = structural_similarity(
        rgb2gray(before), rgb2gray(after), gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
        data_range=1, full=True,
    )  # fmt: skip
    return deltaE_ciede2000(rgb2lab(before), rgb2lab(after)), similar


@pytest.mark.parametrize("rows", [11, 32, 1000])
def test_maps_and_numbers_are_those_of_the_whole_picture_whatever_the_strips(tmp_path, pair, truth, monkeypatch, rows):
    monkeypatch.setattr(evidence, "strip_height", lambda width, step: rows)
    found, difference, structure = compare(tmp_path, *pair)
    apart, similar = truth
    np.testing.assert_allclose(difference, np.minimum(apart / DELTA_E_PER_LEVEL, 255), atol=0.6)
    np.testing.assert_allclose(structure, np.clip(similar, 0, 1) * 255, atol=0.6)
    expected = [apart.mean(), np.median(apart), np.percentile(apart, 95), apart.max()]
    assert list(found["delta_e"].values()) == pytest.approx(expected, abs=0.03)
    assert found["ssim"]["mean"] == pytest.approx(similar.mean(), abs=1e-3)
    assert found["ssim"]["p05"] == pytest.approx(np.percentile(similar, 5), abs=2e-3)


def test_numbers_are_over_the_area_and_maps_over_all(tmp_path, pair, truth):
    open_to = np.zeros((90, 70), bool)
    open_to[20:50, 10:60] = True
    found, difference, _ = compare(tmp_path, *pair, open_to)
    assert found["delta_e"]["mean"] == pytest.approx(truth[0][open_to].mean(), abs=0.01)
    assert found["area"] == pytest.approx(1500 / 6300, abs=1e-5)
    assert difference[80, 5] > 0


def test_nothing_changed_means_no_difference_and_all_structure(tmp_path, pair):
    found, difference, structure = compare(tmp_path, pair[0], pair[0].copy())
    assert found["delta_e"] == {"mean": 0, "median": 0, "p95": 0, "max": 0}
    assert found["ssim"]["mean"] == 1
    assert not difference.any()
    assert (structure == 255).all()


def test_histograms_are_shares_of_the_area(tmp_path, pair):
    found, _, _ = compare(tmp_path, *pair)
    for name, (low, high) in RANGES.items():
        part = found["histograms"][name]
        assert (part["from"], part["to"]) == (low, high)
        for moment, picture in (("before", pair[0] / 255), ("after", pair[1] / 255), ("reference", REFERENCE.pixels)):
            values = np.clip(rgb2lab(picture)[..., list(RANGES).index(name)], low, high)
            expected = np.histogram(values, BINS, (low, high))[0] / values.size
            np.testing.assert_allclose(part[moment], expected, atol=2e-3)


def test_a_large_picture_gives_smaller_maps_of_means(tmp_path, pair, truth, monkeypatch):
    monkeypatch.setattr(evidence, "MAP_SIDE", 30)
    _, difference, _ = compare(tmp_path, *pair)
    assert difference.shape == (30, 24)
    assert difference[2, 3] == pytest.approx(truth[0][6:9, 9:12].mean() / DELTA_E_PER_LEVEL, abs=1)
    assert difference[5, 23] == pytest.approx(truth[0][15:18, 69:].mean() / DELTA_E_PER_LEVEL, abs=1)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (10, 3)])
def test_pictures_smaller_than_the_window_of_ssim_work(tmp_path, size):
    found, difference, _ = compare(tmp_path, painting(*size), painting(*size, seed=1))
    assert difference.shape == size
    assert np.isfinite([found["ssim"]["mean"], found["delta_e"]["max"]]).all()


def test_it_stops_when_cancelled(tmp_path, pair):
    with pytest.raises(Cancelled):
        compare(tmp_path, *pair, cancelled=lambda: True)
    assert list(tmp_path.iterdir()) == []
