"""Sending what is due. Any number of light workers may do it at once: of each message one has each try.

A try is taken by compare-and-swap on its number, sent outside of any transaction, and noted only while the number still
is the same. A worker that is lost over it loses the try; another one follows when the lease is over. So a receiver gets
every message at least once, and knows a repetition by its `webhook-id`.
"""

import logging
import random
import time
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from portal.audit.services import record
from portal.hooks import sending, signing
from portal.hooks.models import Delivery, Reason, Webhook
from portal.hooks.services import KEPT

logger = logging.getLogger("lacuna.hooks")
# seconds to wait after the first, second … try: the eighth and last comes about a day after the first
PAUSES = (5, 60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600, 14 * 3600)
TRIES = len(PAUSES) + 1
JITTER = 0.2
LEASE = timedelta(seconds=60)  # longer than any try takes
ROUND_SECONDS = 60
SWEPT = 1000


def deliver_due(now: datetime) -> int:
    """Make every try that is due at `now`, for about a minute at most; returns how many were made.

    A receiver that fails is left alone for the rest of the round, so that it does not keep the others waiting.
    """
    end, made = time.monotonic() + ROUND_SECONDS, 0
    failed: set[UUID] = set()
    while time.monotonic() < end and (delivery := claim(now, failed)):
        if not attempt(delivery):
            failed.add(delivery.webhook_id)
        made += 1
    forget(now)
    return made


def claim(now: datetime, beside: Collection[UUID] = ()) -> Delivery | None:
    """Take the next try that is due, of a webhook that is not among `beside`; None when there is none."""
    due = Delivery.objects.filter(
        state=Delivery.State.WAITING, next_try_at__lte=now, webhook__active=True, webhook__disabled_at=None
    )
    due = due.exclude(webhook__in=beside).select_related("webhook").order_by("next_try_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    while True:
        with transaction.atomic():
            delivery = due.first()
            if delivery is None:
                return None
            mine = {"tries": F("tries") + 1, "next_try_at": timezone.now() + LEASE, "tried_at": timezone.now()}
            if _as_it_was(delivery).update(**mine):
                delivery.tries += 1
                return delivery


def attempt(delivery: Delivery) -> bool:
    """Make a try that was claimed, and note how it went; returns whether it arrived."""
    webhook, body = delivery.webhook, delivery.body.encode()
    answer = sending.post(webhook.url, body, signing.headers(webhook, str(delivery.pk), body))
    settle(delivery, answer)
    if answer.reason:
        logger.info("webhook %s, try %d: %s %s", webhook.pk, delivery.tries, answer.reason, answer.status or "")
    return not answer.reason


@transaction.atomic
def settle(delivery: Delivery, answer: sending.Answer) -> None:
    """Note how a try went; nothing when the message has gone on without it."""
    noted: dict[str, Any] = {
        "reason": answer.reason,
        "status_code": answer.status,
        "response": answer.excerpt,
        "milliseconds": answer.milliseconds,
    }
    over = answer.reason == Reason.GONE or delivery.tries >= TRIES
    if not answer.reason:
        noted |= {"state": Delivery.State.DELIVERED}
    elif over:
        noted |= {"state": Delivery.State.FAILED}
    else:
        noted |= {"next_try_at": timezone.now() + pause_after(delivery.tries)}
    if not _as_it_was(delivery).update(**noted):
        return
    hooks = Webhook.objects.filter(pk=delivery.webhook_id)
    if not answer.reason:
        hooks.update(failures=0, last_success_at=timezone.now())
        return
    hooks.update(failures=F("failures") + 1)
    if over:
        _switch_off(delivery, answer.reason)


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries, give or take a fifth: receivers that fell together do not rise together."""
    return timedelta(seconds=PAUSES[tries - 1] * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311  no secret


def forget(now: datetime) -> None:
    """Delete deliveries of a month ago, some at a time."""
    old = Delivery.objects.filter(created_at__lt=now - KEPT).order_by("created_at").values("pk")[:SWEPT]
    Delivery.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()


def _switch_off(delivery: Delivery, reason: str) -> None:
    """Send it nothing more when nothing has arrived since this message was queued, or when it said that it is gone."""
    webhook = Webhook.objects.select_for_update().filter(pk=delivery.webhook_id, disabled_at=None).first()
    if webhook is None:
        return
    heard = webhook.last_success_at and webhook.last_success_at > delivery.queued_at
    if heard and reason != Reason.GONE:
        return
    webhook.disabled_at, webhook.disabled_reason = timezone.now(), reason
    webhook.save(update_fields=["disabled_at", "disabled_reason"])
    record("webhook.disabled", webhook, host=webhook.host, owner=webhook.created_by_id)


def _as_it_was(delivery: Delivery) -> Any:
    """The row while it waits and nobody has made, or taken, another try."""
    return Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.WAITING, tries=delivery.tries)
