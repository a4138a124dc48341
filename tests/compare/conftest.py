"""A work with candidates that workers made: by two engines, of one mask, proven as always."""

import pytest
from django.urls import reverse

from portal.catalogue.models import Artwork
from restoration.models import Candidate, Mask
from restoration.services import order_restoration
from tests.browser.conftest import aside, barriers, complaints, until  # noqa: F401
from tests.compare.watching import READY
from tests.factories import ArtworkFactory, mask_for, sealed_picture
from tests.pages.conftest import visit  # noqa: F401
from tests.restoration.conftest import calls, engine, home, work  # noqa: F401


@pytest.fixture
def artwork(collection) -> Artwork:
    """A work whose photograph is 256 by 192 pixels."""
    return ArtworkFactory(collection=collection, master=sealed_picture(collection, seed=40, width=256, height=192))


@pytest.fixture
def mask(artwork, calls) -> Mask:  # noqa: F811
    return mask_for(artwork)


@pytest.fixture
def candidates(artwork, mask, engine, work, curator) -> list[Candidate]:  # noqa: F811
    """Two by PatchMatch, then one by Telea, of the same mask."""
    for name, count, seed in (("patchmatch", 2, 1), ("telea", 1, 5)):
        order_restoration(curator, artwork, mask=mask, engine=name, candidates=count, seed=seed)
        assert work().status == "succeeded"
    return list(Candidate.objects.order_by("restoration__created_at", "number"))


@pytest.fixture
def candidate(candidates) -> Candidate:
    return candidates[0]


@pytest.fixture
def show(page, until, log_in, curator, artwork, candidates):  # noqa: F811
    """A function that opens the compare page with the original and the first candidates, and waits for it."""

    def show(count=2, query="", user=curator, motion="reduce"):
        page.emulate_media(reduced_motion=motion)
        log_in(user)
        keys = ["original", *(str(it.pk) for it in candidates)][:count]
        page.goto(f"{reverse('restoration:compare', args=[artwork.pk])}?show={','.join(keys)}{query}")
        until(READY)

    return show
