"""Claim, lease, cancel, retry, sweep: what each leaves behind, and who may ask for it."""

import time
from datetime import timedelta

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from gpu_workers import presence, services
from gpu_workers.models import Attempt, Job
from tests.factories import person

pytestmark = pytest.mark.django_db
PAST = timedelta(seconds=60)


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_the_job_of_higher_priority_goes_first_then_the_one_that_waits_longer(make_job):
    now = timezone.now()
    late, early = make_job(queued_at=now), make_job(queued_at=now - PAST)
    urgent = make_job(queued_at=now, priority=1)
    assert [services.claim("w") for _ in range(4)] == [urgent, early, late, None]


def test_a_claim_notes_the_worker_the_lease_and_the_attempt(make_job, settings):
    make_job()
    job = services.claim("host:17")
    assert (job.worker, job.attempts) == ("host:17", 1)
    assert 0 < (job.lease_until - timezone.now()).total_seconds() <= settings.JOB_LEASE_SECONDS
    assert list(job.attempt_set.values_list("number", "worker", "outcome")) == [(1, "host:17", "running")]


def test_an_attempt_that_was_given_up_changes_nothing_more(make_job):
    make_job()
    first = services.claim("silent")
    expire(first)
    services.sweep()
    second = services.claim("lively")
    before = Job.objects.values().get(pk=second.pk)
    assert not services.renew(first, 1)
    assert services.must_stop(first, 1)
    assert not services.progress(first, 1, 0.9, "Late")
    assert not services.succeed(first, 1, {"late": True})
    assert not services.fail(first, 1, "Late.")
    assert not services.stop(first, 1)
    assert Job.objects.values().get(pk=second.pk) == before


def test_a_renewed_lease_is_not_swept(make_job):
    job = make_job("running")
    expire(job)
    assert services.renew(job, 1)
    assert services.sweep() == 0


def test_a_lease_renewed_between_the_look_and_the_move_keeps_its_job(make_job):
    job = make_job("running")
    expire(job)
    job.refresh_from_db()
    services.renew(job, 1)
    assert not services._give_up(job)
    job.refresh_from_db()
    assert job.status == "running"


def test_a_job_that_lost_three_workers_is_quarantined_with_a_sentence(make_job):
    job = make_job()
    for _ in range(3):
        expire(services.claim("doomed"))
        services.sweep()
    job.refresh_from_db()
    assert (job.status, job.quarantined, job.losses) == ("failed", True, 3)
    assert job.message == "This job was stopped because every worker that took it was lost while working on it."
    assert set(job.attempt_set.values_list("outcome", flat=True)) == {"lost"}
    assert services.claim("next") is None


def test_a_quarantined_job_that_is_retried_has_three_losses_before_it_again(make_job):
    job = make_job("failed", attempts=3, losses=3, quarantined=True)
    assert services.retry(job.owner, job)
    expire(services.claim("doomed"))
    services.sweep()
    job.refresh_from_db()
    assert (job.status, job.losses, job.attempts, job.quarantined) == ("queued", 1, 4, False)


def test_cancelling_a_waiting_job_ends_it_at_once(make_job):
    job = make_job()
    assert services.request_cancel(job.owner, job)
    assert services.claim("w") is None
    job.refresh_from_db()
    assert job.finished_at is not None


def test_cancelling_a_running_job_only_asks_and_the_attempt_ends_it(make_job):
    job = make_job("running")
    assert services.request_cancel(job.owner, job)
    assert not services.request_cancel(job.owner, job)
    assert services.must_stop(job, 1)
    assert services.stop(job, 1)
    assert not services.stop(job, 1)
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert job.attempt_set.get().outcome == "cancelled"


def test_a_result_that_comes_after_the_wish_to_cancel_is_not_taken(make_job):
    job = make_job("running")
    services.request_cancel(job.owner, job)
    assert not services.succeed(job, 1, {})
    assert not services.fail(job, 1, "Too late.")
    assert services.stop(job, 1)


def test_a_wish_to_cancel_that_comes_after_the_result_changes_nothing(make_job):
    job = make_job("running")
    assert services.succeed(job, 1, {"seed": 3})
    assert not services.request_cancel(job.owner, job)
    job.refresh_from_db()
    assert (job.status, job.cancel_requested, job.recipe) == ("succeeded", False, {"seed": 3})


def test_nobody_works_again_on_a_lost_job_that_was_to_be_cancelled(make_job):
    job = make_job("running")
    services.request_cancel(job.owner, job)
    expire(job)
    assert services.sweep() == 1
    job.refresh_from_db()
    assert job.status == "cancelled"


@pytest.mark.parametrize("service", [services.request_cancel, services.retry])
def test_a_member_without_the_right_may_not_steer_a_job(make_job, collection, service):
    job = make_job("failed" if service is services.retry else "queued")
    before = job.status
    for someone in (person("consultant", collection), person("curator")):
        with pytest.raises(PermissionDenied):
            service(someone, job)
    job.refresh_from_db()
    assert job.status == before


def test_an_operator_may_steer_every_job(make_job, operator):
    job = make_job()
    assert services.request_cancel(operator, job)
    assert services.retry(operator, job)


def test_a_retried_job_starts_afresh_at_the_end_of_the_line(make_job):
    other = make_job(queued_at=timezone.now() - PAST)
    job = make_job("failed", message="No.", fraction=0.7, queued_at=timezone.now() - 2 * PAST)
    assert services.retry(job.owner, job)
    assert [services.claim("w"), services.claim("w")] == [other, job]
    job.refresh_from_db()
    assert (job.message, job.fraction, job.attempts) == ("", 0.0, 2)


def test_progress_raises_the_sequence_and_stays_within_its_bounds(make_job):
    job = make_job("running", sequence=4)
    assert services.progress(job, 1, 1.7, "x" * 500)
    job.refresh_from_db()
    assert (job.sequence, job.fraction, len(job.stage)) == (5, 1.0, 200)


def test_only_the_latest_preview_is_kept_and_none_after_the_end(make_job, django_capture_on_commit_callbacks):
    job = make_job("running")
    for _ in range(3):
        assert services.progress(job, 1, 0.5, "Painting", np.zeros((2000, 1000, 3), np.uint8))
    job.refresh_from_db()
    assert [f"previews/{name}" for name in default_storage.listdir("previews")[1]] == [job.preview.name]
    with django_capture_on_commit_callbacks(execute=True):
        services.succeed(job, 1, {})
    job.refresh_from_db()
    assert not job.preview
    assert default_storage.listdir("previews")[1] == []


def test_a_preview_of_a_late_attempt_leaves_no_file(make_job):
    job = make_job("running", attempts=2)
    assert not services.progress(job, 1, 0.5, "Late", np.zeros((8, 8, 3), np.uint8))
    assert default_storage.listdir("previews")[1] == []


def test_queueing_calls_a_worker_after_the_commit(make_job, calls, django_capture_on_commit_callbacks):
    job = make_job("draft")
    with django_capture_on_commit_callbacks(execute=True):
        services.queue(job)
        assert calls == []
    assert [name for name, _options in calls] == ["gpu_workers.work"]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_rolled_back_calls_nobody(make_job, calls):
    job = make_job("draft")
    with transaction.atomic():
        services.queue(job)
        transaction.set_rollback(True)
    job.refresh_from_db()
    assert (job.status, calls) == ("draft", [])


@pytest.mark.django_db(transaction=True)
def test_a_job_queued_while_the_broker_is_away_is_called_for_by_the_sweeper(make_job, calls, monkeypatch):
    from portal.celery import app

    def away(*_args, **_options):
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(app, "send_task", away)
        job = services.queue(make_job("draft"))
    assert (job.status, calls) == ("queued", [])
    services.sweep()
    assert calls == []  # it has waited for a moment only
    Job.objects.update(queued_at=timezone.now() - PAST)
    services.sweep()
    assert len(calls) == 1
    assert services.claim("w") == job


def test_a_call_carries_nothing_and_those_of_the_sweeper_expire(make_job, calls):
    for _ in range(20):
        make_job(queued_at=timezone.now() - PAST)
    services.sweep()
    assert len(calls) == services.WAKE_AT_ONCE
    assert all(options.keys() == {"expires", "retry", "ignore_result"} for _name, options in calls)
    assert all(options["expires"] for _name, options in calls)


def test_every_move_raises_the_sequence(make_job):
    job, seen = make_job("draft"), []
    for step in (
        lambda: services.queue(job),
        lambda: services.claim("w"),
        lambda: services.progress(job, 1, 0.1, ""),
        lambda: services.fail(job, 1, "No."),
        lambda: services.retry(job.owner, job),
        lambda: services.request_cancel(job.owner, job),
    ):
        step()
        job.refresh_from_db()
        seen.append(job.sequence)
    assert seen == sorted(set(seen))
    assert len(seen) == 6


def test_attempts_keep_their_history(make_job):
    job = make_job()
    expire(services.claim("one"))
    services.sweep()
    services.claim("two")
    services.fail(job, 2, "The engine broke.")
    rows = Attempt.objects.filter(job=job).values_list("number", "worker", "outcome", "message")
    assert list(rows) == [(1, "one", "lost", ""), (2, "two", "failed", "The engine broke.")]


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_redis_that_is_away(make_job, calls, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(presence, "_away_until", 0.0)
    settings.REDIS_URL = f"unix://{tmp_path}/nowhere.sock"
    settings.CELERY_BROKER_URL = settings.REDIS_URL.replace("unix", "redis+socket")
    start = time.monotonic()
    services.queue(make_job("draft"))
    assert calls == []  # not even tried
    assert time.monotonic() - start < 2


def test_a_redis_that_is_away_is_asked_again_after_some_seconds(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(presence, "_away_until", 0.0)
    settings.CELERY_BROKER_URL = "redis://"
    answers = iter([False, True])
    monkeypatch.setattr(presence, "redis_answers", lambda url: next(answers))
    assert presence.redis_away()
    assert presence.redis_away()  # remembered, not asked
    later = time.monotonic() + presence.DOUBT_SECONDS
    monkeypatch.setattr(presence.time, "monotonic", lambda: later)
    assert not presence.redis_away()
