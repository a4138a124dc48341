"""Many at once: threads with connections of their own against one database."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from gpu_workers import services
from gpu_workers.models import Attempt, Job

pytestmark = pytest.mark.django_db(transaction=True)


def together(*functions: Callable[[], Any]) -> list[Any]:
    """Run functions at the same moment, each in a thread of its own; returns what they returned."""
    results: list[Any] = [None] * len(functions)
    gate = threading.Barrier(len(functions))

    def run(place: int) -> None:
        try:
            gate.wait()
            results[place] = functions[place]()
        except BaseException as problem:  # noqa: BLE001
            results[place] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not [result for result in results if isinstance(result, BaseException)], results
    return results


def claim_all(name: str) -> list[Any]:
    claimed = []
    while job := services.claim(name):
        claimed.append(job.pk)
        assert services.succeed(job, job.attempts, {})
    return claimed


def queue_many(collection, count: int) -> set[Any]:
    jobs = [
        Job(kind="test", collection=collection, owner=collection.created_by, status="queued", queued_at=timezone.now())
        for _ in range(count)
    ]
    return {job.pk for job in Job.objects.bulk_create(jobs)}


def no_job_twice_and_none_lost(collection, workers: int, count: int) -> None:
    wanted = queue_many(collection, count)
    claimed = Counter(pk for part in together(*(lambda n=n: claim_all(f"w{n}") for n in range(workers))) for pk in part)
    assert set(claimed) == wanted
    assert set(claimed.values()) == {1}
    assert Attempt.objects.filter(job__in=wanted).count() == count


def test_four_workers_take_no_job_twice_and_lose_none(collection, calls):
    no_job_twice_and_none_lost(collection, workers=4, count=24)


@pytest.mark.postgres
@pytest.mark.parametrize("repeat", range(4))
def test_sixteen_workers_take_two_hundred_jobs_each_once_on_postgresql(collection, calls, repeat):
    assert connection.features.has_select_for_update_skip_locked
    no_job_twice_and_none_lost(collection, workers=16, count=200)


def test_of_many_sweepers_one_gives_a_lost_job_back(make_job):
    job = make_job("running", lease_until=timezone.now() - timedelta(seconds=1))
    assert sum(together(*[services.sweep] * 6)) == 1
    job.refresh_from_db()
    assert (job.status, job.losses) == ("queued", 1)


@pytest.mark.parametrize("repeat", range(5))
def test_a_cancel_and_a_result_at_the_same_moment_give_one_end(make_job, repeat):
    job = make_job("running")
    asked, succeeded = together(
        lambda: services.request_cancel(job.owner, job),
        lambda: services.succeed(job, 1, {}) or services.stop(job, 1),
    )
    job.refresh_from_db()
    assert succeeded
    assert job.status == ("cancelled" if asked else "succeeded")


@pytest.mark.parametrize("repeat", range(5))
def test_two_retries_at_the_same_moment_queue_a_job_once(make_job, calls, repeat):
    job = make_job("failed")
    assert sorted(together(*[lambda: services.retry(job.owner, job)] * 2)) == [False, True]
    assert len(calls) == 1
