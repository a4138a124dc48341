"""Masks as files and rows: stored under their own SHA-256 first, named by a row afterwards, or no trace is left."""

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from gpu_workers.pictures import PictureError, PyramidReader, sha256_file
from portal.accounts.models import User
from portal.audit.services import record
from portal.catalogue import files
from portal.catalogue.models import Artwork, Picture
from portal.errors import UserError
from restoration.changes import changes
from restoration.masks import DAMAGE_CLASSES, MaskError, coverage, overlay, save_mask
from restoration.models import Mask

OVERLAY_SIDE = 1600
SEEN_FROM = 0.2  # share of a preview's pixel that must be damaged for it to be marked: hair cracks stay visible


@dataclass
class StoredFiles:
    """Files in storage that no row names yet. `fields`: of the row to come; `new`: those that were not there before."""

    fields: dict[str, Any] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)

    def add(self, path: Path, folder: str) -> str:
        """Move a local file into storage under its SHA-256; returns its name there."""
        name = files.sealed_name(folder, sha256_file(path), path.suffix)
        self.new.append(name)
        if not files.store(path, name):
            self.new.remove(name)
        return name

    def discard(self) -> None:
        """Take the new ones back, unless some row names them by now."""
        files.delete_unused(self.new)


@contextmanager
def in_words() -> Iterator[None]:
    """Every refusal of a picture or a mask, and a full disk, as one sentence for the person who asked."""
    try:
        yield
    except (PictureError, MaskError) as problem:
        raise UserError(str(problem)) from problem
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UserError(_("The disk is full: nothing was stored.")) from problem
        raise


@contextmanager
def as_path(upload: UploadedFile | Path) -> Iterator[Path]:
    """An upload as a file on the local disk, called as the person called it, for the length of the block."""
    if isinstance(upload, Path):
        yield upload
        return
    with tempfile.TemporaryDirectory(prefix="lacuna-upload-") as folder:
        path = Path(folder) / (Path(upload.name or "").name or "upload")
        with path.open("wb") as file:
            for chunk in upload.chunks():
                file.write(chunk)
        yield path


def store_mask(master: Picture, labels: np.ndarray, before: Mask | None = None) -> StoredFiles:
    """Put labels (H, W) uint8 of a master and their preview into storage. `before`: the version to tell changes from.

    Beside the labels it takes about as much memory again.
    """
    stored = StoredFiles({"coverage": coverage(labels), "changes": changes(before, labels)})
    try:
        with tempfile.TemporaryDirectory(prefix="lacuna-mask-") as folder:
            path, preview = Path(folder) / "mask.png", Path(folder) / "overlay.webp"
            save_mask(labels, path)
            Image.fromarray(_overlay(master, labels)).save(preview, quality=80)
            stored.fields["sha256"] = sha256_file(path)
            stored.fields["file"] = stored.add(path, "masks")
            stored.fields["overlay"] = stored.add(preview, "overlays")
    except BaseException:
        stored.discard()
        raise
    return stored


def latest_of(master: Picture, artwork: Artwork) -> Mask | None:
    """The latest version that was made for this master."""
    return artwork.masks.select_related("master").filter(master=master).order_by("-version").first()


@transaction.atomic
def save_drawn(artwork: Artwork, stored: StoredFiles, *, user: User, **fields: Any) -> Mask:
    """`save_version` of a mask that a person drew, here or elsewhere: it counts as confirmed by that person."""
    mask = save_version(artwork, stored, user=user, confirmed=True, **fields)
    record("mask.saved", mask, actor=user, artwork=artwork, version=mask.version)
    return mask


def save_version(
    artwork: Artwork, stored: StoredFiles, *, user: User, confirmed: bool = False, **fields: Any
) -> Mask:  # fmt: skip
    """Write the row of a stored mask as the artwork's next version. Quick; `fields` are master, source, note, job."""
    by = {"confirmed_by": user, "confirmed_at": timezone.now()} if confirmed else {}
    with transaction.atomic():
        Artwork.objects.select_for_update().get(pk=artwork.pk)  # one number at a time
        version = (artwork.masks.aggregate(last=Max("version"))["last"] or 0) + 1
        return Mask.objects.create(artwork=artwork, version=version, created_by=user, **by, **stored.fields, **fields)


def _overlay(master: Picture, labels: np.ndarray) -> np.ndarray:
    """The picture with its damage in colours, at most 1600 pixels a side, (h, w, 3) uint8."""
    scale = min(1.0, OVERLAY_SIDE / max(master.width, master.height))
    width, height = max(1, round(master.width * scale)), max(1, round(master.height * scale))
    with files.local_path(master.pyramid) as path:
        region = PyramidReader(path).region(0, 0, master.width, master.height, width, height)
        picture = region.numpy().reshape(height, width, -1)
    picture = np.repeat(picture, 3, axis=2) if picture.shape[2] == 1 else picture
    return overlay(np.ascontiguousarray(picture), _smaller(labels, width, height))


def _smaller(labels: np.ndarray, width: int, height: int) -> np.ndarray:
    """Labels at another size: a pixel shows the class that covers most of it, if enough of it is damaged."""
    if labels.shape == (height, width):
        return labels
    codes = list(DAMAGE_CLASSES.values())
    shares = np.stack([_share(labels, code, width, height) for code in codes])
    seen = shares.sum(axis=0, dtype=np.uint16) >= SEEN_FROM * 255
    return np.where(seen, np.array(codes, np.uint8)[shares.argmax(axis=0)], np.uint8(0))


def _share(labels: np.ndarray, code: int, width: int, height: int) -> np.ndarray:
    """How much of each larger pixel has a code, (height, width) uint8, 255 = all of it."""
    table = np.zeros(256, np.uint8)
    table[code] = 255
    return cv2.resize(cv2.LUT(labels, table), (width, height), interpolation=cv2.INTER_AREA)
