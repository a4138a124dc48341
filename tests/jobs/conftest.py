"""Jobs in any state, and a kind of job whose handler a test writes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gpu_workers import kinds, wake
from gpu_workers.models import Attempt, Job


@pytest.fixture
def calls(monkeypatch):
    """The wake-up calls that were sent, as a list of options; none leaves the test."""
    from portal.celery import app

    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: sent.append((name, options)))
    assert wake.TASK == "gpu_workers.work"
    return sent


@pytest.fixture
def make_job(collection, calls):
    """Make a job in any state, with the attempt that such a job has had."""

    def make(status: str = Job.Status.QUEUED, **fields) -> Job:
        now = timezone.now()
        running, ended = status == Job.Status.RUNNING, status in Job.TERMINAL
        defaults = {
            "kind": "test",
            "queued_at": None if status == Job.Status.DRAFT else now,
            "attempts": int(running or ended),
            "started_at": now if running or ended else None,
            "lease_until": now + timedelta(seconds=30) if running else None,
            "finished_at": now if ended else None,
        }
        whose = {"collection": collection, "owner": collection.created_by, "status": status}
        job = Job.objects.create(**(whose | defaults | fields))
        if job.attempts:
            outcome = status if ended else Attempt.Outcome.RUNNING
            Attempt.objects.create(job=job, number=job.attempts, worker="w", outcome=outcome)
        return job

    return make


@pytest.fixture
def handler(monkeypatch):
    """Register a function as what is done for jobs of the kind "test"."""

    def register(function):
        monkeypatch.setitem(kinds.KINDS, "test", function)
        return function

    return register
