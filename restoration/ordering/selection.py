"""Which works of a collection a batch may begin with, and how far a batch has come."""

from collections import Counter
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
    related = ("artwork__master", "artwork__collection", "restoration__job__owner", "restoration__job__collection")
    rows = batch.items.select_related(*related).prefetch_related("restoration__candidates__picture")
    return rows.order_by("number")


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
    """One query."""
    rows = batch.items.values_list("sentence", "restoration__job__status", "restoration__job__fraction")
    counts: Counter[str] = Counter()
    refused = pending = 0
    share = 0.0
    for sentence, status, fraction in rows:
        if status:
            counts[status] += 1
            share += 1.0 if status in Job.TERMINAL else fraction
        elif sentence:
            refused += 1
        else:
            pending += 1
    return Progress(dict(counts), refused, pending, share / max(counts.total() + pending, 1))
