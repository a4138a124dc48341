"""The same over HTTP: presets, batches, references, estimates, priorities."""

import uuid

import pytest
from rest_framework.test import APIClient

from gpu_workers.models import Job
from portal.accounts.services import create_token
from restoration.models import Restoration
from restoration.ordering.models import Preset
from restoration.services import order_restoration
from tests.factories import ArtworkFactory, CollectionFactory, mask_for, person

pytestmark = pytest.mark.django_db


def program(user, *scopes: str) -> APIClient:
    """A program with a token of this person."""
    _token, key = create_token(user, name="t", scopes=list(scopes))
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


@pytest.fixture
def api(curator):
    return program(curator, "restoration")


@pytest.fixture
def work(artwork):
    mask_for(artwork)
    return artwork


def test_presets_are_kept_changed_and_deleted(api, collection):
    body = {"name": "Silk", "engine": "patchmatch", "candidates": 4, "collection": str(collection.pk)}
    made = api.post("/api/v1/presets/", body, format="json")
    assert made.status_code == 201
    path = f"/api/v1/presets/{made.json()['id']}/"
    assert api.patch(path, {"candidates": 2}, format="json").json()["candidates"] == 2
    assert api.get(path).json()["name"] == "Silk"
    assert api.get("/api/v1/presets/").json()["count"] == 1
    wrong = api.patch(path, {"engine": "magic"}, format="json")
    assert (wrong.status_code, "no engine called" in wrong.json()["detail"]) == (400, True)
    assert api.delete(path).status_code == 204
    assert not Preset.objects.exists()


def test_another_persons_preset_does_not_exist(api):
    made = api.post("/api/v1/presets/", {"name": "Mine", "engine": "telea"}, format="json").json()
    other = program(person("curator", CollectionFactory()), "restoration")
    for answer in (other.get(f"/api/v1/presets/{made['id']}/"), other.delete(f"/api/v1/presets/{made['id']}/")):
        assert answer.status_code == 404


def test_a_batch_is_planned_ordered_once_cancelled_and_tried_again(api, work, collection):
    bare = ArtworkFactory(collection=collection)
    body = {"artworks": [str(work.pk), str(bare.pk)], "engines": ["patchmatch", "telea"], "seed": 4}
    planned = api.post("/api/v1/batches/plan/", body, format="json").json()
    assert [it["placed"] for it in planned] == [True, True, False, False]
    assert not Restoration.objects.exists()
    body["token"] = str(uuid.uuid4())
    first = api.post("/api/v1/batches/", body, format="json")
    second = api.post("/api/v1/batches/", body, format="json")
    assert (first.status_code, second.json()["id"]) == (201, first.json()["id"])
    assert [bool(it["restoration"]) for it in first.json()["items"]] == [it["placed"] for it in planned]
    assert Restoration.objects.count() == 2
    path = f"/api/v1/batches/{first.json()['id']}/"
    assert api.post(f"{path}cancel/").json()["progress"]["counts"] == {"cancelled": 2}
    Job.objects.update(status="failed")
    assert api.post(f"{path}retry/").json()["progress"]["counts"] == {"queued": 2}
    assert api.get("/api/v1/batches/").json()["count"] == 1
    assert api.post(f"{path}resume/").status_code == 200


def test_another_collections_batch_does_not_exist(api, work):
    body = {"artworks": [str(work.pk)], "engines": ["telea"]}
    path = f"/api/v1/batches/{api.post('/api/v1/batches/', body, format='json').json()['id']}/"
    other = program(CollectionFactory().created_by, "restoration")
    assert other.get(path).status_code == 404
    for action in ("cancel", "retry", "resume"):
        assert other.post(f"{path}{action}/").status_code == 404
    reader = program(person("consultant", work.collection), "restoration")
    assert reader.get(path).status_code == 200
    assert reader.post(f"{path}cancel/").status_code == 403


def test_a_mask_is_named_with_its_work_alone(api, work, collection):
    body = {"artworks": [str(work.pk)], "engines": ["telea"], "mask": str(work.masks.get().pk)}
    assert api.post("/api/v1/batches/plan/", body, format="json").json()[0]["placed"]
    body["artworks"].append(str(ArtworkFactory(collection=collection).pk))
    answer = api.post("/api/v1/batches/plan/", body, format="json")
    assert (answer.status_code, "one work" in answer.json()["detail"]) == (400, True)


def test_references_come_with_a_verdict_and_a_look(api, work, collection):
    other = ArtworkFactory(collection=collection)
    found = api.get("/api/v1/references/", {"artwork": str(work.pk)}).json()
    assert [it["artwork"] for it in found] == [str(other.pk)]
    assert found[0]["verdict"].startswith("Period, school and technique")
    assert found[0]["look"]
    assert api.get("/api/v1/references/").status_code == 400
    assert api.get("/api/v1/references/", {"artwork": str(ArtworkFactory().pk)}).status_code == 404


def test_an_estimate_is_honest_and_orders_nothing(api, work):
    body = {"artwork": str(work.pk), "engines": ["telea", "patchmatch"], "candidates": 2}
    found = api.post("/api/v1/estimates/", body, format="json").json()
    assert (found["place"], found["seconds"]) == (1, None)
    assert {it["engine"]: it["seconds"] for it in found["engines"]} == {"telea": None, "patchmatch": None}
    assert not Job.objects.exists()
    assert api.post("/api/v1/estimates/", body | {"engines": ["magic"]}, format="json").status_code == 400


def test_an_order_has_a_priority_which_its_owner_lowers(api, work, curator):
    body = {"artwork": str(work.pk), "mask": str(work.masks.get().pk), "engine": "telea", "priority": 0}
    made = api.post("/api/v1/restorations/", body, format="json").json()
    path = f"/api/v1/jobs/{made['job']['id']}/"
    assert api.post(f"{path}priority/", {"priority": -1}, format="json").json()["priority"] == -1
    assert api.post(f"{path}priority/", {"priority": 1}, format="json").status_code == 403
    assert api.post(f"{path}priority/", {"priority": 5}, format="json").status_code == 400
    state = api.get(path).json()["state"]
    assert (state["place"], state["held"]) == (1, None)
    high = api.post("/api/v1/restorations/", body | {"seed": 9, "priority": 1}, format="json")
    assert (high.status_code, "Only an operator" in high.json()["detail"]) == (400, True)


def test_it_is_run_again_with_a_change(api, work, curator):
    first = order_restoration(curator, work, mask=work.masks.get(), engine="patchmatch", seed=4)
    again = api.post(f"/api/v1/restorations/{first.pk}/repeat/", {"seed": 5, "priority": -1}, format="json").json()
    assert (again["seed"], again["engine"], again["repeats"]) == (5, "patchmatch", str(first.pk))
    assert again["job"]["priority"] == -1


def test_a_token_for_reading_orders_nothing(curator, work):
    reader = program(curator, "read")
    body = {"artworks": [str(work.pk)], "engines": ["telea"]}
    for path in ("/api/v1/batches/", "/api/v1/batches/plan/", "/api/v1/presets/", "/api/v1/estimates/"):
        assert reader.post(path, body, format="json").status_code == 403
    assert reader.get("/api/v1/references/", {"artwork": str(work.pk)}).status_code == 200
