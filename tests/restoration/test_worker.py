"""A real order, a real engine, a real worker that is killed while it paints."""

import os
import signal
import time
from pathlib import Path

import pytest

from gpu_workers import services
from restoration.services import order_restoration
from tests.factories import ArtworkFactory, mask_for
from tests.restoration.conftest import stored

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def process_environment(process_environment, settings, tmp_path):
    settings.JOB_LEASE_SECONDS = 4
    return process_environment | {
        "DJANGO_SETTINGS_MODULE": "tests.restoration.slow_settings",
        "JOB_LEASE_SECONDS": "4",
        "PID_FILE": str(tmp_path / "pid"),
    }


def until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return answer


def test_a_restoration_whose_worker_is_killed_is_sealed_once_by_the_second_attempt(
    worker, collection, curator, tmp_path, settings, process_environment
):
    artwork = ArtworkFactory(collection=collection)
    restoration = order_restoration(curator, artwork, mask=mask_for(artwork), engine="telea", candidates=2)
    before, pid_file, job = stored(settings), tmp_path / "pid", restoration.job
    os.kill(int(until(lambda: pid_file.exists() and pid_file.read_text())), signal.SIGKILL)

    def ended():
        services.sweep()
        job.refresh_from_db()
        return job.status not in job.ACTIVE

    until(ended)
    assert (job.status, job.message, job.attempts) == ("succeeded", "", 2)
    candidate = restoration.candidates.get()
    assert candidate.outside_max == 0
    new = stored(settings) - before
    assert new == {candidate.picture.file.name, candidate.picture.pyramid.name, candidate.picture.thumbnail.name}
    scratch = Path(process_environment["LACUNA_HOME"], "scratch")
    until(lambda: not list(scratch.glob(f"{job.pk.hex}*")), seconds=10)
