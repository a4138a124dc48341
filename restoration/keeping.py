"""What a job keeps: files first, which takes a while, then all rows at once, or no trace."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from gpu_workers import services
from gpu_workers.kinds import Context
from gpu_workers.models import Job
from portal.catalogue.sealing import StoredPicture
from portal.catalogue.services import discard, seal_stored, store_picture
from portal.errors import UserError
from restoration.models import Candidate, Restoration
from restoration.storing import StoredFiles


def keep(job: Job, context: Context, order: Restoration, result: Any) -> None:
    """Store every file of a `RestorationResult` or a `ReconstructionResult`; then write all rows at once, if this
    attempt still may.
    """
    maps = StoredFiles()
    sealed: list[StoredPicture] = []

    def take_back() -> None:
        maps.discard()
        for stored in sealed:
            discard(stored)

    with or_discard(job, context, take_back):
        for made in result.candidates:
            sealed.append(store_picture(Path(made.path)))
            if sealed[-1].sha256 != made.sha256:
                raise UserError(_("A candidate was altered between the engine and the archive; nothing was kept."))
        rows = [_row(order, made, maps) for made in result.candidates]
        unsure = getattr(result, "uncertainty", None)
        name = maps.add(Path(unsure), "uncertainty") if unsure else ""
        with context.finishing(result.recipe):
            Restoration.objects.filter(pk=order.pk).update(uncertainty=name)
            for number, (made, row, stored) in enumerate(zip(result.candidates, rows, sealed, strict=True), start=1):
                called = f"{order.artwork.title}, {order.engine} {number}{Path(made.path).suffix}"
                picture = seal_stored(stored, collection=order.artwork.collection, user=job.owner, name=called)
                Candidate.objects.create(restoration=order, number=number, picture=picture, **row)


def _row(order: Restoration, made: Any, maps: StoredFiles) -> dict[str, Any]:
    """What the row of a candidate says of it, after its maps were stored."""
    row = {"changed_pixels": made.changed_pixels, "outside_max": made.max_outside}
    if order.task == Restoration.Task.FILL:
        return row | {"seed": made.seed, "seam": made.seam}
    return row | {
        "seed": order.seed,
        "measures": made.measures,
        "difference": maps.add(Path(made.difference), "differences"),
        "structure": maps.add(Path(made.structure), "structures"),
    }


@contextmanager
def or_discard(job: Job, context: Context, take_back: Callable[[], None]) -> Iterator[None]:
    """Take stored files back when the block fails, unless another attempt has the job by now and may be using them."""
    try:
        yield
    except BaseException:
        if services.renew(job, context.number):
            take_back()
        raise
