"""Works of another museum, brought in by its IIIF manifest: each fetched whole, then written whole or not at all."""

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gpu_workers import services as jobs
from gpu_workers.models import Job
from portal import post
from portal.accounts import policy
from portal.accounts.models import User
from portal.catalogue.models import Artwork, Collection
from portal.errors import UserError
from portal.uploads.bringing import bring
from portal.uploads.iiif.fetching import Bounds, fetch, judge
from portal.uploads.iiif.judging import fields_of, key_of, outlook
from portal.uploads.iiif.manifests import Canvas, Described
from portal.uploads.iiif.reading import look
from portal.uploads.models import Manifest, Origin
from portal.uploads.selectors import ACTION
from portal.uploads.services import USED_DAYS

PICTURE_SECONDS = 900
KINDS = ("image/",)
KIND = "bring_in_iiif"  # of job
MOST_KEPT = 50  # manifests of one person; older ones of which nothing was brought in make room
MOST_WAITING = 5  # manifests of one person that are to be read
ENDINGS = {b"\xff\xd8": "jpg", b"\x89P": "png", b"II": "tif", b"MM": "tif", b"RI": "webp"}
IN_A_LINK = ("iiif-content", "manifest")  # where the link of a viewer names the manifest


def ask(user: User, collection: Collection, url: str) -> Manifest:
    """Have the light worker read a manifest. Raises `UserError` for an address that cannot be fetched."""
    policy.require(user, ACTION, collection)
    url = manifest_in(url.strip())
    judge(url)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # one at a time, or two would fit where one does
        mine = Manifest.objects.filter(owner=user)
        if mine.filter(state=Manifest.State.WAITING).count() >= MOST_WAITING:
            raise UserError(_("Wait until the manifests that you gave are read."))
        old = mine.filter(job=None).order_by("-created_at", "pk")[MOST_KEPT - 1 :]
        Manifest.objects.filter(pk__in=[manifest.pk for manifest in old]).delete()
        post.call_after_commit()
        return Manifest.objects.create(owner=user, collection=collection, url=url)


@transaction.atomic
def start(user: User, manifest: Manifest, numbers: list[int]) -> Job:
    """Queue the job that brings the chosen canvases in. While one is under way, starting again gives that one."""
    policy.require(user, ACTION, manifest.collection)
    rows = Manifest.objects.select_for_update(of=("self",)).select_related("job", "collection")
    manifest = rows.get(pk=manifest.pk)
    if manifest.job and manifest.job.status in Job.ACTIVE:
        return manifest.job
    found = outlook(manifest)
    if found is None:
        raise UserError(_("This manifest is not read yet, or cannot be."))
    chosen = [row.canvas.number for row in found.new if row.canvas.number in set(numbers)]
    if not chosen:
        raise UserError(_("Choose at least one picture that is not in the collection yet."))
    manifest.chosen, manifest.left_out = chosen, {}
    return _queue(manifest, user)


def go_on(manifest: Manifest, job: Job) -> None:
    """Queue a further job for what one left over; called in the transaction in which that one ends."""
    fresh = Manifest.objects.filter(pk=manifest.pk, job=job).first()
    if fresh is not None:
        _queue(fresh, job.owner)


def import_iiif(user: User, collection: Collection, url: str) -> Artwork:
    """Fetch a manifest and the picture of its first canvas, and catalogue the work. Raises `UserError`.

    The picture is as the museum gives it out: often a JPEG, and smaller than its own file.
    """
    policy.require(user, ACTION, collection)
    work = look(url)
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="iiif-") as folder:
        artwork = import_canvas(user, collection, url, work, work.canvases[0], Path(folder))
    if artwork is None:
        raise UserError("This picture is in the collection already.")
    return artwork


def import_canvas(
    user: User,
    collection: Collection,
    url: str,
    work: Described,
    canvas: Canvas,
    folder: Path,
    through: Callable[[BinaryIO], Any] = lambda out: out,
) -> Artwork | None:
    """Fetch one picture into a folder and catalogue it; None when the collection has it already. Raises `UserError`.

    through: wraps what the picture is written to, to watch it arrive.
    """
    policy.require(user, ACTION, collection)
    fields = fields_of(work, canvas)
    if not fields["title"]:
        raise UserError("The manifest gives the work no title.")
    path = folder / "picture"
    with path.open("wb") as out:
        fetch(canvas.picture, through(out), Bounds(settings.MAX_MASTER_BYTES, PICTURE_SECONDS, KINDS))
    noted = partial(_note, collection, url, canvas)
    return bring(user, collection, fields, path, name=_name(fields["title"], path), noted=noted)


def sweep_manifests(now: datetime) -> None:
    """Forget manifests that are long over; where a work came from is kept with the work."""
    old = Manifest.objects.filter(created_at__lt=now - timedelta(days=USED_DAYS)).exclude(job__status__in=Job.ACTIVE)
    Manifest.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:200])).delete()


def manifest_in(url: str) -> str:
    """The manifest that the link of a viewer names, else the address itself."""
    try:
        query = parse_qs(urlsplit(url).query)
    except ValueError:
        return url
    named = (value for name in IN_A_LINK for value in query.get(name, ()))
    return next((value for value in named if value.startswith(("https://", "http://"))), url)


def _queue(manifest: Manifest, user: User) -> Job:
    parameters = {"manifest": str(manifest.pk)}
    manifest.job = Job.objects.create(kind=KIND, collection=manifest.collection, owner=user, parameters=parameters)
    manifest.save(update_fields=["job", "chosen", "left_out"])
    return jobs.queue(manifest.job)


def _note(collection: Collection, url: str, canvas: Canvas, artwork: Artwork) -> None:
    said = {"artwork": artwork, "canvas": canvas.id, "manifest": url, "picture": canvas.picture}
    Origin.objects.update_or_create(collection=collection, key=key_of(canvas), defaults=said)


def _name(title: str, path: Path) -> str:
    """A name for the file, after its content: an address seldom has one."""
    with path.open("rb") as file:
        ending = ENDINGS.get(file.read(2), "img")
    return f"{title[:200].replace('/', '-')}.{ending}"
