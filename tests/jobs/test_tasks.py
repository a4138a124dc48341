"""The tasks themselves: limits, late acknowledgement, the timetable."""

import pytest

from gpu_workers import tasks
from portal.celery import app


def ours() -> list:
    app.loader.import_default_modules()
    return [task for name, task in app.tasks.items() if not name.startswith("celery.")]


def test_every_task_is_made_by_the_one_decorator():
    assert {task.name for task in ours()} == {"gpu_workers.work", "gpu_workers.sweep", "portal.post"}
    for task in ours():
        assert (task.acks_late, task.reject_on_worker_lost, task.ignore_result) == (True, True, True)


def test_for_every_task_the_soft_limit_comes_before_the_hard_and_that_before_redelivery():
    redelivered = app.conf.broker_transport_options["visibility_timeout"]
    for task in ours():
        assert 0 < task.soft_time_limit < task.time_limit < redelivered


def test_every_entry_of_the_timetable_names_a_task_and_expires():
    known = {task.name for task in ours()}
    assert app.conf.beat_schedule
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in known
        assert entry["options"]["expires"] <= entry["schedule"]


def test_a_call_too_many_finds_nothing(db):
    assert tasks.work.apply().successful()


def test_a_second_delivery_of_the_call_runs_the_job_once(transactional_db, make_job, handler):
    ran = []

    @handler
    def run(job, context):
        ran.append(job.pk)
        with context.finishing({}):
            pass

    job = make_job()
    for _delivery in range(2):
        tasks.work.apply()
    job.refresh_from_db()
    assert (ran, job.status, job.attempts) == ([job.pk], "succeeded", 1)


@pytest.mark.django_db
def test_the_sweep_task_sweeps(make_job):
    job = make_job("running", lease_until="2020-01-01T00:00Z")
    tasks.sweep.apply()
    job.refresh_from_db()
    assert job.status == "queued"
