"""Webhooks over HTTP: everything that the pages do, a secret once, and a scope of their own."""

import pytest
from rest_framework.test import APIClient

from portal.accounts.services import create_token
from portal.hooks.models import Delivery, Webhook
from tests.factories import CollectionFactory, person

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/webhooks/"


def program(user, *scopes):
    client = APIClient()
    _token, key = create_token(user, name="t", scopes=scopes)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    return client


@pytest.fixture
def api(curator):
    return program(curator, "webhooks")


def test_the_whole_life_of_a_webhook(api, collection):
    made = api.post(ROOT, {"collection": collection.pk, "url": "https://museum.example/"}, format="json")
    assert made.status_code == 201
    assert made.data["secret"].startswith("whsec_")
    assert made["Cache-Control"] == "no-store"
    address = f"{ROOT}{made.data['id']}/"
    assert api.get(ROOT).data["count"] == 1
    assert "secret" not in api.get(address).data
    changed = api.patch(address, {"events": ["mask.saved"], "active": False}, format="json")
    assert (changed.data["events"], changed.data["active"]) == (["mask.saved"], False)
    assert api.post(f"{address}ping/").status_code == 400
    assert api.patch(address, {"active": True}, format="json").data["active"]
    assert api.post(f"{address}rotate/").data["secret"] != made.data["secret"]
    ping = api.post(f"{address}ping/")
    assert (ping.status_code, ping.data["action"]) == (202, "webhook.ping")
    Delivery.objects.update(state="failed", tries=8)
    again = api.post(f"/api/v1/webhook-deliveries/{ping.data['id']}/again/")
    assert (again.data["state"], again.data["tries"], again.data["id"]) == ("waiting", 0, ping.data["id"])
    assert api.get(f"{address}deliveries/").data["count"] == 1
    assert api.delete(address).status_code == 204
    assert not Webhook.objects.exists()


def test_the_kinds_say_what_they_mean(api):
    kinds = {row["key"]: row["sentence"] for row in api.get(f"{ROOT}kinds/").data}
    assert kinds["artwork.created"] == "Somebody catalogued a work"
    chinese = api.get(f"{ROOT}kinds/", HTTP_ACCEPT_LANGUAGE="zh-hans").data
    assert {row["key"]: row["sentence"] for row in chinese}["artwork.created"] != kinds["artwork.created"]


@pytest.mark.parametrize("scope", ["read", "catalogue", "restoration", "generation"])
def test_no_other_scope_opens_them(curator, hook, scope):
    webhook = hook()
    client = program(curator, scope)
    assert client.get(ROOT).status_code == 403
    assert client.post(f"{ROOT}{webhook.pk}/rotate/").status_code == 403


def test_the_scope_opens_nothing_else(api, artwork):
    assert api.get(f"/api/v1/artworks/{artwork.pk}/").status_code == 403


def test_another_curators_webhooks_are_not_there(hook):
    webhook = hook()
    other = CollectionFactory().created_by
    client = program(other, "webhooks")
    assert client.get(ROOT).data["count"] == 0
    for verb, path in (("get", ""), ("patch", ""), ("delete", ""), ("post", "ping/"), ("get", "deliveries/")):
        assert getattr(client, verb)(f"{ROOT}{webhook.pk}/{path}").status_code == 404
    made = client.post(ROOT, {"collection": webhook.collection_id, "url": "https://a.example/"}, format="json")
    assert made.status_code == 400


def test_who_may_only_look_is_told_no(hook):
    webhook = hook()
    reader = program(person("consultant", webhook.collection), "webhooks")
    assert reader.get(f"{ROOT}{webhook.pk}/").status_code == 403
    made = reader.post(ROOT, {"collection": webhook.collection_id, "url": "https://a.example/"}, format="json")
    assert made.status_code == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "http://museum.example/"},
        {"url": "https://127.0.0.1/"},
        {"url": "x" * 600},
        {"url": "https://museum.example/", "events": ["no.such"]},
        {"url": "https://museum.example/", "events": "all"},
        {"url": 7},
    ],
)
def test_what_makes_no_sense_is_a_problem_with_a_sentence(api, collection, fields):
    answer = api.post(ROOT, {"collection": collection.pk, **fields}, format="json")
    assert answer.status_code == 400
    assert answer.data["detail"]
    assert not Webhook.objects.exists()
