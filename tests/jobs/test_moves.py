"""Every event in every state: the move of the table, or nothing at all."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from gpu_workers import services
from gpu_workers.models import Attempt, Job
from gpu_workers.moves import ENDS, MOVES

STATES = ("draft", "queued", "running", "succeeded", "failed", "cancelled")

# written out by hand, so that the table of the code can be wrong: (state, event) → state; every other pair is refused
ALLOWED = {
    ("draft", "queue"): "queued",
    ("queued", "claim"): "running",
    ("queued", "cancel"): "cancelled",
    ("running", "succeed"): "succeeded",
    ("running", "fail"): "failed",
    ("running", "stop"): "cancelled",
    ("running", "lose"): "queued",
    ("running", "quarantine"): "failed",
    ("running", "ask_to_stop"): "running",
    ("failed", "retry"): "queued",
    ("cancelled", "retry"): "queued",
}
EVENTS = sorted({event for _state, event in ALLOWED})


def prepare(event: str, job: Job) -> None:
    """Make the circumstances under which an event happens to a job."""
    if event in ("lose", "quarantine"):
        Job.objects.filter(pk=job.pk, status="running").update(lease_until=timezone.now() - timedelta(seconds=1))
        Job.objects.filter(pk=job.pk).update(losses=2 if event == "quarantine" else 0)
    if event == "stop":
        Job.objects.filter(pk=job.pk).update(cancel_requested=True)


def happen(event: str, job: Job) -> None:
    """Bring an event about the way the site does."""
    {
        "queue": lambda: services.queue(job),
        "claim": lambda: services.claim("worker"),
        "cancel": lambda: services.request_cancel(job.owner, job),
        "ask_to_stop": lambda: services.request_cancel(job.owner, job),
        "succeed": lambda: services.succeed(job, job.attempts, {}),
        "fail": lambda: services.fail(job, job.attempts, "No."),
        "stop": lambda: services.stop(job, job.attempts),
        "lose": services.sweep,
        "quarantine": services.sweep,
        "retry": lambda: services.retry(job.owner, job),
    }[event]()


@pytest.mark.django_db
@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", STATES)
def test_an_event_moves_a_job_as_the_table_says_or_not_at_all(make_job, state, event):
    job = make_job(state)
    prepare(event, job)
    happen(event, job)
    job.refresh_from_db()
    asked = event in ("cancel", "ask_to_stop")  # one button of a page, two events of the table
    expected = "cancelled" if asked and state == "queued" else ALLOWED.get((state, event), state)
    assert job.status == expected


def test_the_table_of_the_code_is_the_table_of_this_test():
    pairs = {(source, event): target for event, (sources, target) in MOVES.items() for source in sources}
    assert pairs == ALLOWED


def test_every_move_out_of_running_says_how_its_attempt_ended():
    leaving = {event for event, (sources, target) in MOVES.items() if sources == {"running"} and target != "running"}
    assert leaving == set(ENDS)


@pytest.mark.django_db
@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", STATES)
def test_the_same_event_twice_moves_a_job_once(make_job, state, event):
    job = make_job(state)
    prepare(event, job)
    happen(event, job)
    once = Job.objects.values().get(pk=job.pk), list(Attempt.objects.filter(job=job).values())
    happen(event, job)
    assert (Job.objects.values().get(pk=job.pk), list(Attempt.objects.filter(job=job).values())) == once


@pytest.mark.django_db
def test_the_database_refuses_a_state_that_does_not_exist(make_job):
    job = make_job()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(status="paused")


@pytest.mark.django_db
def test_the_database_refuses_a_running_job_without_a_lease(make_job):
    job = make_job()
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(status="running")
