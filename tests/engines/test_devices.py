"""Which device the networks run on."""

import pytest
import torch

from gpu_workers import devices


@pytest.fixture
def machine(monkeypatch):
    """A machine that has the named devices."""

    def has(*names):
        monkeypatch.delenv("LACUNA_DEVICE", raising=False)
        monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in names)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in names)

    return has


@pytest.mark.parametrize(
    ("there", "chosen"), [(["cuda", "mps"], "cuda"), (["mps"], "mps"), ([], "cpu")], ids=["both", "mps", "none"]
)
def test_the_best_device_is_chosen_where_nothing_is_said(machine, there, chosen):
    machine(*there)
    assert devices.choose() == chosen


def test_the_environment_decides_and_a_call_overrules_it(machine, monkeypatch):
    machine("cuda", "mps")
    monkeypatch.setenv("LACUNA_DEVICE", "CPU")
    assert devices.choose() == "cpu"
    assert devices.choose("mps") == "mps"


@pytest.mark.parametrize(("name", "words"), [("abacus", "cuda, mps, cpu"), ("cuda", "no CUDA device")])
def test_a_device_that_is_not_there_is_refused_with_one_sentence(machine, name, words):
    machine()
    with pytest.raises(devices.DeviceError, match=words):
        devices.choose(name)


def test_a_cpu_computes_in_float32():
    assert devices.dtype_for("cpu") == torch.float32
    assert devices.describe("cpu").startswith("cpu (")


def test_threads_are_set_once_from_the_environment(monkeypatch):
    before = torch.get_num_threads()
    devices.limit_threads.cache_clear()
    monkeypatch.setenv("LACUNA_THREADS", "1")
    assert devices.limit_threads() == 1
    monkeypatch.setenv("LACUNA_THREADS", "7")
    assert devices.limit_threads() == 1
    devices.limit_threads.cache_clear()
    torch.set_num_threads(before)
