"""New paint fades in inside the border of the damage, and nowhere else."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.ndimage import distance_transform_edt

from gpu_workers import pictures
from gpu_workers.engines import feather
from gpu_workers.engines.contract import EngineError
from gpu_workers.engines.pipeline import restore

from .material import flat, losses, noisy, painting, save

BOXES = ((40, 30, 90, 80), (0, 90, 12, 120), (140, 110, 150, 120))


def whole(damaged, reach):
    """The weights of the whole picture at once."""
    given = np.zeros(damaged.shape, np.float32)
    for rows, weight in feather.weights(damaged, reach):
        given[rows] = weight
    return given


def plain(damaged, reach):
    """The same by another program's exact distances."""
    if damaged.all():
        return np.ones(damaged.shape)
    linear = np.minimum(distance_transform_edt(damaged) / (reach + 1), 1)
    return 3 * linear**2 - 2 * linear**3


def masks(seed, height, width):
    rng = np.random.default_rng(seed)
    damaged = np.zeros((height, width), bool)
    for _ in range(rng.integers(1, 5)):
        y, x = rng.integers(0, height), rng.integers(0, width)
        damaged[y : y + rng.integers(1, 400), x : x + rng.integers(1, 120)] = True
    damaged[rng.random((height, width)) < rng.choice([0, 0.01])] = False
    damaged.flat[0], damaged.flat[-1] = True, False
    return damaged


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 700), st.integers(2, 150), st.integers(0, 64))
def test_weights_are_those_of_the_exact_distance_however_the_picture_is_cut(seed, height, width, reach):
    damaged = masks(seed, height, width)
    given = whole(damaged, reach)
    np.testing.assert_allclose(given, plain(damaged, reach), atol=2e-6)
    assert (given[~damaged] == 0).all()
    assert (given[damaged] > 0).all()
    deep = distance_transform_edt(damaged) >= reach + 1
    assert (given[deep] == 1).all()


@pytest.mark.parametrize("reach", [1, 7, 64])
def test_weights_rise_from_the_border_and_the_edge_of_the_picture_is_none(reach):
    damaged = np.zeros((600, 300), bool)
    damaged[:, 100:] = True
    row = whole(damaged, reach)[300, 100:]
    assert (np.diff(row[: reach + 1]) > 0).all()
    assert (row[reach:] == 1).all()
    assert 0 < row[0] < 1


def work(folder, pixels, boxes=BOXES, **header):
    return save(folder, pixels, **header), losses(*pixels.shape[:2], *boxes)


def pixels_of(result):
    return [pictures.read(file.path).pixels for file in result.candidates]


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("bands", [1, 3])
@pytest.mark.parametrize("reach", [1, 10, 64])
def test_a_pixel_is_the_mix_that_its_weight_says(tmp_path, engine, bands, depth, reach):
    engine(noisy)
    pixels = painting(600, 150, bands, depth)  # several strips
    master, labels = work(tmp_path, pixels, boxes=[*BOXES, (30, 200, 120, 590)], kind="tiff")
    (hard,) = pixels_of(restore(master, labels, "fake", out_dir=tmp_path))
    (soft,) = pixels_of(restore(master, labels, "fake", feather=reach, out_dir=tmp_path))
    weight = plain(labels > 0, reach)[..., None]
    expected = pixels + (hard.astype(float) - pixels) * weight
    assert np.abs(soft - expected).max() <= 1
    np.testing.assert_array_equal(soft[labels == 0], pixels[labels == 0])
    full = weight[..., 0] == 1
    np.testing.assert_array_equal(soft[full], hard[full])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(2, 130), st.integers(2, 130), st.integers(1, 8), st.integers(0, 64), st.integers(0, 10**6))
def test_outside_nothing_changes_whatever_the_feather(tmp_path, engine, height, width, orientation, reach, seed):
    engine(noisy)
    rng = np.random.default_rng(seed)
    labels = (rng.random((height, width)) < rng.choice([0.01, 0.3, 0.95])).astype(np.uint8)
    labels.flat[0], labels.flat[-1] = 1, 0
    pixels = painting(height, width, int(rng.integers(1, 5)), int(rng.choice([8, 16])), seed)
    master = save(tmp_path, pixels, kind="tiff", orientation=orientation, dpi=(300.0, 300.0))
    result = restore(master, labels, "fake", feather=reach, candidates=2, out_dir=tmp_path)
    for file, after in zip(result.candidates, pixels_of(result), strict=True):
        np.testing.assert_array_equal(after[labels == 0], pixels[labels == 0])
        assert file.max_outside == 0


def test_no_feather_is_byte_for_byte_what_it_was(tmp_path, engine, monkeypatch):
    """As though nobody had ever heard of fading."""
    engine(noisy)
    master, labels = work(tmp_path, painting(120, 150))
    given = restore(master, labels, "fake", candidates=2, feather=0, out_dir=tmp_path)
    digests = [part["sha256"] for part in (*given.recipe["outputs"], given.recipe["uncertainty"])]

    def never(*args):
        raise AssertionError("nothing fades")

    monkeypatch.setattr("gpu_workers.engines.pipeline.fade_in", never)
    again = restore(master, labels, "fake", candidates=2, out_dir=tmp_path)
    assert [part["sha256"] for part in (*again.recipe["outputs"], again.recipe["uncertainty"])] == digests


def test_the_same_feather_gives_the_same_bytes_and_the_recipe_says_it(tmp_path, engine):
    engine(noisy)
    master, labels = work(tmp_path, painting(120, 150))
    results = [restore(master, labels, "fake", feather=reach, candidates=2, out_dir=tmp_path) for reach in (5, 5, 6)]
    first, second, other = ([file.sha256 for file in result.candidates] for result in results)
    assert first == second != other
    assert [json.loads(json.dumps(result.recipe))["parameters"]["feather"] for result in results] == [5, 5, 6]


def test_candidates_differ_less_where_they_fade(tmp_path, engine):
    engine(noisy)
    master, labels = work(tmp_path, painting(120, 150), boxes=[(40, 30, 90, 80)])
    shown = pictures.read(
        restore(master, labels, "fake", feather=12, candidates=6, out_dir=tmp_path).uncertainty
    ).pixels[..., 0]
    assert shown[31, 41:89].mean() < 0.1 * shown[50:60, 60:70].mean()


def test_the_border_shows_less_with_a_feather(tmp_path, engine):
    engine(lambda window, mask, seed: np.where(mask[..., None], 1 - window.round(), window))
    master, labels = work(tmp_path, painting(120, 150), boxes=[(40, 30, 90, 80)])
    seams = [restore(master, labels, "fake", feather=reach, out_dir=tmp_path).candidates[0].seam for reach in (0, 12)]
    assert seams[1] < 0.3 * seams[0]


def test_what_is_transparent_has_no_paint_to_mix_in_and_damage_becomes_opaque(tmp_path, engine):
    engine(flat)
    pixels = painting(120, 150, 4)
    pixels[30:80, 40:65, 3] = 0
    master, labels = work(tmp_path, pixels, boxes=[(40, 30, 90, 80)])
    (hard,) = pixels_of(restore(master, labels, "fake", out_dir=tmp_path))
    (soft,) = pixels_of(restore(master, labels, "fake", feather=9, out_dir=tmp_path))
    assert (soft[labels > 0, 3] == 255).all()
    np.testing.assert_array_equal(soft[30:80, 40:65], hard[30:80, 40:65])
    assert (soft[30:80, 88, :3] != hard[30:80, 88, :3]).any()


@pytest.mark.parametrize("reach", [-1, 65])
def test_a_feather_beyond_its_bounds_is_refused(tmp_path, engine, reach):
    engine()
    master, labels = work(tmp_path, painting(120, 150))
    with pytest.raises(EngineError, match="from 0 to 64"):
        restore(master, labels, "fake", feather=reach, out_dir=tmp_path)
