"""Blind pictures: every item of a study, authentic ones too, goes through one and the same encoding.

The same canvas in pixels, a neutral gray mount, sRGB of 8 bits, one encoder with one setting, no metadata, and every
file filled up to the same number of bytes. What is left to tell an item by is what the picture shows.
"""

import io
import math
from collections.abc import Callable

import cv2
import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from gpu_workers.pictures import read_small
from portal.accounts.models import User
from portal.catalogue import files
from portal.catalogue.models import Picture
from portal.errors import UserError
from review.models import Item, Study, random_code

LARGEST, SMALLEST = 2048, 256  # pixels a side of the canvas
MOUNT = 0.04  # of the canvas that stays gray on every side
GRAY = 128
QUALITY = 90
COMMENT = 4  # bytes that a comment takes at least
BUCKET = 64 * 1024  # bytes: every file is as long as the longest, rounded up to so many


def outdated(study: Study) -> None:
    """Forget the blind pictures of a draft whose items have changed: all of them are made anew, with one canvas."""
    names = [name for name in study.items.values_list("rendition", flat=True) if name]
    study.items.update(rendition="", rendition_sha256="")
    Study.objects.filter(pk=study.pk).update(rendition_side=0)
    transaction.on_commit(lambda: [default_storage.delete(name) for name in names], robust=True)


def build_renditions(user: User, study: Study, progress: Callable[[float], None] = lambda share: None) -> Study:
    """Make the blind picture of every item of a draft; made before: left alone. Raises `UserError`.

    The canvas is as large as the smallest picture allows, 256 to 2048 pixels a side: a picture that was enlarged, or
    one that alone is sharp, would give itself away.
    """
    from review.services.studies import drafted

    with transaction.atomic():
        study = drafted(user, study)
    items = list(study.items.select_related("candidate__picture", "painting__picture", "artwork__master"))
    if not items:
        raise UserError(_("There are no pictures to show in this round."))
    if study.rendition_side and all(item.rendition for item in items):
        return study
    side = canvas_side([picture_of(item) for item in items])
    encoded = []
    for number, item in enumerate(items, start=1):
        encoded.append(encode(_pixels(picture_of(item), side), side))
        progress(number / (len(items) + 1))
    length = common_length([len(data) for data in encoded])
    _keep(user, study, items, [filled(data, length) for data in encoded], side)
    progress(1.0)
    return study


def picture_of(item: Item) -> Picture:
    """The sealed picture that an item stands for."""
    if item.candidate_id:
        return item.candidate.picture
    return item.painting.picture if item.painting_id else item.artwork.master


def canvas_side(pictures: list[Picture]) -> int:
    """Pixels a side of the canvas: the longest side of the smallest picture, within bounds, in steps of 64."""
    smallest = min(max(picture.width, picture.height) for picture in pictures)
    inner = min(max(smallest, SMALLEST), LARGEST) // 64 * 64
    return int(inner)


def inner_side(side: int) -> int:
    """Pixels of the canvas inside the mount, a side."""
    return round(side * (1 - 2 * MOUNT))


def encode(pixels: np.ndarray, side: int) -> bytes:
    """A picture (h, w, 3) uint8, sRGB, in the middle of a gray canvas, as JPEG without any metadata."""
    inner = inner_side(side)
    scale = inner / max(pixels.shape[:2])
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    canvas = np.full((side, side, 3), GRAY, np.uint8)
    top, left = (side - size[1]) // 2, (side - size[0]) // 2
    canvas[top : top + size[1], left : left + size[0]] = small
    out = io.BytesIO()
    Image.fromarray(canvas).save(out, "JPEG", quality=QUALITY, subsampling=0, optimize=False, progressive=False)
    return out.getvalue()


def common_length(lengths: list[int]) -> int:
    """The number of bytes that all files are filled up to; what is missing to it is never too little for a comment."""
    length = BUCKET * math.ceil(max(lengths) / BUCKET)
    return length + BUCKET if any(0 < length - it < COMMENT for it in lengths) else length


def filled(data: bytes, length: int) -> bytes:
    """The file with comments of nothing before its end, so that it has just so many bytes.

    A comment holds at most 65,533 bytes and costs four; a rest that is too small for one is put into the one before.
    """
    missing, parts = length - len(data), []
    while missing:
        size = min(missing, 65_537)
        if 0 < missing - size < 4:
            size -= 4
        parts.append(b"\xff\xfe" + (size - 2).to_bytes(2, "big") + bytes(size - 4))
        missing -= size
    return data[:2] + b"".join(parts) + data[2:]


def _pixels(picture: Picture, side: int) -> np.ndarray:
    """A picture at the size at which it is shown, in one step: large and small ones are resampled equally often."""
    with files.local_path(picture.file) as path:
        return read_small(path, inner_side(side))


@transaction.atomic
def _keep(user: User, study: Study, items: list[Item], encoded: list[bytes], side: int) -> None:
    """Store all of them under random names, and only if nobody has changed the draft meanwhile."""
    from review.services.studies import drafted

    study = drafted(user, study)
    if set(study.items.values_list("pk", flat=True)) != {item.pk for item in items}:
        raise UserError(_("The pictures of the study were changed meanwhile; make the blind ones again."))
    import hashlib

    for item, data in zip(items, encoded, strict=True):
        item.rendition = default_storage.save(f"panel/{random_code()}.jpg", ContentFile(data))
        item.rendition_sha256 = hashlib.sha256(data).hexdigest()
        item.save(update_fields=["rendition", "rendition_sha256"])
    study.rendition_side = side
    study.save(update_fields=["rendition_side"])
