"""What every engine in the registry keeps. A new engine is an entry in the table, and this file decides."""

import os
import subprocess
import sys

import numpy as np
import pytest

from gpu_workers.engines import registry
from gpu_workers.engines.contract import Cancelled, Conditions, Engine, EngineError

from .material import painting

SIDE = 256
QUICK = Conditions(steps=2)


@pytest.fixture(scope="module", params=list(registry.engines()))
def loaded(request):
    spec = registry.get_spec(request.param)
    if spec.weights:
        from gpu_workers.weights import WeightsError, resolve

        try:
            resolve(spec.weights)
        except WeightsError as error:
            pytest.skip(str(error))
    return spec, registry.load(spec.name, "cpu")


@pytest.fixture(scope="module")
def work():
    windows = np.stack([painting(SIDE, SIDE, seed=seed) for seed in (1, 2)]).astype(np.float32) / 255
    masks = np.zeros((2, SIDE, SIDE), bool)
    masks[0, 100:140, 90:150] = True
    masks[1, :30, 200:] = True
    windows[masks] = 0.9
    return windows, masks


@pytest.fixture(scope="module")
def filled(loaded, work):
    return loaded[1].fill(*work, seeds=[7, 8], conditions=QUICK)


def test_it_says_what_a_recipe_needs(loaded):
    engine = loaded[1]
    assert isinstance(engine, Engine)
    assert engine.version
    assert engine.batch >= 1
    assert engine.libraries
    assert all(isinstance(version, str) for version in engine.libraries.values())
    assert bool(engine.weights_sha256) == bool(loaded[0].weights)


def test_it_returns_windows_of_numbers_between_0_and_1(filled, work):
    assert filled.shape == work[0].shape
    assert filled.dtype == np.float32
    assert np.isfinite(filled).all()
    assert filled.min() >= 0
    assert filled.max() <= 1


def test_it_fills_what_is_damaged(filled, work):
    windows, masks = work
    assert np.abs(filled - windows)[masks].mean() > 0.05


def test_it_leaves_its_inputs_alone(loaded, work):
    windows, masks = work[0].copy(), work[1].copy()
    loaded[1].fill(windows, masks, seeds=[7, 8], conditions=QUICK)
    np.testing.assert_array_equal(windows, work[0])
    np.testing.assert_array_equal(masks, work[1])


def test_a_batch_gives_what_single_calls_give(loaded, work, filled):
    windows, masks = work
    single = loaded[1].fill(windows[1:], masks[1:], seeds=[8], conditions=QUICK)
    np.testing.assert_allclose(single[0], filled[1], atol=2e-3)


def test_the_same_seed_gives_the_same_bytes(loaded, work, filled):
    again = loaded[1].fill(*work, seeds=[7, 8], conditions=QUICK)
    assert again.tobytes() == filled.tobytes()


def test_another_seed_gives_another_fill_only_where_chance_is_declared(loaded, work, filled):
    other = loaded[1].fill(*work, seeds=[9, 10], conditions=QUICK)
    assert (np.abs(other - filled)[work[1]].max() > 0) == loaded[0].stochastic


def test_progress_rises_to_1(loaded, work):
    heard = []
    loaded[1].fill(*work, seeds=[7, 8], conditions=QUICK, progress=heard.append)
    fractions = [part.fraction for part in heard]
    assert fractions == sorted(fractions)
    assert fractions[0] >= 0
    assert fractions[-1] == 1
    assert all(part.stage for part in heard)


def test_it_stops_when_cancelled(loaded, work):
    with pytest.raises(Cancelled):
        loaded[1].fill(*work, seeds=[7, 8], conditions=QUICK, cancelled=lambda: True)


@pytest.mark.parametrize("side", [64, 320])
def test_it_takes_windows_of_other_sides_that_the_table_allows(loaded, side):
    spec, engine = loaded
    if not spec.window <= side <= spec.max_window:
        side = spec.window
    windows = painting(side, side)[None].astype(np.float32) / 255
    masks = np.zeros((1, side, side), bool)
    masks[0, 5:20, 5:20] = True
    assert engine.fill(windows, masks, seeds=[0], conditions=QUICK).shape == windows.shape


def test_an_unknown_engine_is_refused_by_naming_the_known():
    with pytest.raises(EngineError, match="imagest, patchmatch, telea, navier-stokes"):
        registry.get_spec("photoshop")


def test_loading_twice_gives_the_same_engine_and_another_lets_it_go():
    first = registry.load("telea")
    assert registry.load("telea") is first
    registry.load("navier-stokes")
    assert registry.load("telea") is not first


@pytest.mark.parametrize("spec", registry.ENGINES.values(), ids=list(registry.ENGINES))
def test_windows_in_the_table_are_multiples_of_64(spec):
    assert spec.window % 64 == 0
    assert spec.max_window % 64 == 0
    assert spec.window <= spec.max_window


def test_the_table_and_the_pipeline_load_no_torch():
    program = (
        "import sys, gpu_workers.engines.registry, gpu_workers.engines.pipeline, gpu_workers.devices\n"
        "assert not {'torch', 'diffusers', 'django'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "PYTHONPATH": "."})
