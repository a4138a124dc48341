"""A collection as a person finds it: a work with a master, masks of both kinds, a restoration that came back."""

from dataclasses import dataclass

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from gpu_workers.models import Job
from portal.catalogue.models import Artwork, Picture
from restoration.models import Candidate, Mask, Restoration
from restoration.services import order_restoration
from tests.factories import ArtworkFactory, mask_for, mask_pixels, picture_bytes, sealed_picture


@pytest.fixture(autouse=True)
def calls(monkeypatch):
    """The wake-up calls that were sent; none leaves the test."""
    from portal.celery import app

    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: sent.append(name))
    return sent


@dataclass
class Gallery:
    """What hangs there."""

    artwork: Artwork
    mask: Mask
    proposal: Mask
    restoration: Restoration

    @property
    def candidate(self) -> Candidate:
        return self.restoration.candidates.first()


def finish(restoration: Restoration, pictures: list[Picture]) -> Restoration:
    """Let the job have succeeded with these pictures as candidates, and an uncertainty map."""
    for number, picture in enumerate(pictures, start=1):
        Candidate.objects.create(
            restoration=restoration, number=number, picture=picture, seed=number, changed_pixels=670, seam=1.02
        )
    restoration.uncertainty.save(f"{restoration.pk}.png", ContentFile(picture_bytes(mask_pixels())))
    now = timezone.now()
    Job.objects.filter(pk=restoration.job_id).update(
        status="succeeded", started_at=now, finished_at=now, recipe={"seed": 1, "engine": {"name": "patchmatch"}}
    )
    return Restoration.objects.get(pk=restoration.pk)


def hang(collection, seed: int = 0) -> Gallery:
    """One work with all that can belong to it."""
    artwork = ArtworkFactory(collection=collection, seed=seed)
    mask = mask_for(artwork)
    proposal = Mask.objects.create(
        artwork=artwork, master=artwork.master, version=mask.version + 1, source=Mask.Source.PROPOSED, file=mask.file,
        overlay=mask.overlay, sha256=mask.sha256, coverage=mask.coverage, created_by=collection.created_by,
    )  # fmt: skip
    restoration = order_restoration(collection.created_by, artwork, mask=mask, engine="patchmatch", seed=seed)
    pictures = [sealed_picture(collection, seed=1000 + 10 * seed + number) for number in range(2)]
    return Gallery(artwork, mask, proposal, finish(restoration, pictures))


@pytest.fixture
def gallery(collection) -> Gallery:
    return hang(collection)


@pytest.fixture
def visit(client, curator):
    """Open an address as the curator (or as `user`) in a language; returns the response."""

    def visit(path: str, language: str = "en", user=curator):
        if user is not None:
            client.force_login(user)
        client.cookies["django_language"] = language
        return client.get(path)

    return visit
