"""Metrics against values known by other means."""

import numpy as np
import pytest
import torch

from gpu_workers.evaluation import metrics
from gpu_workers.evaluation.lpips import Lpips


def test_psnr_inside_counts_the_hole_alone() -> None:
    truth, filled, mask = np.zeros((8, 8, 3)), np.full((8, 8, 3), 0.9), np.zeros((8, 8), bool)
    mask[2:4] = True
    filled[mask] = 0.1
    assert metrics.psnr_inside(truth, filled, mask) == pytest.approx(20.0)


def test_psnr_of_equal_pictures_is_infinite() -> None:
    picture = np.random.default_rng(0).random((8, 8, 3))
    assert metrics.psnr_inside(picture, picture, np.ones((8, 8), bool)) == float("inf")


def test_ssim_of_equal_pictures_is_one_and_of_flat_ones_follows_the_formula() -> None:
    picture, mask = np.random.default_rng(0).random((32, 32, 3)), np.ones((32, 32), bool)
    assert metrics.ssim_inside(picture, picture, mask) == pytest.approx(1.0)
    one, other = np.full((32, 32, 3), 0.2), np.full((32, 32, 3), 0.6)
    expected = (2 * 0.2 * 0.6 + 1e-4) / (0.2**2 + 0.6**2 + 1e-4)
    assert metrics.ssim_inside(one, other, mask) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("count", [20, 400])
def test_frechet_distance_of_a_shift_is_its_squared_length(count: int) -> None:
    features = np.random.default_rng(1).normal(size=(count, 30))
    assert metrics.frechet_distance(features, features + 0.5) == pytest.approx(30 * 0.25, abs=1e-5)


@pytest.mark.parametrize("count", [40, 400])
def test_frechet_distance_of_a_scaling_follows_the_formula(count: int) -> None:
    features = np.random.default_rng(1).normal(size=(count, 50))
    features -= features.mean(0)
    trace = np.trace(np.cov(features, rowvar=False))
    assert metrics.frechet_distance(features, 3 * features) == pytest.approx(trace * (3 - 1) ** 2, rel=1e-6)


def test_frechet_distance_agrees_for_few_and_for_many_pictures() -> None:
    from scipy.linalg import sqrtm

    rng = np.random.default_rng(2)
    one, other = rng.normal(size=(12, 20)), rng.normal(size=(15, 20)) * 2 + 1
    covariances = [np.cov(part, rowvar=False) + 1e-9 * np.eye(20) for part in (one, other)]
    root = np.trace(np.real(sqrtm(covariances[0] @ covariances[1])))
    means = one.mean(0) - other.mean(0)
    expected = means @ means + np.trace(covariances[0]) + np.trace(covariances[1]) - 2 * root
    assert metrics.frechet_distance(one, other) == pytest.approx(expected, rel=1e-3)


def test_frechet_distance_needs_two_pictures() -> None:
    with pytest.raises(metrics.MetricError, match="two pictures"):
        metrics.frechet_distance(np.zeros((1, 4)), np.zeros((3, 4)))


def test_lpips_is_zero_for_equal_pictures_and_grows_with_the_difference() -> None:
    torch.manual_seed(0)
    lpips = Lpips()
    for head in lpips.heads:
        head.weight.data.abs_()
    picture = torch.rand(1, 3, 64, 64) * 2 - 1
    near, far = (float(lpips(picture, picture + level * torch.randn(picture.shape))) for level in (0.05, 0.5))
    assert float(lpips(picture, picture)) == 0
    assert 0 < near < far


def test_lpips_weighs_squared_differences_of_unit_features(monkeypatch: pytest.MonkeyPatch) -> None:
    lpips = Lpips()
    for head in lpips.heads:
        torch.nn.init.constant_(head.weight, 0.5)
    widths = (64, 192, 384, 256, 256)
    maps = {
        0.0: [torch.eye(w)[0].view(1, w, 1, 1) for w in widths],
        1.0: [torch.eye(w)[1].view(1, w, 1, 1) for w in widths],
    }
    monkeypatch.setattr(lpips, "_maps", lambda picture: maps[float(picture.mean())])
    assert float(lpips(torch.zeros(1, 3, 8, 8), torch.ones(1, 3, 8, 8))) == pytest.approx(5 * 2 * 0.5)
