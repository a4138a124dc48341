"""Reads of webhooks, scoped to who manages them."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from portal.accounts import policy
from portal.accounts.models import User
from portal.catalogue.models import Collection
from portal.catalogue.selectors import VIEW_COLLECTION, collections_for
from portal.hooks.models import Delivery, Webhook
from portal.hooks.services import MANAGE


def collections_to_manage(user: User) -> QuerySet[Collection]:
    """The collections whose webhooks a person manages, by name."""
    return policy.scope(user, MANAGE, Collection.objects.all(), "self").order_by("name", "created_at", "pk")


def webhooks_for(user: User, collection: Collection | None = None) -> QuerySet[Webhook]:
    """The webhooks a person manages, with their collection and the number of messages that `waiting` for them."""
    rows = policy.scope(user, MANAGE, Webhook.objects.select_related("collection", "created_by"))
    if collection is not None:
        rows = rows.filter(collection=collection)
    waiting = Count("deliveries", filter=Q(deliveries__state=Delivery.State.WAITING))
    return rows.annotate(waiting=waiting).order_by("collection__name", "created_at", "pk")


def get_webhook(user: User, pk: Any) -> Webhook:
    rows = Webhook.objects.select_related("collection", "created_by")
    return policy.find(user, rows, pk, view=VIEW_COLLECTION, action=MANAGE)


def deliveries_of(webhook: Webhook) -> QuerySet[Delivery]:
    """What was sent to a webhook, the latest first."""
    return webhook.deliveries.select_related("webhook").order_by("-created_at", "-pk")


def get_delivery(user: User, pk: Any) -> Delivery:
    """One delivery whose webhook the person manages; `Http404` or `PermissionDenied` as for the webhook."""
    delivery = Delivery.objects.select_related("webhook__collection").filter(pk=pk).first()
    if delivery is None or not collections_for(user).filter(pk=delivery.webhook.collection_id).exists():
        raise Http404
    policy.require(user, MANAGE, delivery.webhook)
    return delivery


def failing_for(user: User) -> QuerySet[Webhook]:
    """The webhooks a person manages that the site has switched off."""
    return webhooks_for(user).exclude(disabled_at=None)
