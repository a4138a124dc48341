"""Whitening and colouring, and the transfer window by window."""

import numpy as np
import pytest
import torch

from restoration.colour.moments import Affine, Calibration, Moments
from restoration.colour.transfer import reconstruct, study
from tests.colour import tiny


def whole(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return picture, np.ones(picture.shape[:2], bool)


def test_transferred_features_have_the_mean_and_covariance_of_the_reference():
    torch.manual_seed(0)
    content = torch.randn(1, 6, 30, 31) * torch.rand(6)[None, :, None, None]
    reference = torch.einsum("dc,nchw->ndhw", torch.randn(6, 6), torch.randn(1, 6, 20, 20)) + 3
    moved = Affine.between(Moments.of(content, 1e-9), Moments.of(reference, 1e-9)).apply(content).flatten(2)[0]
    wanted = reference.flatten(2)[0]
    assert torch.allclose(moved.mean(1), wanted.mean(1), atol=1e-4)
    assert torch.allclose(moved.cov(correction=0), wanted.cov(correction=0), atol=1e-3)


def test_only_counted_pixels_count():
    features = torch.rand(1, 4, 8, 8)
    counted = torch.zeros(1, 1, 8, 8)
    counted[..., :3, :] = 1
    some, alone = Moments.of(features, 1e-6, counted), Moments.of(features[:, :, :3], 1e-6)
    assert torch.allclose(some.mean, alone.mean)
    assert torch.allclose(some.factor, alone.factor)


def test_several_references_count_as_their_mixture():
    torch.manual_seed(0)
    one, other = torch.randn(1, 3, 10, 10), torch.randn(1, 3, 10, 10) * 2 + 1
    mixed = Moments.mean_of([Moments.of(one, 0), Moments.of(other, 0)])
    both = Moments.of(torch.cat([one, other], 3), 0)
    assert torch.allclose(mixed.mean, both.mean)
    assert torch.allclose(mixed.factor, both.factor)


@pytest.mark.parametrize("reference", [np.full((5, 5, 3), 0.5, np.float32), np.full((1, 1, 3), 0.2, np.float32)])
def test_a_reference_without_any_spread_still_has_a_factor(network, reference):
    result = study(network, whole(tiny.picture(20, 20)), [whole(reference)]).apply(tiny.picture(20, 20))
    assert np.isfinite(result).all()
    assert np.abs(result.mean((0, 1)) - reference.mean((0, 1))).max() < 0.1


def test_an_untrained_calibration_leaves_the_reference_as_it_is():
    content, reference = (Moments.of(torch.rand(2, 6, 9, 9), 1e-4) for _ in range(2))
    calibrated = Calibration(6)(content, reference)
    assert torch.equal(calibrated.mean, reference.mean)
    assert torch.equal(calibrated.factor, reference.factor)


@pytest.mark.parametrize("calibrated", [False, True])
def test_a_window_comes_out_as_it_does_of_the_whole(calibrated):
    network = tiny.network(calibrated=calibrated)
    picture = tiny.picture(83, 95)
    references = [whole(tiny.picture(30, 40, 1)), whole(tiny.picture(11, 7, 2))]
    transfer = study(network, whole(picture), references)
    result, margin = transfer.apply(picture), transfer.margin
    assert margin % transfer.multiple == 0
    top, left = margin, margin + transfer.multiple
    window = transfer.apply(picture[top - margin :, left - margin :])[margin:, margin:]
    assert np.abs(window - result[top:, left:]).max() < 1e-4
    inner = transfer.apply(picture[: 8 + margin, : 12 + margin])[:8, :12]
    assert np.abs(inner - result[:8, :12]).max() < 1e-4


def test_a_studied_transfer_is_the_one_of_training(network):
    picture, reference = tiny.picture(24, 28), tiny.picture(16, 20, 3)
    trained = reconstruct(network, tiny.tensor(picture), tiny.tensor(reference))[0].permute(1, 2, 0).detach().numpy()
    assert np.abs(study(network, whole(picture), [whole(reference)]).apply(picture) - trained).max() < 1e-4


def test_the_picture_itself_as_reference_changes_nothing(network):
    picture = tiny.picture(24, 28)
    assert np.abs(study(network, whole(picture), [whole(picture)]).apply(picture) - picture).max() < 1e-3


def test_the_input_is_left_as_it_was(network):
    picture = tiny.picture(12, 12)
    before = picture.copy()
    study(network, whole(picture), [whole(picture)]).apply(picture)
    assert np.array_equal(picture, before)
