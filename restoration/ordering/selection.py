"""Which works of a collection a batch may begin with, and how far a batch has come."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import Http404

from gpu_workers.models import Job
from portal.accounts.models import User
from portal.accounts.policy import scope
from portal.catalogue.models import Artwork, Collection
from portal.catalogue.selectors import artworks_for
from restoration.models import Mask, Restoration
from restoration.ordering.models import Batch, BatchItem

VIEW = "restoration.view_restoration"


def works_to_restore(user: User, collection: Collection) -> QuerySet[Artwork]:
    """The works of a collection, each with `has_mask` (confirmed, of the present master) and `restored` (or about to
    be), those first that have a mask and no restoration.
    """
    masks = Mask.objects.filter(artwork=OuterRef("pk"), master=OuterRef("master"), confirmed_at__isnull=False)
    useful = (*Job.ACTIVE, Job.Status.SUCCEEDED)
    done = Restoration.objects.filter(artwork=OuterRef("pk"), task=Restoration.Task.FILL, job__status__in=useful)
    works = artworks_for(user, collection).annotate(has_mask=Exists(masks), restored=Exists(done))
    return works.order_by(F("has_mask").desc(), "restored", "title", "created_at", "pk")


def ready(works: QuerySet[Artwork]) -> QuerySet[Artwork]:
    """Of `works_to_restore`, all that have a confirmed mask and no restoration."""
    return works.filter(has_mask=True, restored=False)


def batches_for(user: User) -> QuerySet[Batch]:
    """The batches that a person may see, the latest first."""
    return scope(user, VIEW, Batch.objects.select_related("collection", "artwork", "owner"))


def get_batch(user: User, pk: Any) -> Batch:
    batch = batches_for(user).filter(pk=pk).first()
    if batch is None:
        raise Http404
    return batch


def items_of(batch: Batch) -> QuerySet[BatchItem]:
    """The orders of a batch with what a page shows of each."""
    return batch.items.select_related("artwork__master", "artwork__collection", "restoration").order_by("number")


@dataclass(frozen=True)
class Progress:
    """How far a batch is: how many orders in which state; `fraction` 0 to 1 of all that were placed."""

    counts: dict[str, int]
    refused: int
    pending: int
    fraction: float

    @property
    def placed(self) -> int:
        return sum(self.counts.values())

    @property
    def active(self) -> int:
        return sum(self.counts.get(status, 0) for status in Job.ACTIVE) + self.pending


def progress_of(batch: Batch) -> Progress:
    """How far one batch is."""
    return progress_of_all([batch])[batch.pk]


def progress_of_all(batches: Iterable[Batch]) -> dict[Any, Progress]:
    """Key of each batch → how far it is. One query."""
    found: dict[Any, list[tuple]] = {batch.pk: [] for batch in batches}
    about = ("sentence", "restoration__job__status", "restoration__job__fraction")
    for key, *row in BatchItem.objects.filter(batch__in=found).values_list("batch", *about):
        found[key].append(tuple(row))
    return {key: _progress(rows) for key, rows in found.items()}


def _progress(rows: list[tuple]) -> Progress:
    counts: Counter[str] = Counter(status for _sentence, status, _fraction in rows if status)
    refused = sum(bool(sentence) for sentence, status, _fraction in rows if not status)
    pending = len(rows) - counts.total() - refused
    share = sum(1.0 if status in Job.TERMINAL else fraction for _sentence, status, fraction in rows if status)
    return Progress(dict(counts), refused, pending, share / max(counts.total() + pending, 1))
