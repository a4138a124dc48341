import pytest
import torch

from generation.ink.model import InkModel
from tests.ink import tiny


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Several test processes share the cores."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def model() -> InkModel:
    """A tiny model whose every layer does something; tests do not change it."""
    return tiny.model()
