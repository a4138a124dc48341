"""What a worker does for a manifest: fetches what was chosen, picture by picture, and catalogues it."""

from typing import Any, BinaryIO, NamedTuple

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_noop as _

from gpu_workers.kinds import AttemptOver, Context, register
from gpu_workers.models import Job
from portal.errors import UserError
from portal.uploads.bringing import sentence
from portal.uploads.iiif import importing
from portal.uploads.iiif.judging import Outlook, Row, outlook
from portal.uploads.kinds import bring_each
from portal.uploads.models import Manifest

MEGABYTE = 2**20


@register(importing.KIND)
def bring_in_iiif(job: Job, context: Context) -> None:
    """Bring in every chosen canvas that is not there; what cannot be fetched or sealed is noted and left out."""
    manifest = Manifest.objects.select_related("collection", "owner").filter(pk=job.parameters["manifest"]).first()
    found = outlook(manifest) if manifest else None
    if manifest is None or found is None:
        raise UserError(_("The manifest of this job was thrown away."))
    rows = _left(manifest, found)

    def one(row: Row, number: int) -> bool:
        return _bring(manifest, found, row, context, Place(number, len(rows)))

    bring_each(job, context, rows, one, lambda: importing.go_on(manifest, job))


class Place(NamedTuple):
    """Which of how many."""

    number: int
    of: int


class Watched:
    """A file that says how much of it has come, and stops when the job shall stop."""

    def __init__(self, out: BinaryIO, context: Context, place: Place) -> None:
        self.out, self.context, self.place = out, context, place
        self.size = 0

    def write(self, piece: bytes) -> int:
        before, self.size = self.size // MEGABYTE, self.size + len(piece)
        if self.size // MEGABYTE > before:
            if self.context.cancelled():
                raise AttemptOver
            number, of = self.place.number, self.place.of
            stage = f"Fetching work {number} of {of}: {self.size // MEGABYTE} MB"
            self.context.progress((number - 1) / of, stage)
        return self.out.write(piece)


def _left(manifest: Manifest, found: Outlook) -> list[Row]:
    chosen = set(manifest.chosen) - {int(number) for number in manifest.left_out}
    return [row for row in found.new if row.canvas.number in chosen]


def _bring(manifest: Manifest, found: Outlook, row: Row, context: Context, place: Place) -> bool:
    """One work; whether it was made. A refusal is kept with the manifest, for the page to show."""

    def through(out: BinaryIO) -> Any:
        return Watched(out, context, place)

    about = (manifest.owner, manifest.collection, manifest.url, found.work, row.canvas, context.scratch)
    try:
        return importing.import_canvas(*about, through=through) is not None
    except PermissionDenied as error:
        raise UserError(sentence(error)) from error
    except UserError as error:
        manifest.left_out[str(row.canvas.number)] = str(error)
        Manifest.objects.filter(pk=manifest.pk).update(left_out=manifest.left_out)
        return False
