"""Telling the pages that follow a study that it has moved on. A message says so and nothing more."""

import logging
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from redis.exceptions import RedisError

from gpu_workers.presence import redis_away
from portal.audit.models import Event

logger = logging.getLogger("lacuna.review")


def group(pk: Any) -> str:
    """The Channels group of everybody who follows this study."""
    return f"study-{pk.hex}"


def publish(pk: Any) -> bool:
    """Tell everybody who follows this study; False when they could not be told: they ask by themselves, then."""
    layer = get_channel_layer()
    if layer is None or redis_away():
        return False
    try:
        async_to_sync(layer.group_send)(group(pk), {"type": "study.moved"})
    except (RedisError, OSError) as problem:
        logger.warning("That study %s has moved on was not sent: %s", pk, problem)
        return False
    return True


def publish_after_commit(pk: Any) -> None:
    """The same, once the transaction has committed; whatever goes wrong then, what was submitted stands."""
    transaction.on_commit(lambda: publish(pk), robust=True)


def follow(event: Event) -> None:
    """Every move of a study is an event; called inside the transaction of every event."""
    if event.subject == "study":
        publish_after_commit(UUID(event.subject_id))
