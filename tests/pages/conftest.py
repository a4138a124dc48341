"""A collection as a person finds it: a work with a master, masks of both kinds, a restoration that came back."""

from dataclasses import dataclass

import numpy as np
import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from gpu_workers.models import Job
from portal.catalogue.models import Artwork, Picture
from restoration.models import Candidate, Mask, Restoration
from restoration.services import order_reconstruction, order_restoration
from tests.factories import ArtworkFactory, mask_for, mask_pixels, picture_bytes, sealed_picture
from tests.restoration.conftest import MEASURES


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
    reconstruction: Restoration

    @property
    def candidate(self) -> Candidate:
        return self.restoration.candidates.first()

    @property
    def recoloured(self) -> Candidate:
        return self.reconstruction.candidates.get()


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


def recolour(artwork: Artwork, seed: int) -> Restoration:
    """A colour reconstruction towards another work, as if a worker had made it."""
    reference = ArtworkFactory(collection=artwork.collection, seed=2000 + seed)
    made = order_reconstruction(artwork.created_by, artwork, references=[reference], engine="transport", strength=0.8)
    candidate = Candidate.objects.create(
        restoration=made, number=1, picture=sealed_picture(artwork.collection, seed=3000 + seed), seed=0,
        changed_pixels=6144, measures=MEASURES,
    )  # fmt: skip
    for name in ("difference", "structure"):
        content = ContentFile(picture_bytes(np.tile(np.linspace(0, 255, 96).astype(np.uint8), (64, 1))))
        getattr(candidate, name).save(f"{candidate.pk}-{name}.png", content, save=False)
    candidate.save()
    recipe = {"parameters": {"working_profile": "sRGB"}, "notes": ["Reference 1 is gray, so it takes colour away."]}
    now = timezone.now()
    Job.objects.filter(pk=made.job_id).update(status="succeeded", started_at=now, finished_at=now, recipe=recipe)
    return Restoration.objects.get(pk=made.pk)


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
    return Gallery(artwork, mask, proposal, finish(restoration, pictures), recolour(artwork, seed))


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
