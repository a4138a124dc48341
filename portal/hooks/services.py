"""Writes about webhooks: who may make, change, test and remove them, and what is queued for them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import post
from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.models import Event
from portal.audit.services import record
from portal.audit.wording import ACTIONS
from portal.errors import UserError
from portal.hooks import payloads, signing
from portal.hooks.models import Delivery, Webhook
from portal.hooks.targets import target_of

MANAGE = "hooks.manage_webhooks"
MOST = 20  # webhooks of one collection
KEPT = timedelta(days=30)  # deliveries


@transaction.atomic
def add(user: User, collection: Any, *, url: str, events: Iterable[str] = ()) -> tuple[Webhook, str]:
    """Have an address told what happens in a collection; returns the webhook and its secret, which is not told again.

    events: keys of `ACTIONS`; none means every one, also those that the site learns later.
    """
    require(user, MANAGE, collection)
    wanted = _checked(url, events)
    if Webhook.objects.filter(collection=collection).count() >= MOST:
        raise UserError(_("A collection has at most %(count)d webhooks; delete one first.") % {"count": MOST})
    if Webhook.objects.filter(collection=collection, url=wanted["url"]).exists():
        raise UserError(_("This collection has a webhook to exactly this address already."))
    made = Webhook.objects.create(collection=collection, created_by=user, seed=signing.new_seed(), **wanted)
    record("webhook.added", made, actor=user, host=made.host)
    return made, signing.secret_of(made.seed)


@transaction.atomic
def change(user: User, webhook: Webhook, **changes: Any) -> Webhook:
    """Change `url`, `events` or `active`. What it is paused for is not sent later; resuming mends a disabled one."""
    require(user, MANAGE, webhook)
    row = Webhook.objects.select_for_update().get(pk=webhook.pk)
    for name, value in _checked(changes.get("url", row.url), changes.get("events", row.events)).items():
        setattr(row, name, value)
    if (active := changes.get("active")) is not None:
        row.active = active
        if active:
            row.disabled_at, row.disabled_reason, row.failures = None, "", 0
    row.save()
    record("webhook.changed", row, actor=user, host=row.host, active=row.active)
    if row.sends:
        post.call_after_commit()
    return row


@transaction.atomic
def rotate(user: User, webhook: Webhook) -> tuple[Webhook, str]:
    """Give it a new secret, returned once; for a day every message carries a signature of the one before as well."""
    require(user, MANAGE, webhook)
    row = Webhook.objects.select_for_update().get(pk=webhook.pk)
    row.old_seed, row.old_until = row.seed, timezone.now() + signing.OVERLAP
    row.seed = signing.new_seed()
    row.save(update_fields=["seed", "old_seed", "old_until"])
    record("webhook.changed", row, actor=user, host=row.host, active=row.active)
    return row, signing.secret_of(row.seed)


@transaction.atomic
def remove(user: User, webhook: Webhook) -> None:
    """Delete it with everything that was to be sent; what is on its way at this moment may still arrive."""
    require(user, MANAGE, webhook)
    record("webhook.removed", webhook, actor=user, host=webhook.host)
    Webhook.objects.filter(pk=webhook.pk).delete()


@transaction.atomic
def ping(user: User, webhook: Webhook) -> Delivery:
    """Queue a test message."""
    require(user, MANAGE, webhook)
    if not webhook.sends:
        raise UserError(_("Nothing is sent to it at present: resume it first."))
    return _queued(webhook, payloads.PING, payloads.ping_of(webhook, timezone.now()))


@transaction.atomic
def send_again(user: User, delivery: Delivery) -> Delivery:
    """Begin the tries of a delivery afresh, under the same `webhook-id`; one that waits is sent at once."""
    require(user, MANAGE, delivery.webhook)
    if not delivery.webhook.sends:
        raise UserError(_("Nothing is sent to it at present: resume it first."))
    now = timezone.now()
    fresh = {"state": Delivery.State.WAITING, "tries": 0, "next_try_at": now, "queued_at": now}
    Delivery.objects.filter(pk=delivery.pk).update(**fresh)
    post.call_after_commit()
    delivery.refresh_from_db()
    return delivery


def on_event(event: Event) -> None:
    """Queue a message for every webhook of the event's collection that wants it, in the event's own transaction."""
    if event.collection_id is None:
        return
    hooks = Webhook.objects.filter(collection=event.collection_id, active=True, disabled_at=None)
    if event.subject == "webhook":  # what is done to one of them, the others are told
        hooks = hooks.exclude(pk=event.subject_id)
    wanting = [hook for hook in hooks if not hook.events or event.action in hook.events]
    if wanting:
        body = payloads.body_of(event)
        for hook in wanting:
            _queued(hook, event.action, body)


def _queued(webhook: Webhook, action: str, body: str) -> Delivery:
    now = timezone.now()
    post.call_after_commit()
    return Delivery.objects.create(webhook=webhook, action=action, body=body, next_try_at=now, queued_at=now)


def _checked(url: str, events: Iterable[str]) -> dict[str, Any]:
    target_of(url := url.strip())
    wanted = sorted(set(events))
    if unknown := [name for name in wanted if name not in ACTIONS]:
        raise UserError(_("There is no event called “%(name)s”.") % {"name": unknown[0]})
    return {"url": url, "events": wanted}
