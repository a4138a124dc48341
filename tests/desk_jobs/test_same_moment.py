"""Many workers at the same moment: each job once, and never more of them than the limits allow."""

from collections import Counter

import pytest
from django.db import transaction

from gpu_workers import queueing, services
from gpu_workers.models import Attempt, Job
from tests.jobs.test_races import claim_all, together

pytestmark = pytest.mark.django_db(transaction=True)


def many(collection, people, each: int) -> list[Job]:
    from django.utils import timezone

    now = timezone.now()
    return Job.objects.bulk_create(
        Job(kind="test", collection=collection, owner=who, status="queued", queued_at=now)
        for who in people
        for _ in range(each)
    )


def claim_with_a_look_at_the_limits(collection) -> None:
    """Claims of six workers at once; whoever has claimed counts before anybody may end."""
    people = 3
    found = together(*[lambda: services.claim("w")] * 6)
    running = Counter(Job.objects.filter(status="running").values_list("owner", flat=True))
    assert len([job for job in found if job]) == sum(running.values())
    assert set(running.values()) == {1}
    assert len(running) == people


def test_workers_that_claim_together_keep_to_the_limit_of_a_person(collection, people, settings):
    settings.JOBS_RUNNING_PER_PERSON = 1
    many(collection, people(3), 4)
    claim_with_a_look_at_the_limits(collection)


@pytest.mark.postgres
@pytest.mark.parametrize("repeat", range(5))
def test_the_same_on_postgresql_many_times(collection, people, settings, repeat):
    settings.JOBS_RUNNING_PER_PERSON = 1
    many(collection, people(3), 4)
    claim_with_a_look_at_the_limits(collection)


@pytest.mark.postgres
def test_twelve_workers_take_the_jobs_of_many_people_each_once_on_postgresql(collection, people):
    jobs = many(collection, people(5), 20)
    claimed = Counter(pk for part in together(*(lambda n=n: claim_all(f"w{n}") for n in range(12))) for pk in part)
    assert claimed == Counter(job.pk for job in jobs)
    assert Attempt.objects.count() == len(jobs)


@pytest.mark.postgres
def test_a_row_that_somebody_else_holds_is_passed_over(collection, people):
    first, second = many(collection, people(1), 2)
    first, second = sorted((first, second), key=lambda job: job.pk)
    with transaction.atomic():
        Job.objects.select_for_update().get(pk=first.pk)
        assert together(lambda: services.claim("w").pk) == [second.pk]


def test_a_claim_gives_the_first_group_up_when_its_only_job_is_gone(collection, people, monkeypatch):
    """What the heads say may be old by a moment: a group without a job is dropped, and the next one is asked."""
    gone, here = people(2)
    job = many(collection, [here], 1)[0]
    heads = queueing.heads()
    (group,) = heads
    monkeypatch.setattr(queueing, "heads", lambda: {group._replace(owner=gone.pk): heads[group], **heads})
    assert services.claim("w") == job
