"""What every engine for colours keeps. A new engine is an entry in the table, and this file decides."""

import numpy as np
import pytest

from gpu_workers.engines import registry
from gpu_workers.engines.contract import Cancelled, ColourEngine, Study

from .material import painting

LOADED = list(registry.engines(registry.COLOUR))


def study(height, width, seed, tint=(1, 1, 1)):
    pixels = painting(height, width, seed=seed).astype(np.float32) / 255 * np.array(tint, np.float32)
    counted = np.ones((height, width), bool)
    counted[: height // 8] = False
    counted[-1] = True
    return Study(pixels, counted)


def flat(height, width, colour):
    pixels = np.broadcast_to(np.array(colour, np.float32), (height, width, 3)).copy()
    return Study(pixels, np.ones((height, width), bool))


@pytest.fixture(scope="module", params=LOADED)
def loaded(request):
    spec = registry.get_spec(request.param, registry.COLOUR)
    if spec.weights:
        from gpu_workers.weights import installed

        if not installed(spec.weights):
            pytest.skip(f"The weights “{spec.weights}” are not installed.")
    return spec, registry.load(spec.name, "cpu")


@pytest.fixture(scope="module")
def faded():
    return study(90, 110, 1, (0.6, 0.5, 0.4))


@pytest.fixture(scope="module")
def references():
    return [study(70, 80, 2, (0.5, 0.9, 1.0)), study(40, 64, 3, (0.4, 0.8, 0.9))]


@pytest.fixture(scope="module")
def transfer(loaded, faded, references):
    return loaded[1].study(faded, references)


def distance(first, second):
    return np.abs(first.reshape(-1, 3).mean(axis=0) - second.reshape(-1, 3).mean(axis=0)).max()


def test_it_says_what_a_recipe_needs(loaded):
    spec, engine = loaded
    assert isinstance(engine, ColourEngine)
    assert engine.version
    assert 64 <= engine.side <= 4096
    assert engine.libraries
    assert all(isinstance(version, str) for version in engine.libraries.values())
    assert bool(engine.weights_sha256) == bool(spec.weights)
    assert not spec.stochastic


def test_it_returns_finite_numbers_and_leaves_its_input_alone(transfer, faded):
    before = faded.pixels.copy()
    result = transfer.apply(faded.pixels)
    assert result.shape == faded.pixels.shape
    assert result.dtype == np.float32
    assert np.isfinite(result).all()
    np.testing.assert_array_equal(faded.pixels, before)


def test_it_brings_the_colours_nearer_to_the_references(transfer, faded, references):
    aim = np.mean([part.pixels[part.counted].mean(axis=0) for part in references], axis=0)
    assert distance(transfer.apply(faded.pixels), aim) < 0.6 * distance(faded.pixels, aim)


def test_the_same_arguments_give_the_same_bytes(loaded, transfer, faded, references):
    again = loaded[1].study(faded, references)
    assert again.apply(faded.pixels).tobytes() == transfer.apply(faded.pixels).tobytes()


def test_a_window_with_its_margin_comes_out_as_it_does_of_the_whole_picture(transfer):
    margin, multiple = transfer.margin, transfer.multiple
    start, size = -(-(margin + 8) // multiple) * multiple, 24
    side = start + size + margin + 32
    pixels = study(side, side, 5, (0.6, 0.5, 0.4)).pixels
    whole = transfer.apply(pixels)[start : start + size, start : start + size]
    first = (start - margin) // multiple * multiple
    part = slice(first, start + size + margin)
    own = slice(start - first, start - first + size)
    np.testing.assert_allclose(transfer.apply(pixels[part, part])[own, own], whole, atol=1e-4)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (7, 2), (33, 65)])
def test_windows_of_any_size_are_taken(transfer, size):
    assert transfer.apply(np.full((*size, 3), 0.4, np.float32)).shape == (*size, 3)


def test_colours_beyond_srgb_give_finite_numbers(transfer):
    wide = np.array([[[1.1, -0.3, 0.5], [-0.05, 1.02, -0.1]]], np.float32)
    assert np.isfinite(transfer.apply(wide)).all()


GRAY = Study(np.repeat(study(30, 40, 2).pixels[..., :1], 3, axis=2), np.ones((30, 40), bool))
ODD = {
    "a reference of one colour": ((40, 50), flat(30, 30, (0.2, 0.5, 0.6))),
    "a gray reference": ((40, 50), GRAY),
    "a reference of one pixel": ((40, 50), flat(1, 1, (0.2, 0.5, 0.6))),
    "a reference of three pixels": ((40, 50), study(1, 3, 2)),
    "a picture of one pixel": ((1, 1), study(30, 40, 2)),
    "a narrow picture": ((2, 60), study(30, 40, 2)),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_material_gives_finite_numbers_in_reach(loaded, name):
    size, reference = ODD[name]
    picture = study(*size, 1)
    result = loaded[1].study(picture, [reference]).apply(picture.pixels)
    assert np.isfinite(result).all()
    assert np.abs(result).max() < 3


def test_a_picture_of_one_colour_takes_the_references_colour(loaded, references):
    picture = flat(20, 20, (0.5, 0.4, 0.3))
    result = loaded[1].study(picture, references[:1]).apply(picture.pixels)
    assert distance(result, references[0].pixels[references[0].counted]) < 0.15


def test_only_what_counts_is_studied(loaded, faded, references):
    spoilt = Study(faded.pixels.copy(), faded.counted)
    spoilt.pixels[~faded.counted] = (1, 0, 0)
    window = faded.pixels[40:60, 40:60]
    one, other = (loaded[1].study(part, references).apply(window) for part in (faded, spoilt))
    np.testing.assert_allclose(one, other, atol=0.1 if loaded[0].weights else 1e-6)


def test_a_large_reference_counts_no_more_than_a_small_one(loaded, faded):
    """Two plain colours, one of them in a picture sixteen times as large: it must not matter which."""

    def mean(blue: int, red: int) -> np.ndarray:
        references = [flat(blue, blue, (0.2, 0.4, 0.8)), flat(red, red, (0.8, 0.4, 0.2))]
        return loaded[1].study(faded, references).apply(faded.pixels)[faded.counted].mean(axis=0)

    learned = loaded[0].weights is not None  # its borders reach into a small picture
    np.testing.assert_allclose(mean(160, 40), mean(40, 160), atol=0.1 if learned else 1e-3)
    if not learned:
        np.testing.assert_allclose(mean(160, 40), (0.5, 0.4, 0.5), atol=0.15)


def test_it_reports_and_stops(loaded, faded, references):
    heard = []
    loaded[1].study(faded, references, progress=heard.append)
    fractions = [part.fraction for part in heard]
    assert fractions == sorted(fractions)
    assert all(part.stage for part in heard)
    with pytest.raises(Cancelled):
        loaded[1].study(faded, references, cancelled=lambda: True)
