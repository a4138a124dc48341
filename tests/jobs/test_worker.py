"""Real Celery workers on a real Redis, killed as a power cut or a lack of memory kills them."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gpu_workers import selectors, services
from gpu_workers.models import Job

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
LEASE = 4


@pytest.fixture
def process_environment(process_environment, settings):
    settings.JOB_LEASE_SECONDS = LEASE
    return process_environment | {
        "DJANGO_SETTINGS_MODULE": "tests.jobs.slow.settings",
        "JOB_LEASE_SECONDS": str(LEASE),
    }


@pytest.fixture
def order(collection, tmp_path):
    """Queue a job as the site does: the call goes through the real broker."""

    def make(kind: str) -> Job:
        parameters = {"pid_file": str(tmp_path / "pid")}
        return services.queue(
            Job.objects.create(kind=kind, collection=collection, owner=collection.created_by, parameters=parameters)
        )

    return make


def until(true: Callable[[], object], seconds: float = 60, each: Callable[[], object] = lambda: None) -> object:
    deadline = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < deadline, f"it did not happen in time: {list(Job.objects.values())}"
        each()
        time.sleep(0.1)
    return answer


def status(job: Job) -> str:
    job.refresh_from_db()
    return job.status


def pid_of_the_work(job: Job) -> int:
    path = Path(job.parameters["pid_file"])
    return int(until(lambda: path.exists() and path.read_text()))


def nothing_is_left(job: Job, home: str) -> None:
    until(lambda: not list(Path(home, "scratch").glob(f"{job.pk.hex}*")), seconds=10)


def one_result_on_the_second_attempt(job: Job, home: str) -> None:
    until(lambda: status(job) == "succeeded", each=services.sweep)
    assert (job.parameters, job.recipe) == ({"results": 1}, {"number": 2})
    assert list(job.attempt_set.values_list("outcome", flat=True)) == ["lost", "succeeded"]
    nothing_is_left(job, home)


def test_a_job_whose_process_is_killed_is_finished_once_by_the_second_attempt(worker, order, process_environment):
    job = order("slow")
    os.kill(pid_of_the_work(job), signal.SIGKILL)
    one_result_on_the_second_attempt(job, process_environment["LACUNA_HOME"])


def test_a_job_whose_whole_worker_is_killed_is_finished_once_by_another(start_worker, order, process_environment):
    first = start_worker()
    job = order("slow")
    pid_of_the_work(job)
    first.kill()
    start_worker()
    one_result_on_the_second_attempt(job, process_environment["LACUNA_HOME"])


def test_a_running_job_is_cancelled_within_seconds_and_its_worker_goes_on(worker, order):
    job = order("slow")
    pid_of_the_work(job)
    assert services.request_cancel(job.owner, job)
    until(lambda: status(job) == "cancelled", seconds=10)
    after = order("quick")
    until(lambda: status(after) == "succeeded")


def test_a_job_without_an_end_is_stopped_by_its_soft_limit_and_leaves_nothing(start_worker, order, process_environment):
    process_environment["SOFT_LIMIT_SECONDS"] = "4"
    start_worker()
    job = order("endless")
    until(lambda: status(job) == "failed")
    assert "ran out of time" in job.message
    assert job.attempts == 1
    nothing_is_left(job, process_environment["LACUNA_HOME"])


def test_jobs_follow_one_another_in_the_same_process_and_the_worker_is_seen(worker, order):
    jobs = [order("quick") for _ in range(5)]
    until(lambda: all(status(job) == "succeeded" for job in jobs))
    assert len({job.recipe["pid"] for job in jobs}) == 1  # what one job has loaded is still there for the next
    until(lambda: selectors.workers_alive() == 1)
