import pytest

from gpu_workers.engines import registry

from .material import Fake, FakeColour, Recolour, bluer, noisy, spec


@pytest.fixture
def engine(monkeypatch):
    """Put a fake engine into the registry as "fake": engine(rule, batch=4, **facts) returns it."""

    def install(rule=noisy, batch=4, **facts):
        fake = Fake(rule, batch)
        monkeypatch.setitem(registry.ENGINES, "fake", spec(**facts))
        monkeypatch.setattr(registry, "load", lambda name, device=None: fake)
        return fake

    return install


@pytest.fixture
def colour(monkeypatch):
    """Put a fake colour engine into the registry as "fake": colour(rule, margin=0, multiple=1, window=64)."""

    def install(rule=bluer, margin=0, multiple=1, window=64, side=64):
        fake = FakeColour(Recolour(rule, margin, multiple), side)
        monkeypatch.setitem(registry.ENGINES, "fake", spec(task="colour", window=window, max_window=window))
        monkeypatch.setattr(registry, "load", lambda name, device=None: fake)
        return fake

    return install
