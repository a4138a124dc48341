"""Who may set webhooks up, what is refused, and what the record says of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from portal.accounts.models import Role
from portal.audit.models import Event
from portal.errors import UserError
from portal.hooks import selectors, services
from portal.hooks.models import Delivery, Webhook
from tests.factories import CollectionFactory, person

pytestmark = pytest.mark.django_db
URL = "https://museum.example/lacuna"


def acts(user, webhook, delivery):
    """Everything that can be done, by name."""
    return {
        "add": lambda: services.add(user, webhook.collection, url=URL),
        "change": lambda: services.change(user, webhook, active=False),
        "rotate": lambda: services.rotate(user, webhook),
        "ping": lambda: services.ping(user, webhook),
        "again": lambda: services.send_again(user, delivery),
        "remove": lambda: services.remove(user, webhook),
    }


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.CURATOR])
def test_only_curators_of_the_collection_may_do_anything(role, hook, queued):
    delivery = queued()
    user = person(role, None if role == Role.OPERATOR else delivery.webhook.collection)
    for name, act in acts(user, delivery.webhook, delivery).items():
        with pytest.raises(PermissionDenied):
            act()
        assert Webhook.objects.get().active, name
    assert list(selectors.webhooks_for(user)) == []


def test_a_curator_may_do_everything(curator, queued):
    delivery = queued()
    for act in [*acts(curator, delivery.webhook, delivery).values()][2:]:
        act()
    assert not Webhook.objects.exists()


def test_who_may_not_see_the_collection_does_not_learn_of_its_webhooks(queued):
    delivery = queued()
    elsewhere = CollectionFactory().created_by
    for read in (
        lambda: selectors.get_webhook(elsewhere, delivery.webhook_id),
        lambda: selectors.get_delivery(elsewhere, delivery.pk),
    ):
        with pytest.raises(Http404):
            read()


def test_who_may_only_look_is_told_no(queued):
    delivery = queued()
    reader = person("consultant", delivery.webhook.collection)
    with pytest.raises(PermissionDenied):
        selectors.get_webhook(reader, delivery.webhook_id)
    with pytest.raises(PermissionDenied):
        selectors.get_delivery(reader, delivery.pk)


def test_what_is_refused_leaves_nothing(curator, collection):
    for fields, words in (
        ({"url": "http://museum.example/"}, "https"),
        ({"url": URL, "events": ["artwork.created", "no.such"]}, "no event called"),
    ):
        with pytest.raises(UserError, match=words):
            services.add(curator, collection, **fields)
    assert not Webhook.objects.exists()
    assert not Event.objects.exists()


def test_the_same_address_twice_and_too_many_are_refused(curator, collection, monkeypatch):
    services.add(curator, collection, url=URL)
    with pytest.raises(UserError, match="already"):
        services.add(curator, collection, url=f" {URL} ")
    services.add(curator, CollectionFactory(curator=curator), url=URL)
    monkeypatch.setattr(services, "MOST", 1)
    with pytest.raises(UserError, match="at most 1"):
        services.add(curator, collection, url=URL + "/other")


def test_the_record_says_who_let_data_leave_and_where_to_but_not_the_whole_address(curator, collection):
    webhook, _secret = services.add(curator, collection, url="https://museum.example/hook?token=sesame")
    services.change(curator, webhook, events=["mask.saved"])
    services.rotate(curator, webhook)
    services.remove(curator, webhook)
    events = Event.objects.order_by("pk")
    assert [event.action.split(".")[1] for event in events] == ["added", "changed", "changed", "removed"]
    assert {event.actor for event in events} == {curator}
    assert "sesame" not in str([event.data for event in events])


def test_the_others_are_told_of_a_new_one_and_it_not_of_itself(curator, collection, hook):
    first = hook()
    second, _secret = services.add(curator, collection, url=URL + "/second")
    assert [delivery.webhook for delivery in Delivery.objects.all()] == [first]
    assert Delivery.objects.get().action == "webhook.added"
    assert second.deliveries.count() == 0


def test_nothing_can_be_sent_to_one_that_is_paused(curator, queued):
    delivery = queued()
    webhook = services.change(curator, delivery.webhook, active=False)
    delivery.refresh_from_db()
    for act in (lambda: services.ping(curator, webhook), lambda: services.send_again(curator, delivery)):
        with pytest.raises(UserError, match="resume it first"):
            act()
