"""Example pictures of levels: judged by content, made as blind pictures are, and handed on from study to study."""

import hashlib
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse

from gpu_workers.pictures import read_small, verify
from portal.catalogue import sealing
from restoration.storing import as_path, in_words
from review.models import Level, random_code
from review.services import renditions

SIDE = 768  # pixels a side: enough to look at closely, small enough for twenty of them on a page


@dataclass(frozen=True)
class Kept:
    """An example that is stored: its file and digest, and where it can be looked at."""

    name: str
    sha256: str
    url: str = ""


def keep(upload: UploadedFile) -> Kept:
    """Store a picture as an example. Raises `UserError` for what is no picture, whatever it is called."""
    with in_words(), as_path(upload) as path:
        verify(path, sealing.limits())
        data = renditions.encode(read_small(path, SIDE, sealing.limits()), SIDE)
    return Kept(default_storage.save(f"panel/examples/{random_code()}.jpg", ContentFile(data)), sha256_of(data))


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def kept_of(level: Level) -> Kept | None:
    """The example of a level, if it has one."""
    found = getattr(level, "example", None)
    if found is None:
        return None
    return Kept(found.file.name, found.sha256, reverse("panel:example", args=[found.pk]))
