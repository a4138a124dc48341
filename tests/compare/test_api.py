"""Choosing, judging and sending over HTTP."""

import pytest
from rest_framework.test import APIClient

from portal.accounts.services import create_token
from tests.factories import CollectionFactory, person

pytestmark = pytest.mark.django_db(transaction=True)
V1 = "/api/v1"


@pytest.fixture
def api(curator):
    client = APIClient()
    client.force_authenticate(curator)
    return client


def test_candidates_are_listed_narrowed_and_ordered(api, candidates, artwork, curator):
    one, two, three = (str(it.pk) for it in candidates)
    api.post(f"{V1}/candidates/{two}/judge/", {"judgement": "picked"}, format="json")
    for query, found in {
        "": {one, two, three},
        f"artwork={artwork.pk}": {one, two, three},
        "engine=telea": {three},
        f"restoration={candidates[0].restoration_id}": {one, two},
        "judgement=picked": {two},
        "judgement=none": {one, three},
        "task=colour": set(),
        "artwork=00000000-0000-0000-0000-000000000000": set(),
    }.items():
        answer = api.get(f"{V1}/candidates/?{query}").json()
        assert {it["id"] for it in answer["results"]} == found, query
    api.force_authenticate(CollectionFactory().created_by)
    assert api.get(f"{V1}/candidates/").json()["results"] == []


def test_a_rejection_has_a_reason_and_the_history_is_read(api, candidate, curator):
    address = f"{V1}/candidates/{candidate.pk}/"
    refused = api.post(f"{address}judge/", {"judgement": "rejected", "note": "No."}, format="json")
    assert refused.status_code == 400
    assert "choose a reason" in refused.json()["detail"]
    judged = api.post(f"{address}judge/", {"judgement": "rejected", "reason": "brushwork", "seen": 0}, format="json")
    assert judged.status_code == 200
    assert (judged.json()["judgement_reason"], bool(judged.json()["judged_at"])) == ("brushwork", True)
    late = api.post(f"{address}judge/", {"judgement": "picked", "seen": 0}, format="json")
    assert late.status_code == 409
    assert "meanwhile" in late.json()["detail"]
    api.post(f"{address}judge/", {"judgement": ""}, format="json")
    history = api.get(f"{address}judgements/").json()["results"]
    assert [(it["judgement"], it["reason"], it["by"]) for it in history] == [
        ("", "", curator.username),
        ("rejected", "brushwork", curator.username),
    ]


def test_a_pick_is_sent_and_withdrawn(api, candidate, artwork):
    refused = api.post(f"{V1}/nominations/", {"candidate": str(candidate.pk)}, format="json")
    assert refused.status_code == 400
    api.post(f"{V1}/candidates/{candidate.pk}/judge/", {"judgement": "picked"}, format="json")
    sent = api.post(f"{V1}/nominations/", {"candidate": str(candidate.pk), "note": "Soon."}, format="json")
    assert sent.status_code == 201
    row = sent.json()
    assert (row["state"], row["artwork"], row["note"]) == ("waiting", str(artwork.pk), "Soon.")
    for query, count in {"": 1, "state=waiting": 1, "state=taken": 0, f"artwork={artwork.pk}": 1}.items():
        assert api.get(f"{V1}/nominations/?{query}").json()["count"] == count, query
    assert api.get(f"{V1}/nominations/{row['id']}/").json() == row
    assert api.post(f"{V1}/nominations/{row['id']}/withdraw/").json()["state"] == "withdrawn"


def test_who_may_not_see_finds_nothing(api, candidate, collection):
    api.post(f"{V1}/candidates/{candidate.pk}/judge/", {"judgement": "picked"}, format="json")
    row = api.post(f"{V1}/nominations/", {"candidate": str(candidate.pk)}, format="json").json()
    for user in (CollectionFactory().created_by, person("consultant", collection)):
        api.force_authenticate(user)
        assert api.get(f"{V1}/nominations/").json()["count"] == 0
        assert api.get(f"{V1}/nominations/{row['id']}/").status_code == 404
        assert api.post(f"{V1}/nominations/{row['id']}/withdraw/").status_code == 404
        assert api.post(f"{V1}/nominations/", {"candidate": str(candidate.pk)}, format="json").status_code in (400, 403)


@pytest.mark.parametrize(("scope", "status"), [("review", 201), ("read", 403), ("restoration", 403)])
def test_a_token_needs_the_scope(candidate, curator, scope, status):
    from restoration.judging import judge_candidate

    judge_candidate(curator, candidate, "picked")
    _token, key = create_token(curator, name="t", scopes=[scope])
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {key}")
    assert client.get(f"{V1}/nominations/").status_code == 200
    sent = client.post(f"{V1}/nominations/", {"candidate": str(candidate.pk)}, format="json")
    assert sent.status_code == status
