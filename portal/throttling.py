"""How many requests a minute; while the cache that counts them cannot be reached, nobody is counted or turned away."""

import logging
from typing import Any

from django.conf import settings
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle

logger = logging.getLogger("lacuna.api")


class _Patient(SimpleRateThrottle):
    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            return super().allow_request(request, view)
        except RedisError as error:
            logger.warning("Requests are not counted: %s", error)
            return True


class AnonThrottle(_Patient, AnonRateThrottle):
    """Who is not signed in, by address."""


class VerifyThrottle(_Patient):
    """Who has files verified, by address, signed in or not."""

    scope = "verify"

    def get_rate(self) -> str:
        return settings.VERIFY_RATE

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class PersonThrottle(_Patient, UserRateThrottle):
    """Who is signed in, by account."""
