"""Jobs in any state, people who order them, and wake-up calls that leave no test."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import person
from tests.jobs.conftest import calls, make_job

__all__ = ["calls", "make_job"]


@pytest.fixture(autouse=True)
def _calls(calls):
    """No wake-up call leaves a test of this folder."""


@pytest.fixture
def people(collection):
    """Curators of the collection, as many as a test asks for."""

    def people(count: int) -> list:
        return [person("curator", collection) for _ in range(count)]

    return people


@pytest.fixture
def wait(make_job):
    """Let jobs of a person wait, each a second longer than the next one made."""
    made = []

    def wait(owner, count: int = 1, **fields) -> list:
        start = timezone.now() - timedelta(hours=1)
        for _ in range(count):
            made.append(make_job(owner=owner, **({"queued_at": start + timedelta(seconds=len(made))} | fields)))
        return made[-count:]

    return wait
