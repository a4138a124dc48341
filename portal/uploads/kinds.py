"""What a worker does for a delivery: works through it, file by file.

A web request would be held for minutes, and a page would have to stay open; a job survives both, and its place, its
progress and its ways to be stopped and tried again are there already.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_noop as _

from gpu_workers.kinds import AttemptOver, Context, register
from gpu_workers.models import Job
from portal.audit.services import record
from portal.catalogue import files
from portal.errors import UserError
from portal.uploads import deliveries
from portal.uploads.bringing import bring, sentence
from portal.uploads.checking import Line
from portal.uploads.models import Delivery, Upload

PORTION_SECONDS = 600  # then the job ends, and another one goes on behind whoever waits


@register("bring_in")
def bring_in(job: Job, context: Context) -> None:
    """Bring in every work of a delivery that is ready; what cannot be sealed is noted on its file and left out."""
    delivery = Delivery.objects.select_related("collection", "owner").filter(pk=job.parameters["delivery"]).first()
    if delivery is None:
        raise UserError(_("The delivery of this job was thrown away."))
    lines = deliveries.report_on(delivery).ready
    bring_each(
        job, context, lines, lambda line, number: _bring(delivery, line), lambda: deliveries.go_on(delivery, job)
    )


def bring_each(
    job: Job, context: Context, rows: Sequence[Any], one: Callable[[Any, int], bool], go_on: Callable[[], None]
) -> None:
    """Bring in row by row, as many as one portion of time allows; `go_on` queues the rest behind whoever waits.

    one: gets a row and its number, from 1, and says whether a work was made of it.
    """
    done, left_out, until = 0, 0, time.monotonic() + PORTION_SECONDS
    for number, row in enumerate(rows, start=1):
        if context.cancelled():
            raise AttemptOver
        if number > 1 and time.monotonic() > until:
            break
        context.progress((number - 1) / len(rows), f"Bringing in work {number} of {len(rows)}")
        made = one(row, number)
        done, left_out = done + made, left_out + (not made)
    with context.finishing({"brought_in": done, "left_out": left_out}):
        if done:
            record("upload.imported", job.collection, actor=job.owner, count=done)
        if done + left_out < len(rows):
            go_on()


def _bring(delivery: Delivery, line: Line) -> bool:
    """One work; whether it was made. A refusal is kept with the file, for the page to show."""
    upload = Upload.objects.filter(pk=UUID(line.file.key), state=Upload.State.COMPLETE).first() if line.file else None
    if upload is None:
        return False
    try:
        with files.local_path(upload.file) as path:
            made = bring(delivery.owner, delivery.collection, line.fields, path, name=upload.name, upload=upload)
    except PermissionDenied as error:
        raise UserError(sentence(error)) from error
    except UserError as error:
        Upload.objects.filter(pk=upload.pk).update(problem=str(error))
        return False
    return made is not None
