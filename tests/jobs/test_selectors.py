"""Who sees which jobs, where a job stands in the queue, how long it will take."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from gpu_workers import presence, selectors
from gpu_workers.fingerprints import fingerprint
from tests.factories import CollectionFactory, person

pytestmark = pytest.mark.django_db


def done(make_job, seconds: float, **fields):
    end = timezone.now()
    return make_job("succeeded", started_at=end - timedelta(seconds=seconds), finished_at=end, **fields)


def test_members_see_the_jobs_of_their_collections_and_operators_all(make_job, collection, operator, stranger):
    job = make_job()
    for user, visible in (
        (job.owner, True),
        (person("rights_officer", collection), True),
        (operator, True),
        (stranger, False),
        (CollectionFactory().created_by, False),
    ):
        assert list(selectors.jobs_for(user)) == ([job] if visible else [])
        if not visible:
            with pytest.raises(Http404):
                selectors.get_job(user, job.pk)


def test_a_draft_is_no_job_yet(make_job, operator):
    make_job("draft")
    assert not selectors.jobs_for(operator).exists()


def test_a_preview_is_for_members_alone(make_job, operator):
    job = make_job("running", preview="previews/x.webp")
    assert selectors.get_preview(job.owner, job.pk) == job
    with pytest.raises(Http404):
        selectors.get_preview(operator, job.pk)


def test_a_job_without_a_preview_has_none_to_show(make_job):
    job = make_job("running")
    with pytest.raises(Http404):
        selectors.get_preview(job.owner, job.pk)


def test_the_place_in_the_queue_counts_those_that_are_taken_before(make_job):
    now = timezone.now()
    last = make_job(queued_at=now)
    second = make_job(queued_at=now - timedelta(seconds=9))
    first = make_job(queued_at=now, priority=2)
    assert [selectors.place_in_queue(job) for job in (first, second, last)] == [1, 2, 3]
    assert selectors.place_in_queue(make_job("running")) is None


def test_jobs_queued_at_the_same_moment_have_places_of_their_own(make_job):
    now = timezone.now()
    jobs = [make_job(queued_at=now) for _ in range(3)]
    assert sorted(selectors.place_in_queue(job) for job in jobs) == [1, 2, 3]


def test_without_a_past_there_is_no_estimate(make_job):
    assert selectors.estimate_seconds(make_job()) is None


def test_the_estimate_comes_from_jobs_of_the_same_engine(make_job):
    ours, others = {"engine": "telea", "candidates": 1}, {"engine": "imagest", "candidates": 1}
    for seconds in (10, 20, 90):
        done(make_job, seconds, parameters=ours)
    done(make_job, 500, parameters=others)
    waiting = make_job(parameters=ours)
    assert selectors.estimate_seconds(waiting) == 40  # its own 20, and 20 until a worker is free
    running = make_job("running", parameters=ours, started_at=timezone.now() - timedelta(seconds=5))
    assert selectors.estimate_seconds(running) == 15


def test_what_is_left_follows_from_the_progress_once_there_is_some(make_job):
    job = make_job("running", fraction=0.25, started_at=timezone.now() - timedelta(seconds=10))
    assert selectors.estimate_seconds(job) == 30


def test_a_job_that_has_ended_has_no_estimate(make_job):
    assert selectors.estimate_seconds(done(make_job, 10)) is None


def test_parameters_in_another_order_have_the_same_fingerprint():
    assert fingerprint("restore", {"a": 1, "b": "纸"}) == fingerprint("restore", {"b": "纸", "a": 1})


@pytest.mark.parametrize("other", [("restore", {"a": 2}), ("propose", {"a": 1}), ("restore", {"a": "1"})])
def test_anything_else_has_another_fingerprint(other):
    assert fingerprint("restore", {"a": 1}) != fingerprint(*other)


def test_the_same_job_is_one_of_the_collection_that_did_not_fail(make_job):
    make_job("failed", fingerprint="f")
    assert selectors.same_job("f", make_job("cancelled", fingerprint="f").collection) is None
    running = make_job("running", fingerprint="f")
    assert selectors.same_job("f", running.collection) == running
    assert selectors.same_job("f", CollectionFactory()) is None


def test_workers_count_while_they_were_heard_of(real_redis, monkeypatch):
    presence.note_alive("one")
    presence.note_alive("two")
    presence.note_alive("two")
    assert selectors.workers_alive() == 2
    presence.note_gone("one")
    assert selectors.workers_alive() == 1
    late = presence.time.time() + presence.ALIVE_SECONDS + 1
    monkeypatch.setattr(presence.time, "time", lambda: late)
    assert selectors.workers_alive() == 0


def test_without_redis_no_worker_is_known(settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nowhere.sock"
    presence.note_alive("one")
    assert selectors.workers_alive() == 0
