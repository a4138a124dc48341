"""What is there: workers, each of which says so in Redis every few seconds under its name; and Redis itself."""

import logging
import time

import redis
from django.conf import settings

from portal.embedded import redis_answers

logger = logging.getLogger("lacuna.jobs")
KEY, LIGHT_KEY = "lacuna:workers", "lacuna:light-workers"
ALIVE_SECONDS = 30
DOUBT_SECONDS = 5
_away_until = 0.0


def note_alive(name: str, light: bool = False) -> None:
    """Note that this worker is at work; a Redis that is away is none of its concern. light: it does no jobs."""
    key, now = LIGHT_KEY if light else KEY, time.time()
    _ask("zadd", key, {name: now})
    _ask("zremrangebyscore", key, "-inf", now - 10 * ALIVE_SECONDS)


def note_gone(name: str) -> None:
    """Note that this worker has shut down."""
    for key in (KEY, LIGHT_KEY):
        _ask("zrem", key, name)


def count_alive(light: bool = False) -> int:
    """How many workers were heard of in the last half minute; 0 also when Redis cannot be reached.

    light: those of the light queue, which do no jobs.
    """
    return _ask("zcount", LIGHT_KEY if light else KEY, time.time() - ALIVE_SECONDS, "+inf")


def redis_away() -> bool:
    """Whether the Redis that carries calls and events is out of reach; costs a ping, and nothing while it is known.

    The libraries on top try again for seconds, in which a person would wait for a page, and a worker for each event.
    """
    global _away_until
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        return False
    now = time.monotonic()
    if now < _away_until:
        return True
    if redis_answers(settings.REDIS_URL):
        return False
    _away_until = now + DOUBT_SECONDS
    logger.warning("Redis is out of reach: nobody is called and no progress is sent until it is back")
    return True


def _ask(command: str, *arguments: object) -> int:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1, retry=None) as client:
            return int(getattr(client, command)(*arguments))
    except (redis.RedisError, OSError) as problem:
        logger.debug("Redis is out of reach: %s", problem)
        return 0
