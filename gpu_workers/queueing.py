"""The queue as it stands in the database, for the rule of `fairness.py`: a few bounded reads, whatever waits."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Min, OuterRef, QuerySet, Subquery

from gpu_workers.fairness import Group, Limits, Line
from gpu_workers.models import Job
from portal.accounts.models import User

CLAIMS = 0x1AC0_0A11  # names the lock under which workers claim one after another


class Waiting(NamedTuple):
    """What the order of the queue and an estimate need to know of a waiting job."""

    pk: Any
    priority: int
    owner: Any
    collection: Any
    since: datetime
    kind: str
    engine: str | None
    candidates: int | None
    pixels: int | None


def limits() -> Limits:
    """How many jobs may run at once, by the operator's settings."""
    return Limits(settings.JOBS_RUNNING_PER_PERSON, settings.JOBS_RUNNING_PER_COLLECTION)


def heads() -> dict[Group, datetime]:
    """Every group that has waiting jobs → since when the first of them has waited."""
    rows = waiting().order_by().values_list("priority", "owner", "collection").annotate(Min("queued_at"))
    return {Group(*group): first for *group, first in rows}


def everybody() -> list[Waiting]:
    """Every waiting job, in the order they came."""
    about = ("kind", "parameters__engine", "parameters__candidates", "pixels")
    return [Waiting(*row) for row in waiting().values_list("pk", *Group._fields, "queued_at", *about)]


def as_waiting(job: Job) -> Waiting:
    """The same of a job at hand."""
    about = (job.kind, job.parameters.get("engine"), job.parameters.get("candidates"), job.pixels)
    return Waiting(job.pk, job.priority, job.owner_id, job.collection_id, job.queued_at, *about)


def grouped(jobs: Iterable[Waiting]) -> dict[Group, list[tuple[datetime, Any]]]:
    """Group → (since when, key) of its jobs, the first first."""
    groups: dict[Group, list[tuple[datetime, Any]]] = defaultdict(list)
    for job in sorted(jobs, key=lambda it: (it.since, it.pk)):
        groups[Group(job.priority, job.owner, job.collection)].append((job.since, job.pk))
    return groups


def line(people: set[Any]) -> Line:
    """Who runs how much, and when each of these people was served last."""
    running = Job.objects.filter(status=Job.Status.RUNNING).order_by("started_at", "pk")
    started = Job.objects.filter(owner=OuterRef("pk"), started_at__isnull=False).order_by("-started_at")
    last = User.objects.filter(pk__in=people).annotate(last=Subquery(started.values("started_at")[:1]))
    return Line(list(running.values_list("owner", "collection")), dict(last.values_list("pk", "last")), limits())


def waiting() -> QuerySet[Job]:
    """The jobs that wait, in the order they came."""
    return Job.objects.filter(status=Job.Status.QUEUED).order_by("queued_at", "pk")


def next_job() -> Job | None:
    """The job that is next, its row locked until the transaction ends. Call `one_claim_at_a_time` first."""
    first = heads()
    standing = line({group.owner for group in first})
    while (group := standing.next(first)) is not None:
        rows = waiting().filter(priority=group.priority, owner=group.owner, collection=group.collection)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)  # nobody waits for one who is cancelling it
        if job := rows.first():
            return job
        del first[group]
    return None


def one_claim_at_a_time() -> None:
    """Let other claims wait until this transaction ends, so that turns and limits are exact.

    A claim takes milliseconds and a job seconds at least. SQLite has one writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIMS])
