"""Writes of deliveries: made with a table or without, and brought in by a job.

The job works through what the dry run finds ready. Each work is one transaction of its own that uses its file up, so a
job that is run twice, or taken up by another worker, goes on where the first one stopped, and makes nothing twice.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from gpu_workers import services as jobs
from gpu_workers.models import Job
from portal.accounts import policy
from portal.accounts.models import User
from portal.catalogue.models import Collection
from portal.catalogue.sealing import clean_name
from portal.errors import UserError
from portal.uploads.bringing import found_uploads
from portal.uploads.checking import Report, check
from portal.uploads.models import Delivery
from portal.uploads.selectors import ACTION
from portal.uploads.services import USED_DAYS
from portal.uploads.tables import Table, read_table

MOST_KEPT = 50  # deliveries of one person; older ones that were never brought in make room


def create_delivery(user: User, collection: Collection, *, table: bytes | None = None, name: str = "") -> Delivery:
    """Keep a table (CSV or XLSX) for a dry run, or none: then every file at hand becomes a work of its own name."""
    policy.require(user, ACTION, collection)
    read = read_table(table) if table is not None else None
    with transaction.atomic():
        old = Delivery.objects.filter(owner=user, job=None).order_by("-created_at", "pk")[MOST_KEPT - 1 :]
        Delivery.objects.filter(pk__in=[delivery.pk for delivery in old]).delete()
        return Delivery.objects.create(
            owner=user,
            collection=collection,
            table_name=clean_name(name) if read else "",
            columns=read.columns if read else [],
            rows=[[number, *cells] for number, cells in read.rows] if read else [],
        )


def report_on(delivery: Delivery) -> Report:
    """The dry run of a delivery, as things stand now."""
    return check(delivery.collection, found_uploads(delivery.owner, delivery.collection), _table(delivery))


@transaction.atomic
def start(user: User, delivery: Delivery) -> Job:
    """Queue the job that brings a delivery in. While one is under way, starting again gives that one."""
    policy.require(user, ACTION, delivery.collection)
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("job", "collection").get(pk=delivery.pk)
    if delivery.job and delivery.job.status in Job.ACTIVE:
        return delivery.job
    if not report_on(delivery).ready:
        raise UserError(_("Nothing of this can be brought in as it is."))
    return _queue(delivery, user)


def go_on(delivery: Delivery, job: Job) -> None:
    """Queue a further job for what one left over; called in the transaction in which that one ends."""
    if Delivery.objects.filter(pk=delivery.pk, job=job).exists():
        _queue(delivery, job.owner)


def sweep_deliveries(now: datetime) -> None:
    """Forget deliveries that are long over."""
    old = Delivery.objects.filter(created_at__lt=now - timedelta(days=USED_DAYS)).exclude(job__status__in=Job.ACTIVE)
    Delivery.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:200])).delete()


def _queue(delivery: Delivery, user: User) -> Job:
    parameters = {"delivery": str(delivery.pk)}
    job = Job.objects.create(kind="bring_in", collection=delivery.collection, owner=user, parameters=parameters)
    Delivery.objects.filter(pk=delivery.pk).update(job=job)
    delivery.job = job
    return jobs.queue(job)


def _table(delivery: Delivery) -> Table | None:
    if not delivery.columns:
        return None
    return Table(delivery.columns, [(row[0], row[1:]) for row in delivery.rows])
