"""Sealing: a file of a user becomes a verified, hashed, immutable picture in storage, or leaves no trace."""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gpu_workers.pictures import Limits, PictureError, PictureInfo, make_pyramid, make_thumbnail, verify
from portal.accounts.models import User
from portal.catalogue import files
from portal.catalogue.models import Collection, Picture
from portal.errors import UserError

THUMBNAIL = 512
SUFFIXES = {"tiff": ".tif", "jpeg": ".jpg", "png": ".png", "webp": ".webp", "psd": ".psd"}
Source = UploadedFile | Path


@dataclass
class StoredPicture:
    """A verified picture whose files lie in storage and that no row describes yet; `new`: those that were not there."""

    sha256: str
    size_bytes: int
    info: PictureInfo
    file: str
    pyramid: str
    thumbnail: str
    new: list[str] = field(default_factory=list)


def limits() -> Limits:
    """How large a master may be, by the operator's settings."""
    return Limits(max_bytes=settings.MAX_MASTER_BYTES, max_pixels=settings.MAX_MASTER_PIXELS)


def seal_picture(source: Source, *, collection: Collection, user: User, name: str = "") -> Picture:
    """Copy a picture into storage under its SHA-256, with pyramid and thumbnail, and write its row: all or nothing.

    The same content in the same collection gives the row that is there. `UserError` for a file that is no acceptable
    picture, and when the disk is full. Takes seconds for a large master: inside a transaction of your own, call
    `store_picture` before it and `seal_stored` in it.
    """
    stored = store_picture(source)
    try:
        picture = seal_stored(stored, collection=collection, user=user, name=name or _name_of(source))
    except BaseException:
        discard(stored)
        raise
    picture.notices = stored.info.notices
    return picture


def store_picture(source: Source) -> StoredPicture:
    """Judge a copy of the file by its content, hash it while copying, and put it and its derivatives into storage."""
    with _refusals_in_words(), tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="seal-") as folder:
        master, pyramid, thumbnail = (Path(folder) / name for name in ("master", "pyramid.tif", "thumbnail.webp"))
        sha256, size = _copy(source, master)
        info = verify(master, limits())
        make_pyramid(master, pyramid)
        make_thumbnail(master, thumbnail, THUMBNAIL)
        stored = StoredPicture(
            sha256,
            size,
            info,
            file=files.sealed_name("pictures", sha256, SUFFIXES[info.format]),
            pyramid=files.sealed_name("pyramids", sha256, ".tif"),
            thumbnail=files.sealed_name("thumbnails", sha256, ".webp"),
        )
        try:
            for path, name in ((master, stored.file), (pyramid, stored.pyramid), (thumbnail, stored.thumbnail)):
                stored.new.append(name)
                if not files.store(path, name):
                    stored.new.remove(name)
        except BaseException:
            discard(stored)
            raise
        return stored


def seal_stored(stored: StoredPicture, *, collection: Collection, user: User, name: str = "") -> Picture:
    """Write the row of a stored picture, or find the one of the same content in the same collection. Quick."""
    info = stored.info
    dpi_x, dpi_y = info.dpi or (None, None)
    values: dict[str, Any] = {
        "file": stored.file,
        "pyramid": stored.pyramid,
        "thumbnail": stored.thumbnail,
        "original_name": clean_name(name),
        "size_bytes": stored.size_bytes,
        "format": info.format,
        "width": info.width,
        "height": info.height,
        "bands": info.bands,
        "bit_depth": info.bit_depth,
        "orientation": info.orientation,
        "icc_name": info.icc_name[:200],
        "dpi_x": dpi_x,
        "dpi_y": dpi_y,
        "created_by": user,
    }
    try:
        with transaction.atomic():
            return Picture.objects.get_or_create(collection=collection, sha256=stored.sha256, defaults=values)[0]
    except IntegrityError:
        return Picture.objects.get(collection=collection, sha256=stored.sha256)


def discard(stored: StoredPicture) -> None:
    """Take back what `store_picture` put into storage, unless some row uses it by now."""
    files.delete_unused(stored.new)


def _copy(source: Source, target: Path) -> tuple[str, int]:
    """Copy, giving the SHA-256 and the size; what lies beyond the limit is not copied."""
    digest, size, limit = hashlib.sha256(), 0, settings.MAX_MASTER_BYTES
    with target.open("wb") as out:
        for chunk in _chunks(source):
            size += len(chunk)
            if size > limit:
                raise UserError(_("The file is larger than %(limit)s MB.") % {"limit": limit // 10**6})
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size


def _chunks(source: Source) -> Iterator[bytes]:
    if isinstance(source, UploadedFile):
        yield from source.chunks(files.CHUNK)
        return
    with Path(source).open("rb") as file:
        yield from iter(lambda: file.read(files.CHUNK), b"")


def _name_of(source: Source) -> str:
    return Path(source.name or "").name


def clean_name(name: str) -> str:
    """A file's name as a person sees it: no folders, no control characters, at most 255 characters."""
    base = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in base if c.isprintable())[-255:]


@contextlib.contextmanager
def _refusals_in_words() -> Iterator[None]:
    try:
        yield
    except PictureError as error:
        raise UserError(str(error)) from error
    except FileNotFoundError as error:
        raise UserError(_("There is no such file.")) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise UserError(_("The disk is full: nothing was stored.")) from error
        raise
