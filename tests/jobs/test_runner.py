"""One attempt at a job: every way it can end, and what is left of it."""

import errno
import signal
import threading
import time
from types import SimpleNamespace

import numpy as np
import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from billiard.pool import SIG_SOFT_TIMEOUT, soft_timeout_sighandler
from django.db import connections

from gpu_workers import progress, runner, services
from gpu_workers.engines.contract import Cancelled, EngineError
from gpu_workers.kinds import AttemptOver
from gpu_workers.models import Job
from gpu_workers.pictures import PictureError
from portal.errors import UserError

pytestmark = pytest.mark.django_db(transaction=True)


class OutOfMemoryError(RuntimeError):
    """As torch names its own."""


@pytest.fixture(autouse=True)
def scratch_root(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path / "scratch"


def ended(job: Job) -> tuple[str, str]:
    job.refresh_from_db()
    return job.status, job.message


def raising(problem):
    def run(job, context):
        raise problem

    return run


def test_a_handler_writes_its_results_and_the_recipe_at_once(make_job, handler):
    @handler
    def run(job, context):
        with context.finishing({"seed": 7}):
            Job.objects.filter(pk=job.pk).update(parameters={"result": 1})

    job = make_job()
    assert runner.run_next("w") == job
    assert ended(job) == ("succeeded", "")
    assert (job.recipe, job.parameters, job.fraction) == ({"seed": 7}, {"result": 1}, 1.0)


def test_results_that_cannot_be_written_leave_the_job_failed_and_nothing_written(make_job, handler):
    @handler
    def run(job, context):
        with context.finishing({"seed": 7}):
            Job.objects.filter(pk=job.pk).update(parameters={"result": 1})
            raise UserError("The second row was refused.")

    job = make_job()
    runner.run_next("w")
    assert ended(job) == ("failed", "The second row was refused.")
    assert (job.recipe, job.parameters) == ({}, {})


def test_without_a_job_there_is_nothing_to_do(db):
    assert runner.run_next("w") is None


@pytest.mark.parametrize(
    "problem",
    [UserError("Say it."), EngineError("Say it."), PictureError("Say it.")],
    ids=lambda problem: type(problem).__name__,
)
def test_a_problem_meant_for_a_person_is_told_as_it_is(make_job, handler, problem):
    handler(raising(problem))
    job = make_job()
    runner.run_next("w")
    assert ended(job) == ("failed", "Say it.")
    assert job.attempt_set.get().message == "Say it."


def test_a_bug_is_logged_and_not_told(make_job, handler, caplog):
    handler(raising(KeyError("/secret/path")))
    job = make_job()
    runner.run_next("w")
    status, message = ended(job)
    assert status == "failed"
    assert message.startswith("An unexpected error occurred")
    assert "secret" not in message
    assert "KeyError" in caplog.text


def test_a_job_whose_interruption_was_swallowed_is_reminded_of_its_limit(make_job, handler, monkeypatch):
    monkeypatch.setattr("gpu_workers.heartbeat.LISTEN_SECONDS", 0.05)
    monkeypatch.setattr("gpu_workers.heartbeat.LATE_SECONDS", 0.2)
    swallowed = []

    @handler
    def run(job, context):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                time.sleep(0.01)
            except SoftTimeLimitExceeded:
                if swallowed:
                    raise
                swallowed.append(True)

    before = signal.signal(SIG_SOFT_TIMEOUT, soft_timeout_sighandler)
    try:
        job = make_job()
        runner.run_next("w", limit=0.1)
    finally:
        signal.signal(SIG_SOFT_TIMEOUT, before)
    assert swallowed
    assert "ran out of time" in ended(job)[1]


def test_the_soft_time_limit_ends_a_job_with_advice(make_job, handler):
    handler(raising(SoftTimeLimitExceeded()))
    job = make_job()
    runner.run_next("w")
    assert ended(job)[0] == "failed"
    assert "ran out of time" in job.message


def test_a_full_disk_ends_a_job_with_a_sentence(make_job, handler):
    handler(raising(OSError(errno.ENOSPC, "No space left on device")))
    job = make_job()
    runner.run_next("w")
    assert "disk is full" in ended(job)[1]


def test_a_kind_that_nobody_registered_fails_with_a_sentence(make_job):
    job = make_job(kind="unheard-of")
    runner.run_next("w")
    assert ended(job)[0] == "failed"
    assert "does not know how to do this kind of job" in job.message


def test_what_is_stored_is_english_whatever_the_owner_reads(make_job, handler):
    handler(raising(SoftTimeLimitExceeded()))
    job = make_job()
    type(job.owner).objects.update(language="zh-hans")
    runner.run_next("w")
    assert ended(job)[1].startswith("The job ran out of time")


@pytest.mark.parametrize(
    "problem", [MemoryError(), OutOfMemoryError("CUDA"), RuntimeError("DefaultCPUAllocator: can't allocate memory")]
)
def test_a_job_that_runs_out_of_memory_is_tried_once_more_with_less_at_a_time(make_job, handler, problem):
    tries = []

    @handler
    def run(job, context):
        tries.append((context.frugal, list(context.scratch.iterdir())))
        (context.scratch / "half").write_bytes(b"half a picture")
        if not context.frugal:
            raise problem
        with context.finishing({}):
            pass

    job = make_job()
    runner.run_next("w")
    assert ended(job) == ("succeeded", "")
    assert tries == [(False, []), (True, [])]
    assert job.attempts == 1


def test_a_job_that_runs_out_of_memory_twice_fails_with_advice(make_job, handler):
    handler(raising(MemoryError()))
    job = make_job()
    runner.run_next("w")
    assert ended(job)[0] == "failed"
    assert "fewer candidates" in job.message


@pytest.mark.parametrize("stopped", [AttemptOver, Cancelled])
def test_a_running_job_that_is_cancelled_ends_as_cancelled(make_job, handler, stopped):
    @handler
    def run(job, context):
        services.request_cancel(job.owner, job)
        deadline = time.monotonic() + 10
        while not context.cancelled():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        raise stopped

    job = make_job()
    runner.run_next("w")
    assert ended(job) == ("cancelled", "")
    assert job.attempt_set.get().outcome == "cancelled"


@pytest.mark.parametrize("late", ["result", "problem"])
def test_a_job_cancelled_while_it_finishes_ends_as_cancelled_once(make_job, handler, late):
    @handler
    def run(job, context):
        services.request_cancel(job.owner, job)
        if late == "problem":
            raise EngineError("Too late to tell.")
        with context.finishing({"seed": 1}):
            pytest.fail("written although cancelled")

    job = make_job()
    runner.run_next("w")
    assert ended(job) == ("cancelled", "")
    assert job.recipe == {}


def test_an_attempt_whose_job_was_taken_over_writes_nothing(make_job, handler):
    @handler
    def run(job, context):
        Job.objects.filter(pk=job.pk).update(attempts=2)  # lost, swept and claimed by somebody else
        with context.finishing({"seed": 1}):
            pytest.fail("written although over")

    job = make_job()
    runner.run_next("w")
    assert ended(job)[0] == "running"
    assert job.recipe == {}


def test_the_heartbeat_renews_the_lease_while_the_handler_works(make_job, handler, settings):
    settings.JOB_LEASE_SECONDS = 3

    @handler
    def run(job, context):
        deadline = time.monotonic() + 20
        while Job.objects.get(pk=job.pk).lease_until <= job.lease_until:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with context.finishing({}):
            pass

    job = make_job()
    runner.run_next("w")
    assert ended(job) == ("succeeded", "")


def test_the_heartbeat_tells_an_attempt_that_it_was_given_up(make_job, handler, settings):
    settings.JOB_LEASE_SECONDS = 1

    @handler
    def run(job, context):
        Job.objects.filter(pk=job.pk).update(status="queued", lease_until=None)
        deadline = time.monotonic() + 10
        while not context.cancelled():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        raise AttemptOver

    job = make_job()
    runner.run_next("w")
    assert ended(job)[0] == "queued"


def test_a_busy_worker_sweeps_for_the_lost_ones(make_job, handler, settings):
    settings.JOB_LEASE_SECONDS = 3
    lost = make_job("running", lease_until="2020-01-01T00:00Z")

    @handler
    def run(job, context):
        deadline = time.monotonic() + 20
        while Job.objects.get(pk=lost.pk).status == "running":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with context.finishing({}):
            pass

    job = make_job()
    runner.run_next("w")
    assert ended(job) == ("succeeded", "")
    assert ended(lost)[0] == "queued"


def test_the_heartbeat_leaves_no_thread_and_no_connection(make_job, handler, monkeypatch):
    closed = []
    monkeypatch.setattr(connections, "close_all", lambda: closed.append(threading.current_thread().name))
    handler(raising(UserError("No.")))
    job = make_job()
    runner.run_next("w")
    assert closed == [f"heartbeat-{job.pk}"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("heartbeat")]


@pytest.mark.parametrize("problem", [None, UserError("No."), KeyError("bug"), MemoryError(), AttemptOver()])
def test_the_scratch_folder_is_gone_however_a_job_ends(make_job, handler, scratch_root, problem):
    @handler
    def run(job, context):
        (context.scratch / "deep").mkdir()
        (context.scratch / "deep" / "half.tif").write_bytes(b"half a picture")
        if problem:
            raise problem
        with context.finishing({}):
            pass

    make_job()
    runner.run_next("w")
    assert list(scratch_root.iterdir()) == []


def test_what_a_killed_attempt_left_is_cleared_by_the_next(make_job, handler, scratch_root):
    job = make_job(attempts=1)
    (scratch_root / f"{job.pk.hex}-1").mkdir(parents=True)
    handler(raising(UserError("No.")))
    runner.run_next("w")
    assert list(scratch_root.iterdir()) == []


def test_progress_is_passed_on_four_times_a_second_at_most(make_job, handler, monkeypatch):
    told, clock = [], iter(range(10_000))
    monkeypatch.setattr(services, "progress", lambda *about: told.append(about) or True)
    monkeypatch.setattr(runner, "time", SimpleNamespace(monotonic=lambda: next(clock) / 100))

    @handler
    def run(job, context):
        for _hundredth in range(200):
            context.progress(0.5, "Painting", np.zeros((4, 4, 3), np.uint8))
        with context.finishing({}):
            pass

    make_job()
    runner.run_next("w")
    assert len(told) == 8
    assert [about[-1] is not None for about in told] == [True, False, False, False] * 2


@pytest.mark.parametrize(
    ("reason", "words"),
    [(SoftTimeLimitExceeded(), "ran out of time"), (MemoryError(), "ran out of memory, twice"), (KeyError(), "broke")],
)
def test_the_real_reason_is_told_even_where_an_engine_has_wrapped_it(make_job, handler, reason, words):
    @handler
    def run(job, context):
        raise EngineError("The engine broke.") from reason

    job = make_job()
    runner.run_next("w")
    assert words in ended(job)[1]


def test_a_time_limit_that_comes_while_progress_is_sent_is_not_lost(make_job, handler, monkeypatch):
    @handler
    def run(job, context):
        monkeypatch.setattr(progress, "redis_away", raise_time_limit)
        context.progress(0.5, "Painting")

    job = make_job()
    with pytest.raises(SoftTimeLimitExceeded):  # once more, when the end is announced; the job has ended by then
        runner.run_next("w")
    assert "ran out of time" in ended(job)[1]


def raise_time_limit():
    raise SoftTimeLimitExceeded
