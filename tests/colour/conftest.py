import pytest
import torch

from tests.colour import tiny


@pytest.fixture
def network():
    """A tiny network whose blocks do something."""
    return tiny.network()


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Several test processes share the cores."""
    torch.set_num_threads(1)
