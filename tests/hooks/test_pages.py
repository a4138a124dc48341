"""The pages of webhooks: in both languages, a secret shown once, a fixed number of questions to the database."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.hooks.models import Delivery, Webhook
from portal.hooks.wording import kinds
from tests.factories import CollectionFactory, person
from tests.pages.conftest import visit  # noqa: F401

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{40,}")


@pytest.fixture
def paths(hook, happen):
    """Every page, of a webhook that has been sent things."""
    webhook = hook()
    happen()
    Delivery.objects.update(state="failed", tries=8, reason="status", status_code=500, response="<b>no</b>")
    happen()
    page = [reverse(f"hooks:{name}", args=[webhook.pk]) for name in ("webhook", "edit", "delete")]
    return [reverse("hooks:webhooks"), reverse("hooks:new") + f"?collection={webhook.collection_id}", *page]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_curator_sees_every_page(paths, visit, language):  # noqa: F811
    for path in paths:
        answer = visit(path, language)
        html = answer.content.decode()
        assert answer.status_code == 200
        assert not SECRET.search(html)
        assert not re.search(r"<style|\sstyle=|\son\w+=", html)
        if language != "en":
            assert re.search(r"[\u4e00-\u9fff]", html.split("<main")[1])


@pytest.mark.parametrize("role", ["consultant", "coordinator", "rights_officer", "expert", "operator"])
def test_nobody_but_curators_opens_them(paths, visit, collection, role):  # noqa: F811
    user = person(role, None if role == "operator" else collection)
    assert visit(paths[0], user=user).status_code == 200
    assert "museum.example" not in visit(paths[0], user=user).content.decode()
    for path in paths[1:]:
        assert visit(path, user=user).status_code in (403, 404), path


def test_what_a_receiver_answered_is_shown_as_words(paths, visit):  # noqa: F811
    html = visit(paths[2]).content.decode()
    assert "&lt;b&gt;no&lt;/b&gt;" in html
    assert "The answer was an error. (500)" in html


def send(client, curator, path, **data):
    client.force_login(curator)
    return client.post(path, data)


def test_the_secret_is_in_the_answer_that_made_it_and_in_no_other(client, curator, collection, visit):  # noqa: F811
    path = reverse("hooks:new") + f"?collection={collection.pk}"
    made = send(client, curator, path, url="https://museum.example/", scope="every")
    webhook = Webhook.objects.get()
    first = SECRET.search(made.content.decode())[0]
    assert "no-store" in made["Cache-Control"]
    exchanged = send(client, curator, reverse("hooks:rotate", args=[webhook.pk]))
    second = SECRET.search(exchanged.content.decode())[0]
    assert first != second
    assert "no-store" in exchanged["Cache-Control"]
    for path in (reverse("hooks:webhooks"), reverse("hooks:webhook", args=[webhook.pk])):
        assert not SECRET.search(visit(path).content.decode())


def test_a_mistake_is_a_sentence_and_keeps_what_was_typed(client, curator, collection):
    path = reverse("hooks:new") + f"?collection={collection.pk}"
    answer = send(client, curator, path, url="http://10.0.0.1/x", scope="some", events=["mask.saved"])
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "has to begin with https" in html
    assert 'value="http://10.0.0.1/x"' in html
    assert re.search(r'value="mask.saved" checked', html)
    answer = send(client, curator, path, url="https://museum.example/", scope="some")
    assert "Choose at least one event" in answer.content.decode()
    assert not Webhook.objects.exists()


def test_events_are_picked_changed_and_widened_again(client, curator, hook):
    webhook = hook(events=["mask.saved"])
    path = reverse("hooks:edit", args=[webhook.pk])
    picked = ["artwork.created", "candidate.picked"]
    for data, events in (({"scope": "some", "events": picked}, picked), ({"scope": "every", "events": picked}, [])):
        assert send(client, curator, path, url=webhook.url, **data).status_code == 302
        webhook.refresh_from_db()
        assert webhook.events == events


def test_every_button_does_what_it_says(client, curator, hook):
    webhook = hook()

    def press(name, key=webhook.pk):
        assert send(client, curator, reverse(f"hooks:{name}", args=[key])).status_code == 302
        return Webhook.objects.filter(pk=webhook.pk).first()

    press("ping")
    delivery = Delivery.objects.get()
    assert (delivery.action, delivery.state) == ("webhook.ping", "waiting")
    Delivery.objects.update(state="failed", tries=8)
    press("again", delivery.pk)
    assert Delivery.objects.get().state == "waiting"
    assert not press("pause").active
    assert press("resume").active
    assert press("delete") is None


def test_a_collection_that_is_no_key_is_not_found(client, curator):
    client.force_login(curator)
    for query in ("", "?collection=x", "?collection=00000000-0000-0000-0000-000000000000"):
        assert client.get(reverse("hooks:new") + query).status_code == 404
    assert client.get(reverse("hooks:webhooks") + "?collection=x").status_code == 404


def test_every_kind_of_event_can_be_picked_and_reads_without_a_gap():
    found = [(key, said) for _group, rows in kinds() for key, said in rows]
    assert len(found) > 20
    assert all(said and "%" not in said for _key, said in found)


def queries(visit, path):  # noqa: F811
    visit(path)
    with CaptureQueriesContext(connection) as captured:
        assert visit(path).status_code == 200
    return len(captured)


def test_the_pages_ask_as_much_for_many_as_for_one(paths, visit, hook, happen, curator):  # noqa: F811
    before = [queries(visit, path) for path in paths[:3]]
    for number in range(3):
        hook(f"https://museum.example/{number}", collection=CollectionFactory(curator=curator))
        hook(f"https://museum.example/more/{number}")
        happen()
    assert [queries(visit, path) for path in paths[:3]] == before
