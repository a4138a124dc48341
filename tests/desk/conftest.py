"""Works at every step of their way, jobs that ended, and people who look at them."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from gpu_workers import services as jobs
from gpu_workers.models import Job
from portal.accounts.services import create_token
from portal.catalogue.models import Artwork
from restoration.judging import judge_candidate
from restoration.models import Candidate, Mask, Restoration
from restoration.services import order_reconstruction, order_restoration
from review.services.nominations import nominate
from tests.factories import ArtworkFactory, mask_for
from tests.pages.conftest import calls, visit  # noqa: F401


def proposal_for(artwork: Artwork, version: int = 1) -> Mask:
    """A mask as a program leaves it: nobody has confirmed it."""
    names = {"file": "masks/m.png", "overlay": "overlays/m.webp", "sha256": "0" * 64}
    about = {"created_by": artwork.collection.created_by, "source": Mask.Source.PROPOSED, **names}
    return Mask.objects.create(artwork=artwork, master=artwork.master, version=version, **about)


def ordered(artwork: Artwork, mask: Mask | None = None, **order) -> Restoration:
    """A restoration that waits for a worker, ordered by the collection's creator."""
    user = order.pop("user", artwork.collection.created_by)
    return order_restoration(user, artwork, mask=mask or mask_for(artwork), engine="telea", anyway=True, **order)


def recoloured(artwork: Artwork) -> Restoration:
    """A colour reconstruction that waits for a worker."""
    reference = ArtworkFactory(collection=artwork.collection)
    return order_reconstruction(artwork.created_by, artwork, references=[reference], engine="transport")


def started(job: Job) -> Job:
    """A worker has taken the job."""
    lease = timezone.now() + timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(status="running", attempts=1, started_at=timezone.now(), lease_until=lease)
    return Job.objects.get(pk=job.pk)


def done(order: Restoration) -> Candidate:
    """The job brought one candidate."""
    row = {"restoration": order, "picture": order.master, "seed": 0, "changed_pixels": 1}
    candidate = Candidate.objects.create(number=1, **row)
    assert jobs.succeed(started(order.job), 1, {})
    return candidate


def failed(order: Restoration, message: str = "The engine ran out of memory.") -> Job:
    """The job ended badly."""
    assert jobs.fail(started(order.job), 1, message)
    return Job.objects.get(pk=order.job_id)


def picked(candidate: Candidate) -> Candidate:
    return judge_candidate(candidate.collection.created_by, candidate, "picked")


def nominated(candidate: Candidate):
    return nominate(candidate.collection.created_by, picked(candidate))


@pytest.fixture
def ask(db):
    """A function: GET an address of the API as a person, with a token of all the person's scopes or of some."""

    def ask(user, path: str, scopes=("read",), verb: str = "get", data=None):
        _token, key = create_token(user, name="t", scopes=scopes)
        options = {"headers": {"authorization": f"Bearer {key}"}}
        return getattr(APIClient(), verb)(f"/api/v1/{path}", data, format=None if verb == "get" else "json", **options)

    return ask
