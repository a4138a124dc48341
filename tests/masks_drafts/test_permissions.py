"""A draft is its owner's alone, and only where that person may draw."""

import pytest
from rest_framework.test import APIClient

from portal.accounts.models import Grant
from portal.accounts.services import create_token
from restoration.models import MaskDraft
from tests.factories import mask_for, person

from .conftest import ADDRESS, Window, as_json, tile

pytestmark = pytest.mark.django_db


def requests(draft):
    """Everything that can be asked of a draft: verb, address, body."""
    at = f"{ADDRESS}{draft}/"
    patch = {"patch": "8b6fce1f-4cf1-4f3c-9a2c-5d8e2b6f2f00", "tiles": [as_json(0, 0, tile(0, 0))]}
    return [
        ("get", at, None),
        ("get", f"{at}tiles/", None),
        ("patch", at, {"note": "x"}),
        ("post", f"{at}patches/", patch),
        ("post", f"{at}save/", {}),
        ("delete", at, None),
    ]


def statuses(client, draft):
    return {getattr(client, verb)(address, data, format="json").status_code for verb, address, data in requests(draft)}


def client_of(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_nobody_else_meets_a_draft_not_even_another_curator(window, artwork, stranger, operator):
    others = [person("curator", artwork.collection), person("consultant", artwork.collection), stranger, operator]
    for other in others:
        client = client_of(other)
        assert statuses(client, window.draft) == {404}
        assert client.get(ADDRESS).json()["results"] == []
    assert window.get().status_code == 200


def test_each_person_has_a_draft_of_their_own(window, artwork):
    other = Window(person("curator", artwork.collection))
    assert other.open(artwork).status_code == 201
    assert other.draft != window.draft


def test_without_signing_in_nothing_answers(window):
    assert statuses(APIClient(), window.draft) == {401}
    assert APIClient().get(ADDRESS).status_code == 401


def test_who_may_only_look_may_not_draw_but_sees_the_tiles_of_a_mask(artwork):
    consultant = person("consultant", artwork.collection)
    assert Window(consultant).open(artwork).status_code == 403
    mask = mask_for(artwork)
    assert client_of(consultant).get(f"/api/v1/masks/{mask.pk}/tiles/").json()["tiles"]


def test_a_strangers_artwork_or_mask_is_no_choice(artwork, stranger):
    answer = Window(stranger).open(artwork)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["artwork"])
    assert client_of(stranger).get(f"/api/v1/masks/{mask_for(artwork).pk}/tiles/").status_code == 404


def test_who_loses_the_role_loses_the_draft(window, artwork, curator):
    Grant.objects.filter(user=curator, collection=artwork.collection).delete()
    assert statuses(window.client, window.draft) == {404}
    assert MaskDraft.objects.count() == 1


@pytest.mark.parametrize(("scope", "expected"), [("restoration", 200), ("read", 403), ("catalogue", 403)])
def test_a_token_needs_the_scope_of_restoration(window, curator, scope, expected):
    _row, key = create_token(curator, name="t", scopes=[scope], days=1)
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {key}")
    assert client.get(f"{ADDRESS}{window.draft}/tiles/").status_code == expected


def test_a_session_needs_the_csrf_token(window, curator):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(curator)
    assert client.post(f"{ADDRESS}{window.draft}/save/", {}, format="json").status_code == 403
    assert client.get(f"{ADDRESS}{window.draft}/").status_code == 200
