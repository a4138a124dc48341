import pytest

from gpu_workers.engines import registry

from .material import Fake, noisy, spec


@pytest.fixture
def engine(monkeypatch):
    """Put a fake engine into the registry as "fake": engine(rule, batch=4, **facts) returns it."""

    def install(rule=noisy, batch=4, **facts):
        fake = Fake(rule, batch)
        monkeypatch.setitem(registry.ENGINES, "fake", spec(**facts))
        monkeypatch.setattr(registry, "load", lambda name, device=None: fake)
        return fake

    return install
