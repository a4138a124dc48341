"""From an event to the receiver: once, in time, again when it fails, and not for ever."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from portal.audit.models import Event
from portal.audit.selectors import told as told_of
from portal.hooks import delivering, sending, services
from portal.hooks.models import Delivery, Reason, Webhook
from portal.hooks.sending import Answer
from portal.notices.models import Notice
from tests.factories import ArtworkFactory
from tests.hooks.test_signing import signs

pytestmark = pytest.mark.django_db
OK, BAD = Answer("", 12, 200, "ok"), Answer(Reason.STATUS, 12, 500, "no")


@pytest.fixture
def answers(monkeypatch):
    """What receivers answer, one after another and the last for ever; nothing is sent. Also the list of what was."""
    waiting, sent = [OK], []

    def post(url, body, headers):
        sent.append((url, json.loads(body), headers))
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    monkeypatch.setattr(sending, "post", post)
    return waiting, sent


def test_an_event_arrives_signed_at_a_real_receiver(receiver, collection, curator, happen, deliver):
    webhook, secret = services.add(curator, collection, url=receiver.url)
    event = happen(fields=["title"])
    assert deliver() == 1
    (headers, body), *others = receiver.got
    delivery = Delivery.objects.get()
    assert others == []
    assert signs(secret, headers, body)
    assert headers["webhook-id"] == str(delivery.pk)
    assert json.loads(body)["type"] == "artwork.changed"
    assert json.loads(body)["data"]["event"] == event.pk
    assert (delivery.state, delivery.tries, delivery.status_code) == ("delivered", 1, 200)
    assert deliver(timedelta(days=2)) == 0
    webhook.refresh_from_db()
    assert webhook.last_success_at


def test_what_happens_in_another_collection_is_not_sent(hook, happen):
    webhook = hook()
    happen(subject=ArtworkFactory())
    assert not Event.objects.filter(collection=webhook.collection).exists()
    assert not Delivery.objects.exists()


def test_only_the_events_that_were_picked_are_sent(hook, happen):
    hook(events=["mask.saved", "artwork.created"])
    happen("artwork.changed", fields=[])
    happen("artwork.created")
    assert [delivery.action for delivery in Delivery.objects.all()] == ["artwork.created"]


@pytest.mark.parametrize("state", [{"active": False}, {"disabled_at": "2026-01-01T00:00Z"}])
def test_nothing_is_queued_for_one_that_is_paused_or_switched_off(hook, happen, state):
    hook(**state)
    happen()
    assert not Delivery.objects.exists()


def test_an_event_that_is_taken_back_takes_its_message_along(hook, happen):
    hook()
    with transaction.atomic():
        happen()
        assert Delivery.objects.count() == 1
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def test_a_message_names_things_and_roles_and_nobody(hook, happen, settings, curator, artwork):
    settings.SITE_URL = "https://lacuna.museum.example/"
    hook()
    happen(owner=curator.pk, note="ask li@museum.example", deep={"email": "x", "list": ["li@museum.example", 3]})
    body = Delivery.objects.get().body
    data = json.loads(body)["data"]
    assert data["roles"] == ["curator"]
    assert data["subject"]["url"] == f"https://lacuna.museum.example/artworks/{artwork.pk}/"
    assert data["subject"]["api"] == f"https://lacuna.museum.example/api/v1/artworks/{artwork.pk}/"
    assert data["artwork"]["title"] == artwork.title
    assert data["details"] == {"note": "ask …", "deep": {"list": ["…", 3]}}
    for word in (curator.username, curator.email, "@"):
        assert word not in body


def test_a_try_that_fails_is_made_again_about_when_the_table_says(queued, answers):
    answers[0][:] = [BAD]
    delivery = queued()
    now = timezone.now()
    for tries, pause in enumerate(delivering.PAUSES, 1):
        assert delivering.deliver_due(now) == 1
        delivery.refresh_from_db()
        wait = (delivery.next_try_at - timezone.now()).total_seconds()
        assert (delivery.state, delivery.tries) == ("waiting", tries)
        assert pause * 0.8 - 5 <= wait <= pause * 1.2
        assert delivering.deliver_due(delivery.next_try_at - timedelta(seconds=1)) == 0
        now = delivery.next_try_at
    assert delivering.deliver_due(now) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries, delivery.reason) == ("failed", 8, "status")
    assert len({headers["webhook-id"] for _url, _body, headers in answers[1]}) == 1


def test_the_tries_take_about_a_day_and_no_two_receivers_wait_alike():
    assert 20 * 3600 < sum(delivering.PAUSES) < 28 * 3600
    assert delivering.TRIES == 8
    assert len({delivering.pause_after(5) for _ in range(20)}) > 10


def test_one_that_never_answers_is_switched_off_and_its_curators_are_told(queued, answers):
    answers[0][:] = [BAD]
    delivery = queued(tries=7)
    assert delivering.deliver_due(timezone.now()) == 1
    webhook = Webhook.objects.get()
    assert (webhook.sends, webhook.disabled_reason) == (False, "status")
    told = Event.objects.get(action="webhook.disabled")
    assert told.data == {"host": "museum.example", "owner": webhook.created_by_id}
    assert told.collection_id == webhook.collection_id
    assert delivery.webhook.deliveries.count() == 1  # it is not told of its own end
    assert list(Notice.objects.values_list("person", "kind")) == [(webhook.created_by_id, "webhook")]
    assert told_of([told])[0].url == f"/webhooks/{webhook.pk}/"


def test_one_that_answered_something_else_meanwhile_stays_on(queued, answers):
    answers[0][:] = [BAD]
    delivery = queued(tries=7)
    Webhook.objects.update(last_success_at=timezone.now())
    delivering.deliver_due(timezone.now())
    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert Webhook.objects.get().sends


def test_one_that_says_it_is_gone_is_switched_off_at_once(queued, answers):
    answers[0][:] = [Answer(Reason.GONE, 1, 410)]
    queued()
    delivering.deliver_due(timezone.now())
    assert Delivery.objects.get().state == "failed"
    assert Webhook.objects.get().disabled_reason == "gone"


def test_what_waits_for_one_that_was_resumed_is_sent(queued, answers, curator):
    queued()
    webhook = Webhook.objects.get()
    Webhook.objects.update(disabled_at=timezone.now(), failures=8, disabled_reason="time")
    assert delivering.deliver_due(timezone.now()) == 0
    services.change(curator, webhook, active=True)
    assert delivering.deliver_due(timezone.now()) == 1
    assert Webhook.objects.get().failures == 0


def test_a_receiver_that_fails_keeps_no_other_waiting(hook, happen, monkeypatch):
    slow, quick = hook("https://slow.example/"), hook("https://quick.example/")
    for _ in range(3):
        happen()
    sent = []

    def post(url, body, headers):
        sent.append(url)
        return BAD if "slow" in url else OK

    monkeypatch.setattr(sending, "post", post)
    delivering.deliver_due(timezone.now())
    assert sent.count(slow.url) == 1
    assert sent.count(quick.url) == 3


def test_a_message_that_is_sent_again_begins_afresh_under_its_old_name(queued, answers, curator):
    delivery = queued(state="failed", tries=8)
    services.send_again(curator, delivery)
    assert delivering.deliver_due(timezone.now()) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("delivered", 1)
    assert answers[1][0][2]["webhook-id"] == str(delivery.pk)


def test_a_worker_that_comes_back_after_another_took_over_notes_nothing(queued):
    queued()
    first = delivering.claim(timezone.now())
    second = delivering.claim(timezone.now() + delivering.LEASE * 2)
    assert (first.tries, second.tries) == (1, 2)
    delivering.settle(second, OK)
    delivering.settle(first, BAD)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason, delivery.tries) == ("delivered", "", 2)


def test_a_try_that_is_under_way_is_not_taken_by_another(queued):
    queued()
    assert delivering.claim(timezone.now())
    assert delivering.claim(timezone.now()) is None


def test_a_webhook_that_is_deleted_under_way_is_no_accident(queued, curator):
    queued()
    taken = delivering.claim(timezone.now())
    services.remove(curator, taken.webhook)
    delivering.settle(taken, BAD)
    assert not Delivery.objects.exists()


def test_what_is_older_than_a_month_is_forgotten(queued):
    queued()
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=29), state="delivered")
    delivering.deliver_due(timezone.now())
    assert Delivery.objects.count() == 1
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    delivering.deliver_due(timezone.now())
    assert not Delivery.objects.exists()


def test_no_log_line_holds_an_address_a_secret_or_a_message(queued, answers, caplog):
    answers[0][:] = [BAD]
    caplog.set_level("DEBUG")
    delivery = queued("https://museum.example/hook?token=sesame")
    delivering.deliver_due(timezone.now())
    assert str(delivery.webhook_id) in caplog.text
    for word in ("sesame", "whsec", delivery.webhook.seed, "museum.example"):
        assert word not in "\n".join(it.getMessage() for it in caplog.records if it.name.startswith("lacuna"))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_deliver_each_message_once(receiver, hook, happen):
    hook(receiver.url)
    for _ in range(30):
        happen()

    def work():
        try:
            return delivering.deliver_due(timezone.now())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        made = sum(pool.map(lambda _number: work(), range(4)))
    ids = [headers["webhook-id"] for headers, _body in receiver.got]
    assert len(ids) == len(set(ids)) == made == 30
    assert set(Delivery.objects.values_list("state", "tries")) == {("delivered", 1)}
