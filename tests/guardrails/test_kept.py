"""Nothing that a published or withdrawn release rests on is deleted: not by services, page or API, not by the admin,
not by a model past the services, and not by the database."""

import pytest
from django.contrib import admin
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from generation.models import Painting
from portal.catalogue.models import Artwork, Picture
from portal.catalogue.services import delete_artwork
from portal.errors import UserError
from restoration.models import Candidate, Mask, Restoration
from review.guardrails import services
from review.guardrails.models import Release
from tests.factories import painting_for, person

pytestmark = pytest.mark.django_db
RESTS_ON = {
    "restoration": {"artwork": Artwork, "candidate": Candidate, "mask": Mask, "picture": Picture, "master": Picture},
    "painting": {"artwork": Artwork, "painting": Painting, "picture": Picture},
}


@pytest.fixture(params=["published", "withdrawn"])
def public(request, says, dated, restored, curator, second):
    """A function: "restoration" or "painting" → a release that is public or was."""

    def public(kind):
        artwork = dated("tang")
        release = restored(artwork) if kind == "restoration" else None
        release = release or services.prepare(curator, artwork, painting_for(artwork.collection))
        services.judge(curator, release)
        for who in (curator, second):
            services.sign(who, release, release.content_hash)
        services.publish(curator, release)
        if request.param == "withdrawn":
            services.withdraw(curator, release, "Asked for.")
        return Release.objects.get(pk=release.pk)

    return public


@pytest.mark.parametrize("kind", RESTS_ON)
def test_neither_a_model_nor_the_database_deletes_what_it_rests_on(public, kind):
    release = public(kind)
    for name, model in RESTS_ON[kind].items():
        row = getattr(release, name)
        with pytest.raises(ProtectedError), transaction.atomic():
            row.delete()
        with pytest.raises(DatabaseError, match="A published release rests on this"), transaction.atomic():
            model.objects.filter(pk=row.pk)._raw_delete("default")
        assert model.objects.filter(pk=row.pk).exists()
    if kind == "restoration":
        with pytest.raises(ProtectedError), transaction.atomic():
            Restoration.objects.filter(pk=release.candidate.restoration_id).delete()  # and so what hangs on it
    with pytest.raises(ProtectedError), transaction.atomic():
        release.collection.delete()


@pytest.mark.parametrize("state", ["draft", "discarded", "published"])
def test_whoever_deletes_a_work_is_told_why_it_stays(client, released, curator, artwork, state):
    release = released("published" if state == "published" else "draft", artwork)
    if state == "discarded":
        services.discard(curator, release)
    with pytest.raises(UserError, match="prepared for the public, so it stays"):
        delete_artwork(curator, artwork)
    client.force_login(curator)
    answer = client.delete(f"/api/v1/artworks/{artwork.pk}/")
    assert (answer.status_code, "prepared for the public" in answer.json()["detail"]) == (400, True)
    assert Artwork.objects.filter(pk=artwork.pk).exists()


def test_the_admin_deletes_none_of_it(client, public, collection):
    """It knows works and pictures, to look at, and nothing else that a release rests on."""
    release = public("restoration")
    staff = person("curator", collection, is_staff=True)
    client.force_login(staff)
    for name, row in (("artwork", release.artwork), ("picture", release.picture), ("collection", collection)):
        assert client.get(reverse(f"admin:catalogue_{name}_change", args=[row.pk])).status_code == 200
        assert client.post(reverse(f"admin:catalogue_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
        client.post(reverse(f"admin:catalogue_{name}_changelist"), chosen)
        assert type(row).objects.filter(pk=row.pk).exists()
    assert not {Candidate, Mask, Painting, Release, Restoration} & set(admin.site._registry)
