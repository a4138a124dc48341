"""The losses of the paper, beside plain reference computations."""

import numpy as np
import pytest
import torch
from skimage.color import rgb2lab

from restoration.colour.lab import difference, lab
from restoration.colour.losses import contrastive_coherence, evenness, gram_distance, matting_laplacian, style
from restoration.colour.vgg import Vgg19
from tests.colour import tiny


def laplacian_matrix(picture: np.ndarray, epsilon: float) -> np.ndarray:
    """Levin, Lischinski, Weiss 2008, eq. 12, window by window."""
    height, width, _ = picture.shape
    numbers = np.arange(height * width).reshape(height, width)
    matrix = np.zeros((height * width,) * 2)
    for top in range(height - 2):
        for left in range(width - 2):
            inside = numbers[top : top + 3, left : left + 3].ravel()
            colours = picture[top : top + 3, left : left + 3].reshape(9, 3)
            centred = colours - colours.mean(0)
            inverse = np.linalg.inv(centred.T @ centred / 9 + epsilon / 9 * np.eye(3))
            matrix[np.ix_(inside, inside)] += np.eye(9) - (1 + centred @ inverse @ centred.T) / 9
    return matrix


def test_the_matting_loss_is_the_quadratic_form_of_levins_matrix():
    faded, result = (tiny.picture(7, 8, seed).astype(np.float64) for seed in (0, 1))
    matrix = laplacian_matrix(faded, 1e-4)
    expected = sum(result[..., c].ravel() @ matrix @ result[..., c].ravel() for c in range(3)) / 56
    found = matting_laplacian(tiny.tensor(result), tiny.tensor(faded), epsilon=1e-4)
    assert float(found) == pytest.approx(expected, rel=1e-6)


def test_the_matting_loss_is_nothing_for_a_change_of_tone_and_finite_for_a_flat_picture():
    faded = tiny.tensor(tiny.picture(9, 9))
    assert float(matting_laplacian(faded * 0.5 + 0.2, faded)) < 1e-6
    flat = torch.full((1, 3, 9, 9), 0.3)
    assert torch.isfinite(matting_laplacian(faded, flat))


def test_evenness_sees_a_halo_that_the_fine_windows_miss():
    rng = np.random.default_rng(0)
    across = np.broadcast_to(np.arange(96) / 96, (96, 96))
    faded = tiny.tensor((0.3 + 0.05 * rng.random((96, 96, 3)) + (across > 0.5)[..., None] * 0.2).astype(np.float32))
    even = faded * 1.2 + 0.1
    halo = even + torch.from_numpy(0.1 * np.exp(-((across - 0.5) ** 2) / 0.02)).float()
    assert float(evenness(even, faded)) < 1e-5
    fine = float(matting_laplacian(halo, faded))
    assert float(evenness(halo, faded)) > 10 * max(fine, 1e-6)


def test_evenness_of_a_tiny_picture_is_that_of_the_whole():
    faded, other = tiny.tensor(tiny.picture(5, 5)), tiny.tensor(tiny.picture(5, 5, 1))
    assert float(evenness(faded * 0.5, faded)) < 1e-6
    assert float(evenness(other, faded)) > 0


def test_coherence_is_least_where_every_step_is_kept():
    torch.manual_seed(0)
    faded, other = torch.randn(1, 16, 10, 10), torch.randn(1, 16, 10, 10)
    kept = contrastive_coherence(faded * 2 + 1, faded)
    assert (
        float(kept)
        < float(contrastive_coherence(faded + 0.5 * other, faded))
        < float(contrastive_coherence(other, faded))
    )


def test_coherence_compares_each_step_of_the_result_with_all_of_the_faded_picture():
    """Eq. 7 for the one place of a 3x3 map and its eight neighbours."""
    torch.manual_seed(0)
    result, faded = torch.randn(1, 4, 3, 3), torch.randn(1, 4, 3, 3)

    def steps(maps):
        flat = maps[0].flatten(1).T
        vectors = flat[4] - flat[[0, 1, 2, 3, 5, 6, 7, 8]]
        return vectors / vectors.norm(dim=1, keepdim=True)

    alike = (steps(result) @ steps(faded).T / 0.07).exp()
    expected = -(alike.diagonal() / alike.sum(1)).log().mean()
    assert float(contrastive_coherence(result, faded)) == pytest.approx(float(expected), rel=1e-4)


def test_style_and_gram_are_nothing_for_equal_statistics_and_grow_with_the_difference():
    maps = [torch.rand(1, 4, 6, 6), torch.rand(1, 8, 3, 3)]
    turned = [layer.flip(2) for layer in maps]
    assert float(style(maps, turned)) < 1e-5
    assert float(gram_distance(maps, turned)) < 1e-10
    assert float(style([layer * 2 for layer in maps], maps)) > 0.5
    assert float(gram_distance([layer * 2 for layer in maps], maps)) > 0.01


def test_lab_is_that_of_scikit_image():
    pixels = tiny.picture(6, 6)
    found = lab(tiny.tensor(pixels))[0].permute(1, 2, 0).numpy()
    assert np.abs(found - rgb2lab(pixels)).max() < 0.05
    assert float(difference(tiny.tensor(pixels), tiny.tensor(pixels)).max()) < 0.11


def test_vgg_gives_four_stages():
    shapes = [tuple(layer.shape[1:]) for layer in Vgg19()(torch.rand(1, 3, 32, 40))]
    assert shapes == [(64, 32, 40), (128, 16, 20), (256, 8, 10), (512, 4, 5)]
