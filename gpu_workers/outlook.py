"""What can be said of jobs that have not ended: the place in the queue, how long it will take, why it waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import Any

from django.utils import timezone

from gpu_workers import queueing
from gpu_workers.fairness import Held
from gpu_workers.models import Job
from gpu_workers.presence import count_alive

PAST_JOBS = 50
ALIKE = 3  # a past job tells how long one takes that has at most so many times its pixels, or so many times fewer


@dataclass(frozen=True)
class Outlook:
    """place: 1 = taken next, None for a job that does not wait. seconds: until it will have ended, None = unknown.

    held: what keeps it waiting although a worker may be free.
    """

    place: int | None = None
    seconds: int | None = None
    held: Held | None = None


@dataclass(frozen=True)
class Usual:
    """How long such a job takes here: the median of `count` past ones."""

    seconds: float
    count: int


class Past:
    """How long the jobs of this site took. One query a kind and engine, however often it is asked."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str | None], list[tuple[float, int | None, int | None]]] = {}
        self.usual = cache(self._usual)

    def _usual(
        self, kind: str, engine: str | None = None, candidates: int | None = None, pixels: int | None = None
    ) -> Usual | None:
        """What such a job takes, judged by past jobs of about its size; None when there was none.

        pixels: to work on, of all candidates together; where nobody counted them, jobs with as many candidates count.
        """
        rows = self._rows(kind, engine)
        if pixels and any(size for _seconds, size, _candidates in rows):
            alike = [seconds for seconds, size, _candidates in rows if size and 1 / ALIKE <= size / pixels <= ALIKE]
        else:
            alike = [seconds for seconds, _size, made in rows if made == candidates]
        return Usual(median(alike), len(alike)) if alike else None

    def of(self, job: Job) -> float | None:
        """What a job like this one takes, in seconds."""
        about = job.parameters
        found = self.usual(job.kind, about.get("engine"), about.get("candidates"), job.pixels)
        return found.seconds if found else None

    def _rows(self, kind: str, engine: str | None) -> list[tuple[float, int | None, int | None]]:
        if (kind, engine) not in self._known:
            done = Job.objects.filter(kind=kind, status=Job.Status.SUCCEEDED, started_at__isnull=False)
            if engine:
                done = done.filter(parameters__engine=engine)
            times = done.order_by("-finished_at").values_list(
                "started_at", "finished_at", "pixels", "parameters__candidates"
            )[:PAST_JOBS]
            self._known[kind, engine] = [
                ((end - start).total_seconds(), pixels, candidates) for start, end, pixels, candidates in times if end
            ]
        return self._known[kind, engine]


def outlooks(jobs: Iterable[Job]) -> dict[Any, Outlook]:
    """Key → outlook of each job, in a number of queries that does not grow with the jobs."""
    jobs, past = list(jobs), Past()
    found = {job.pk: Outlook(seconds=_remaining(job, past)) for job in jobs if job.status == Job.Status.RUNNING}
    waiting = [job for job in jobs if job.status == Job.Status.QUEUED]
    if waiting:
        found |= _queue(waiting, past)
    return {job.pk: found.get(job.pk, Outlook()) for job in jobs}


def at_the_end(owner: Any, collection: Any, priority: int = Job.Priority.NORMAL) -> Outlook:
    """Where a job would stand that this person ordered now; `seconds` until a worker takes it up."""
    job = Job(owner_id=owner, collection_id=collection, priority=priority, status=Job.Status.QUEUED)
    job.queued_at = timezone.now()
    return _queue([job], Past(), starts=True)[job.pk]


def _queue(jobs: list[Job], past: Past, starts: bool = False) -> dict[Any, Outlook]:
    """The outlook of waiting jobs, also of such as are not in the database yet."""
    rows = {it.pk: it for it in queueing.everybody()} | {job.pk: queueing.as_waiting(job) for job in jobs}
    workers = max(count_alive(), 1)
    standing = queueing.line({it.owner for it in rows.values()})
    found, wanted = {}, {job.pk: job for job in jobs}
    held = {job.pk: standing.held(job.owner_id, job.collection_id) for job in jobs}
    slots, ahead = max(workers, standing.busy), _Ahead(workers)
    for place, pk in enumerate(standing.order(queueing.grouped(rows.values()), slots), start=1):
        it = rows[pk]
        usual = past.usual(it.kind, it.engine, it.candidates, it.pixels) if it.kind else None
        if wanted.pop(pk, None):
            seconds = ahead.until_started() if starts else ahead.until_ended(usual)
            found[pk] = Outlook(place, seconds, held[pk])
        if not wanted:
            break
        ahead.add(usual)
    return found


class _Ahead:
    """The jobs before one in the queue: how long they take together, as far as that is known."""

    def __init__(self, workers: int) -> None:
        self.workers, self.seconds, self.unknown = workers, 0.0, 0

    def add(self, usual: Usual | None) -> None:
        """One more."""
        self.seconds += usual.seconds if usual else 0.0
        self.unknown += usual is None

    def until_started(self) -> int | None:
        """Seconds until all of them are under way; None where that of one is not known."""
        return None if self.unknown else round(self.seconds / self.workers)

    def until_ended(self, usual: Usual | None) -> int | None:
        """Seconds until the job after them has ended; of which nothing is known takes as long as that job."""
        if usual is None:
            return None
        before = self.seconds + (self.unknown + 1) * usual.seconds  # its own: until a worker is free
        return round(before / self.workers + usual.seconds)


def _remaining(job: Job, past: Past) -> int | None:
    elapsed = (timezone.now() - (job.started_at or timezone.now())).total_seconds()
    if job.fraction >= 0.1:
        return max(1, round(elapsed / job.fraction * (1 - job.fraction)))
    usual = past.of(job)
    return None if usual is None else max(1, round(usual - elapsed))
