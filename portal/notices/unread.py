"""The number in the bell: one cheap query a minute and person at most, the rest from the cache."""

import logging

from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

from portal.accounts.models import User

logger = logging.getLogger("lacuna.notices")
SECONDS = 60
MOST = 100  # more are not counted one by one
_said: set[str] = set()  # what was said since the cache last answered: once is enough


def count_unread(user: User) -> int:
    """How many notices the person has not read, `MOST` at most; asked of the database when the cache is away."""
    from portal.notices.selectors import notices_for

    key = _key(user.pk)
    try:
        known = cache.get(key)
        _said.clear()
        if known is not None:
            return known
    except (RedisError, OSError) as error:
        _warn("Unread notices are counted without a cache: %s", error)
        return _count(notices_for(user))
    found = _count(notices_for(user))
    try:
        cache.set(key, found, SECONDS)
    except (RedisError, OSError) as error:
        _warn("Unread notices are not remembered: %s", error)
    return found


def forget_after_commit(people: set[int]) -> None:
    """Have them counted anew once the present transaction is through."""

    def forget() -> None:
        try:
            cache.delete_many([_key(pk) for pk in people])
        except (RedisError, OSError) as error:
            _warn("Unread notices stay as they were counted: %s", error)

    if people:
        transaction.on_commit(forget, robust=True)


def _warn(sentence: str, error: Exception) -> None:
    if sentence not in _said:
        _said.add(sentence)
        logger.warning(sentence, error)


def _count(rows) -> int:
    return len(rows.filter(read_at=None).order_by().values_list("pk", flat=True)[:MOST])


def _key(pk: int) -> str:
    return f"notices:unread:{pk}"
