"""Writes of uploads: announced, received piece by piece, completed, thrown away, swept.

Bytes are appended to a part that one process at a time may write (`parts.py`); the row's offset follows by
compare-and-swap, and only after the bytes are on the disk. So what the row counts is always there.
"""

import errno
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gpu_workers.pictures import sha256_file
from portal.accounts import policy
from portal.accounts.models import User
from portal.catalogue import files
from portal.catalogue.models import Artwork, Collection, Picture
from portal.catalogue.sealing import clean_name
from portal.uploads import judging, parts
from portal.uploads.errors import DiskFull, Gone, Locked, TooLarge, UploadError, WrongChecksum, WrongOffset
from portal.uploads.models import Upload
from portal.uploads.selectors import ACTION, bytes_used

PIECE = 1 << 18
KEEP_EVERY = 8 << 20  # bytes between two times that what arrived is made safe
MOST_LIVE = 2000  # files that one person may have under way or waiting
USED_DAYS = 90  # how long it is remembered what an upload became
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Read = Callable[[int], bytes]


@dataclass(frozen=True)
class Checksum:
    """What a client says of the bytes of one request."""

    algorithm: str
    digest: bytes


def create_upload(user: User, collection: Collection, *, name: str, size: int, sha256: str = "") -> Upload:
    """Announce a file of `size` bytes for a collection. `sha256` of the whole, hexadecimal, is checked at its end.

    Raises `TooLarge` beyond what a master or the person's quota allows, PermissionDenied for who may not add works.
    """
    policy.require(user, ACTION, collection)
    if size > settings.MAX_MASTER_BYTES:
        raise TooLarge(_("The file is larger than %(limit)s MB.") % {"limit": settings.MAX_MASTER_BYTES // 10**6})
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # one at a time, or two would fit where one does
        _check_room(user, size)
        upload = Upload.objects.create(
            owner=user,
            collection=collection,
            name=clean_name(name) or "file",
            size=size,
            declared_sha256=sha256,
            expires_at=_expiry(),
        )
        parts.path_of(upload.pk).touch(mode=0o640)
    if size == 0:
        settle(upload)
    return upload


def receive(upload: Upload, offset: int, read: Read, checksum: Checksum | None = None) -> Upload:
    """Append what `read(size)` gives to an upload that stands at `offset`; it is complete with its last byte.

    Whatever arrived before the connection broke is kept and counted, unless a checksum had been promised for it.
    Raises `Locked`, `WrongOffset`, `TooLarge`, `WrongChecksum`, `Gone`, `DiskFull`, and what `read` raises.
    """
    if upload.state != Upload.State.RECEIVING:
        return _nothing_more(upload, offset, read)
    path = parts.path_of(upload.pk)
    try:
        with parts.writing(path) as part:
            upload.refresh_from_db()
            if upload.offset != offset:
                raise WrongOffset
            _append(upload, part, read, checksum)
            if upload.offset == upload.size:
                _complete(upload, path)
    except parts.Busy:
        raise Locked from None
    except (FileNotFoundError, Upload.DoesNotExist):
        return _moved_on(upload, offset, read)
    return upload


def settle(upload: Upload) -> Upload:
    """Complete an upload whose last byte arrived just before its process ended. Quick when there is nothing to do."""
    if upload.state == Upload.State.RECEIVING and upload.offset == upload.size:
        return receive(upload, upload.size, lambda size: b"")
    return upload


def discard_upload(upload: Upload) -> None:
    """Throw an upload away, wherever it stands. A used one is forgotten; what it became stays."""
    names = [str(upload.file.name)] if upload.file else []
    Upload.objects.filter(pk=upload.pk).delete()
    parts.path_of(upload.pk).unlink(missing_ok=True)
    transaction.on_commit(lambda: files.delete_unused(names))


def attach_upload(user: User, artwork: Artwork, upload: Upload) -> Picture:
    """Seal a complete upload as the master of a work of its collection, and use it up. `UserError` where it cannot be.

    Asked again for the same work, it gives the picture that is there.
    """
    from portal.uploads.bringing import attach

    return attach(user, artwork, upload)


def sweep_expired(now: datetime | None = None) -> int:
    """Throw away what expired, a bounded amount at a time, and parts that belong to no row; returns how many rows."""
    now = now or timezone.now()
    expired = list(Upload.objects.filter(expires_at__lte=now).order_by("expires_at")[:200])
    for upload in expired:
        discard_upload(upload)
    _sweep_parts(now)
    return len(expired)


def _check_room(user: User, size: int) -> None:
    if Upload.objects.filter(owner=user, state__in=Upload.LIVE, expires_at__gt=timezone.now()).count() >= MOST_LIVE:
        raise TooLarge(_("So many of your files wait already; bring some in, or remove some, before you send more."))
    quota, used = settings.UPLOAD_QUOTA_BYTES, bytes_used(user)
    if quota and used + size > quota:
        words = {"used": f"{used / 1e9:.1f}", "quota": f"{quota / 1e9:.1f}"}
        raise TooLarge(
            _("Your files under way take %(used)s of %(quota)s GB; bring some in, or remove some, first.") % words
        )


def _append(upload: Upload, part: BinaryIO, read: Read, checksum: Checksum | None) -> None:
    part.truncate(upload.offset)
    part.seek(upload.offset)
    digest = hashlib.new(checksum.algorithm) if checksum else None
    start, kept = upload.offset, upload.offset
    try:
        while piece := read(PIECE):
            if part.tell() + len(piece) > upload.size:
                raise TooLarge(_("More bytes were sent than the file was said to have."))
            part.write(piece)
            if digest:
                digest.update(piece)
            elif part.tell() - kept >= KEEP_EVERY:
                kept = _count(upload, parts.keep(part))
    except (OSError, UploadError) as error:
        if not checksum:
            _count(upload, _kept_after(part, error, kept))
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise DiskFull from error
        raise
    if digest and checksum and not hmac.compare_digest(digest.digest(), checksum.digest):
        part.truncate(start)
        raise WrongChecksum
    _count(upload, parts.keep(part))


def _kept_after(part: BinaryIO, error: Exception, before: int) -> int:
    """Where the part ends after it broke off. A full disk may not have taken the last bytes."""
    try:
        return parts.keep(part)
    except OSError:
        return before


def _count(upload: Upload, end: int) -> int:
    """Note that the bytes up to `end` are on the disk, if the row still is where this connection found it."""
    rows = Upload.objects.filter(pk=upload.pk, state=Upload.State.RECEIVING, offset=upload.offset)
    expires_at = _expiry()
    if not rows.update(offset=end, expires_at=expires_at):
        raise Gone
    upload.offset, upload.expires_at = end, expires_at
    return end


def _complete(upload: Upload, path: Path) -> None:
    """Hash and judge the whole, and move it to storage. Done again from where it stopped when its process had died."""
    if not upload.sha256:
        sha256 = sha256_file(path)
        if upload.declared_sha256 and upload.declared_sha256 != sha256:
            Upload.objects.filter(pk=upload.pk).update(offset=0)  # the next try begins anew
            raise WrongChecksum
        _set(upload, sha256=sha256, **judging.judge(path))
    with files.LocalFile(path.open("rb")) as file:
        name = default_storage.save(_arrival_name(upload), file)
    _set(upload, file=name, state=Upload.State.COMPLETE)
    path.unlink(missing_ok=True)


def _moved_on(upload: Upload, offset: int, read: Read) -> Upload:
    """The part is not there: another connection completed it, or its process died between moving it and saying so."""
    current = Upload.objects.filter(pk=upload.pk).select_related("collection").first()
    if current is None:
        raise Gone
    if current.state == Upload.State.RECEIVING:
        if not (current.sha256 and default_storage.exists(_arrival_name(current))):
            raise Gone
        _set(current, file=_arrival_name(current), state=Upload.State.COMPLETE)
    return _nothing_more(current, offset, read)


def _nothing_more(upload: Upload, offset: int, read: Read) -> Upload:
    if offset != upload.offset:
        raise WrongOffset
    if read(1):
        raise TooLarge(_("More bytes were sent than the file was said to have."))
    return upload


def _arrival_name(upload: Upload) -> str:
    return f"arrivals/{upload.pk.hex[:2]}/{upload.pk.hex}"


def _set(upload: Upload, **values: Any) -> None:
    Upload.objects.filter(pk=upload.pk).update(**values)
    for name, value in values.items():
        setattr(upload, name, value)


def _expiry() -> datetime:
    return timezone.now() + timedelta(days=settings.UPLOAD_DAYS)


def _sweep_parts(now: datetime) -> None:
    """Remove parts whose row is gone, such as those of a deleted collection; none that may just have begun."""
    oldest = now.timestamp() - 24 * 3600
    old = {path.name: path for path in parts.folder().glob("?" * 32) if path.stat().st_mtime < oldest}
    names = sorted(old)[:200]
    known = {key.hex for key in Upload.objects.filter(pk__in=names).values_list("pk", flat=True)}
    for name in names:
        if name not in known:
            old[name].unlink(missing_ok=True)
