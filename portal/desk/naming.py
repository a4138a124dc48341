"""Names, pictures and works of what lies on the desk."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse

from gpu_workers.engines.registry import ENGINES
from gpu_workers.models import Job
from gpu_workers.wording import KIND_NAMES
from portal.accounts.models import User
from portal.catalogue.models import Artwork, Picture
from portal.catalogue.selectors import artworks_for
from portal.phrases import said

THUMBNAIL = 512


def kind_name(kind: str) -> str:
    """A kind of job as people say it."""
    return str(KIND_NAMES.get(kind, kind))


def engine_name(name: str) -> str:
    """An engine as people say it; one that is no longer in the table keeps its key."""
    spec = ENGINES.get(name)
    return said(spec.title) if spec else name


def fitted(picture: Picture, side: int) -> tuple[int, int]:
    """Width and height of a picture fitted into a square of `side` pixels, never enlarged."""
    scale = min(1.0, side / max(picture.width, picture.height))
    return max(1, round(picture.width * scale)), max(1, round(picture.height * scale))


def thumbnail(picture: Picture | None) -> tuple[str, int, int] | None:
    """Address of a picture's thumbnail, its width and its height."""
    if picture is None:
        return None
    return reverse("catalogue:thumbnail", args=[picture.pk]), *fitted(picture, THUMBNAIL)


def works_of(user: User, jobs: Iterable[Job]) -> dict[Any, Artwork]:
    """The work each job is about, where there is one that the person may see; one query."""
    about = {job.pk: _work(job) for job in jobs}
    seen = artworks_for(user).in_bulk([key for key in about.values() if key])
    return {pk: seen[key] for pk, key in about.items() if key in seen}


def _work(job: Job) -> UUID | None:
    if hasattr(job, "restoration"):
        return job.restoration.artwork_id
    key = job.parameters.get("artwork")
    return UUID(key) if key else None
