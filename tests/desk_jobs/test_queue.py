"""The queue in the database: turns, limits, places and priorities, as workers and people meet them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from gpu_workers import outlook, selectors, services
from gpu_workers.models import Attempt, Job
from portal.errors import UserError
from tests.factories import CollectionFactory, person

pytestmark = pytest.mark.django_db


def claims(count: int, end: bool = True) -> list[Job]:
    """Claim so many jobs, each of which ends before the next claim, or none of which ends."""
    found = []
    for _ in range(count):
        job = services.claim("w")
        found.append(job)
        if job and end:
            assert services.succeed(job, job.attempts, {})
    return found


def test_one_job_of_a_person_does_not_wait_for_fifty_of_another(people, wait):
    many, few = people(2)
    wait(many, 50)
    single = wait(few)[0]
    assert selectors.place_in_queue(single) == 2
    assert claims(2)[1] == single


def test_people_alternate(people, wait):
    first, second = people(2)
    wait(first, 4)
    wait(second, 4)
    assert [job.owner for job in claims(8)] == [first, second] * 4


def test_who_has_fewer_running_jobs_is_served_first(people, wait, make_job):
    busy, idle = people(2)
    make_job("running", owner=busy)
    mine, theirs = wait(busy)[0], wait(idle)[0]
    assert claims(3, end=False) == [theirs, mine, None]


def test_the_limit_of_a_person_makes_jobs_wait_until_one_ends(people, wait, settings):
    settings.JOBS_RUNNING_PER_PERSON = 2
    busy, other = people(2)
    jobs = wait(busy, 3)
    assert claims(3, end=False) == [*jobs[:2], None]
    held = selectors.outlook(Job.objects.get(pk=jobs[2].pk)).held
    assert (held.by, held.running) == ("person", 2)
    later = wait(other)[0]
    assert services.claim("w") == later
    first = Job.objects.get(pk=jobs[0].pk)
    assert services.succeed(first, first.attempts, {})
    assert services.claim("w") == jobs[2]


def test_the_limit_of_a_collection_holds_back_its_jobs_alone(people, wait, make_job, settings, collection):
    settings.JOBS_RUNNING_PER_COLLECTION = 1
    owner = people(1)[0]
    elsewhere = CollectionFactory()
    here, also_here = wait(owner, 2)
    there = wait(owner, collection=elsewhere)[0]
    assert claims(3, end=False) == [here, there, None]
    assert selectors.outlook(also_here).held.by == "collection"


def test_an_end_calls_a_worker_when_limits_may_have_held_something_back(
    wait, people, settings, calls, django_capture_on_commit_callbacks
):
    settings.JOBS_RUNNING_PER_PERSON = 1
    wait(people(1)[0], 2)
    job = services.claim("w")
    assert calls == []
    with django_capture_on_commit_callbacks(execute=True):
        services.succeed(job, 1, {})
    assert len(calls) == 1


def test_a_person_may_have_so_many_waiting_jobs_and_no_more(people, wait, make_job, settings):
    settings.JOBS_WAITING_PER_PERSON = 3
    owner = people(1)[0]
    wait(owner, 3)
    draft, failed = make_job("draft", owner=owner), make_job("failed", owner=owner)
    with pytest.raises(UserError, match="3 of your jobs are waiting already"):
        services.queue(draft)
    with pytest.raises(UserError, match="3 of your jobs are waiting already"):
        services.retry(owner, failed)
    draft.refresh_from_db()
    assert draft.status == "draft"
    services.claim("w")
    services.queue(draft)


def test_a_curator_lowers_an_own_job_and_an_operator_raises_any(people, wait, operator):
    mine, other = people(2)
    job = wait(mine)[0]
    assert services.set_priority(mine, job, -1)
    job.refresh_from_db()
    for user, priority in ((mine, 0), (mine, 1), (other, -1), (other, 0)):
        with pytest.raises(PermissionDenied):
            services.set_priority(user, job, priority)
    assert services.set_priority(operator, job, 1)
    job.refresh_from_db()
    assert job.priority == 1
    assert services.set_priority(mine, job, 0)


@pytest.mark.parametrize("status", ["running", "succeeded", "failed"])
def test_a_job_that_no_longer_waits_keeps_its_priority(make_job, status, operator):
    job = make_job(status)
    assert not services.set_priority(operator, job, 1)
    job.refresh_from_db()
    assert job.priority == 0


def test_an_unknown_priority_is_refused(wait, people, operator):
    with pytest.raises(UserError, match="low, normal or high"):
        services.set_priority(operator, wait(people(1)[0])[0], 2)


def test_only_an_operator_orders_at_high_priority(people, make_job, collection):
    job = make_job("draft", owner=people(1)[0], priority=1)
    with pytest.raises(UserError, match="Only an operator"):
        services.queue(job)
    assert services.queue(make_job("draft", owner=person("operator"), priority=1)).status == "queued"
    assert services.queue(make_job("draft", owner=people(1)[0], priority=-1)).status == "queued"


jobs_of_people = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.sampled_from((-1, 0, 1))), max_size=8)


@hypothesis(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(jobs=jobs_of_people, per_person=st.integers(0, 2), per_collection=st.integers(0, 2))
def test_the_places_are_the_order_of_claims(collection, settings, monkeypatch, jobs, per_person, per_collection):
    settings.JOBS_RUNNING_PER_PERSON, settings.JOBS_RUNNING_PER_COLLECTION = per_person, per_collection
    owners, places = _owners(collection), (collection, _other(collection))
    Attempt.objects.all().delete()
    Job.objects.all().delete()
    now = timezone.now()
    rows = [
        Job(kind="test", owner=owners[who], collection=places[where], priority=priority, status="queued", queued_at=now)
        for who, where, priority in jobs
    ]
    Job.objects.bulk_create(rows)
    told = sorted(rows, key=lambda job: selectors.place_in_queue(job))
    assert sorted(selectors.place_in_queue(job) for job in rows) == list(range(1, len(rows) + 1))
    assert claims(len(rows)) == told


def _owners(collection):
    found = list(collection.grants.model.objects.filter(collection=collection).order_by("pk"))
    while len(found) < 3:
        person("curator", collection)
        found = list(collection.grants.model.objects.filter(collection=collection).order_by("pk"))
    return [grant.user for grant in found]


def _other(collection):
    model = type(collection)
    return model.objects.exclude(pk=collection.pk).first() or CollectionFactory(curator=collection.created_by)


def test_a_claim_asks_as_much_with_many_waiting_as_with_one(people, wait):
    owners = people(3)

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert services.claim("w")
        return len(captured)

    wait(owners[0], 2)
    before = asked()
    for owner in owners:
        wait(owner, 20)
    assert asked() == before


def test_outlooks_of_fifty_jobs_take_as_many_questions_as_of_one(people, wait):
    owners = people(2)
    one = wait(owners[0])

    def asked(jobs) -> int:
        with CaptureQueriesContext(connection) as captured:
            found = outlook.outlooks(jobs)
        assert len(found) == len(jobs)
        return len(captured)

    before = asked(one)
    assert asked([*one, *wait(owners[0], 25), *wait(owners[1], 24)]) == before


def test_of_what_nobody_knows_ahead_an_estimate_makes_no_nothing(make_job, people, wait):
    """A job of an unknown length ahead counts as long as one's own, and nothing is promised to who only asks."""
    first, second = people(2)
    end = timezone.now()
    about = {"engine": "telea", "candidates": 1}
    make_job("succeeded", started_at=end - timedelta(seconds=10), finished_at=end, parameters=about)
    unknown = wait(first, kind="other")[0]
    job = wait(second, parameters=about)[0]
    assert selectors.estimate_seconds(job) == 30
    assert selectors.estimate_seconds(unknown) is None
    asked = outlook.at_the_end(second.pk, job.collection_id)
    assert (asked.place, asked.seconds) == (3, None)


def test_the_estimate_comes_from_past_jobs_of_about_the_same_size(make_job):
    end = timezone.now()

    def past(seconds, pixels):
        about = {"engine": "telea", "candidates": 1}
        make_job(
            "succeeded", started_at=end - timedelta(seconds=seconds), finished_at=end, pixels=pixels, parameters=about
        )

    for seconds in (4, 6, 8):
        past(seconds, 1000)
    past(600, 1_000_000)
    usual = outlook.Past().usual
    assert usual("test", "telea", 1, 1500) == outlook.Usual(6, 3)
    assert usual("test", "telea", 1, 900_000).seconds == 600
    assert usual("test", "telea", 1, 30_000) is None  # nothing of that size has been done here yet
    assert usual("test", "imagest", 1, 1500) is None
