"""From a file at hand to a work of the catalogue, whole or not at all; the same content never makes a second work.

Sealing takes seconds and happens before the transaction; in it, the collection's row makes those who bring in wait for
each other, so that of two who bring the same picture one finds it there.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import policy
from portal.accounts.models import User
from portal.catalogue import files, services
from portal.catalogue.models import Artwork, Collection, Picture
from portal.catalogue.sealing import StoredPicture
from portal.errors import UserError
from portal.uploads.checking import Found
from portal.uploads.models import Upload
from portal.uploads.services import USED_DAYS


def bring(
    user: User,
    collection: Collection,
    fields: dict[str, Any],
    source: Path,
    *,
    name: str,
    upload: Upload | None = None,
    noted: Callable[[Artwork], object] = lambda artwork: None,
) -> Artwork | None:
    """Catalogue one work with its photograph, and use its upload up. None when somebody brought it in meanwhile.

    noted: called in the same transaction with the work that was made, or that is there.
    Raises `UserError` for what sealing or the catalogue refuses; then nothing of it is there.
    """
    stored = services.store_picture(source)
    try:
        with transaction.atomic():
            Collection.objects.select_for_update().get(pk=collection.pk)
            if there := present(collection, [stored.sha256]).get(stored.sha256):
                _use(upload, there)
                noted(there)
                return None
            artwork = services.create_artwork(user, collection, **fields)
            _attach(user, artwork, stored, name)
            if not _use(upload, artwork):
                raise UserError(_("The file was thrown away meanwhile."))
            noted(artwork)
            return artwork
    except BaseException:
        services.discard(stored)
        raise


def attach(user: User, artwork: Artwork, upload: Upload) -> Picture:
    """Seal a complete upload as the master of a work of its collection; see `services.attach_upload`."""
    policy.require(user, "catalogue.change_artwork", artwork)
    if upload.state == Upload.State.USED and upload.artwork_id == artwork.pk and artwork.master:
        return artwork.master
    if upload.state != Upload.State.COMPLETE or upload.collection_id != artwork.collection_id:
        raise UserError(_("Choose a file of yours that has arrived in this collection and was not used yet."))
    with files.local_path(upload.file) as path:
        stored = services.store_picture(path)
    try:
        with transaction.atomic():
            picture = _attach(user, artwork, stored, upload.name)
            if not _use(upload, artwork):
                raise UserError(_("The file was thrown away meanwhile."))
            return picture
    except BaseException:
        services.discard(stored)
        raise


def present(collection: Collection, hashes: Iterable[str]) -> dict[str, Artwork]:
    """Works of the collection whose master has one of these SHA-256, by it; one query for each 500."""
    asked, found = sorted(set(hashes) - {""}), dict[str, Artwork]()
    for start in range(0, len(asked), files.BATCH):
        rows = Artwork.objects.filter(collection=collection, master__sha256__in=asked[start : start + files.BATCH])
        found |= {artwork.master.sha256: artwork for artwork in rows.select_related("master") if artwork.master}
    return found


def found_uploads(user: User, collection: Collection) -> list[Found]:
    """The person's files in a collection, with what each became: used ones too, so that a row finds its work again."""
    rows = list(
        Upload.objects.filter(owner_id=user.pk, collection=collection, expires_at__gt=timezone.now())
        .select_related("artwork__master")
        .order_by("name", "created_at", "pk")
    )
    there = present(collection, [row.sha256 for row in rows if row.state == Upload.State.COMPLETE])
    return [
        Found(
            key=str(row.pk),
            name=row.name,
            sha256=row.sha256,
            kind=row.kind,
            problem=row.problem,
            notice=row.notice,
            artwork=row.artwork or there.get(row.sha256),
            here=row.state != Upload.State.RECEIVING,
        )
        for row in rows
        if row.state != Upload.State.USED or row.artwork
    ]


def sentence(error: Exception) -> str:
    """Why a work could not be brought in."""
    if isinstance(error, PermissionDenied):
        return _("Your roles do not allow this.")
    return str(error)


def _attach(user: User, artwork: Artwork, stored: StoredPicture, name: str) -> Picture:
    picture = services.seal_stored(stored, collection=artwork.collection, user=user, name=name)
    services.make_master(user, artwork, picture)
    return picture


def _use(upload: Upload | None, artwork: Artwork) -> bool:
    """Note what an upload became, and let its bytes go; False when it is not there to be used any more."""
    if upload is None:
        return True
    later = timezone.now() + timedelta(days=USED_DAYS)
    rows = Upload.objects.filter(pk=upload.pk, state=Upload.State.COMPLETE)
    used = {"state": Upload.State.USED, "artwork": artwork, "file": "", "expires_at": later}
    name = str(upload.file.name)
    if not rows.update(**used):
        return False
    transaction.on_commit(lambda: files.delete_unused([name]))
    return True
