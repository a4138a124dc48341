import pytest
import torch

from restoration.imagest.model import Imagest
from restoration.imagest.sampler import Sampler
from tests.imagest import tiny


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def model() -> Imagest:
    return tiny.model()


@pytest.fixture(scope="session")
def sampler(model: Imagest) -> Sampler:
    return Sampler(model)
