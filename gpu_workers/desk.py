"""What a list shows of jobs: how each stands, with which picture, and what the reader may do about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from gpu_workers.actions import ALL_CANCEL, ALL_ORDER, to_cancel, to_order
from gpu_workers.models import Job
from gpu_workers.outlook import Outlook, outlooks
from gpu_workers.selectors import VIEW
from gpu_workers.wording import KIND_NAMES
from portal.accounts.models import User
from portal.accounts.policy import allowed, scope
from portal.catalogue import selectors as catalogue
from portal.catalogue.models import Artwork, Collection, Picture

ASKED = {VIEW, *ALL_ORDER, *ALL_CANCEL}
RETRIED = (Job.Status.FAILED, Job.Status.CANCELLED)


@dataclass
class Row:
    """One job as a list shows it. `preview`, `result`: addresses, empty where there is none or not for this reader."""

    job: Job
    kind: str
    outlook: Outlook
    work: Artwork | None = None
    picture: Picture | None = None
    preview: str = ""
    result: str = ""
    held: str = ""
    may: set[str] = field(default_factory=set)

    @property
    def active(self) -> bool:
        return self.job.status in Job.ACTIVE

    @property
    def may_cancel(self) -> bool:
        return "cancel" in self.may and self.active

    @property
    def may_retry(self) -> bool:
        return "retry" in self.may and self.job.status in RETRIED

    @property
    def may_lower(self) -> bool:
        return self.job.status == Job.Status.QUEUED and self.job.priority > Job.Priority.LOW and "lower" in self.may

    @property
    def may_raise(self) -> bool:
        return self.job.status == Job.Status.QUEUED and self.job.priority < Job.Priority.HIGH and "raise" in self.may


def with_all(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Jobs with everything at hand that `rows` looks at."""
    jobs = jobs.select_related("collection", "owner", "restoration", "mask", "ink_round")
    return jobs.prefetch_related("restoration__candidates__picture", "ink_round__paintings__picture")


def rows(user: User, jobs: Iterable[Job]) -> list[Row]:
    """Each job of `with_all` as this person may see it, in a number of queries that does not grow with the jobs."""
    jobs = list(jobs)
    found, works = outlooks(jobs), works_of(user, jobs)
    places = Collection.objects.filter(pk__in={job.collection_id for job in jobs})
    opened = {it: set(scope(user, it, places, "self").values_list("pk", flat=True)) for it in ASKED}
    steers = allowed(user, "gpu_workers.steer_queue")
    made = []
    for job in jobs:
        row = Row(job, str(KIND_NAMES.get(job.kind, job.kind)), found[job.pk], works.get(job.pk))
        row.held = held_words(user, job, row.outlook)
        row.may = _may(user, job, opened, steers)
        if job.collection_id in opened[VIEW]:
            _show(row)
        made.append(row)
    return made


def works_of(user: User, jobs: Iterable[Job]) -> dict[Any, Artwork]:
    """The artwork each job is about, where the person may see it: an operator sees the queue alone. One query."""
    about = {job.pk: _artwork_key(job) for job in jobs}
    seen = catalogue.artworks_for(user).in_bulk([key for key in about.values() if key])
    return {pk: seen[key] for pk, key in about.items() if key in seen}


def held_words(user: User, job: Job, outlook: Outlook) -> str:
    """Why a job waits although a worker may be free; empty where it does not, or only waits for its turn."""
    if outlook.held is None:
        return ""
    count = outlook.held.running
    if outlook.held.by == "collection":
        said = ngettext(
            "Waits because %(count)d job of this collection is running",
            "Waits because %(count)d jobs of this collection are running",
            count,
        )
    elif job.owner_id == user.pk:
        said = ngettext(
            "Waits because %(count)d of your jobs is running",
            "Waits because %(count)d of your jobs are running",
            count,
        )
    else:
        said = ngettext(
            "Waits because %(count)d job of the same person is running",
            "Waits because %(count)d jobs of the same person are running",
            count,
        )
    return said % {"count": count}


def _may(user: User, job: Job, opened: dict[str, set], steers: bool) -> set[str]:
    may = {"raise"} if steers else set()
    if steers or job.collection_id in opened[to_cancel(job.kind)]:
        may.add("cancel")
    orders = job.collection_id in opened[to_order(job.kind)]
    if steers or orders:
        may.add("retry")
    if steers or (orders and job.owner_id == user.pk):
        may.add("lower")
    return may


def _show(row: Row) -> None:
    """Picture, preview and result, for who may look at them."""
    job = row.job
    if job.preview:
        row.preview = f"{reverse('jobs:preview', args=[job.pk])}?{job.sequence}"
    order, painted = getattr(job, "restoration", None), getattr(job, "ink_round", None)
    made = list(order.candidates.all()) if order else list(painted.paintings.all()) if painted else []
    row.picture = made[0].picture if made else row.work.master if row.work else None
    if job.status != Job.Status.SUCCEEDED:
        return
    if order:
        row.result = reverse("restoration:detail", args=[order.pk])
    elif painted:
        row.result = reverse("generation:round", args=[painted.pk])
    elif getattr(job, "mask", None):
        row.result = reverse("restoration:mask", args=[job.mask.pk])


def _artwork_key(job: Job) -> UUID | None:
    if hasattr(job, "restoration"):
        return job.restoration.artwork_id
    key = job.parameters.get("artwork")
    return UUID(key) if key else None
