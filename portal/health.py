"""What a load balancer asks: ``/healthz`` (this process answers) and ``/readyz`` (what it needs is in order).

A middleware in front of all others, because such questions come by bare address, without HTTPS and without a session.
"""

import logging
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.embedded import redis_answers

log = logging.getLogger("lacuna.health")


def database() -> bool:
    """Whether the database answers a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def redis() -> bool:
    """Whether Redis answers a ping."""
    return redis_answers(settings.REDIS_URL)


def storage() -> bool:
    """Whether the file storage can be asked, and written to when it is a local folder."""
    default_storage.exists("readyz")  # raises when a remote storage refuses or cannot be reached
    if settings.S3_BUCKET:
        return True
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():  # it is made with the first file
        folder = folder.parent
    return os.access(folder, os.W_OK)


CHECKS: dict[str, Callable[[], bool]] = {"database": database, "redis": redis, "storage": storage}


def workers(light: bool = False) -> int | None:
    """How many workers for jobs, or light ones, gave a sign of life lately; None when that cannot be told."""
    from gpu_workers.presence import count_alive

    try:
        return count_alive(light)
    except Exception:  # noqa: BLE001  # information only: the check of what it depends on reports the failure
        return None


def readiness() -> tuple[bool, dict]:
    """Whether all checks hold, and the answer for a machine: a word a check and the numbers of workers."""
    found = {}
    for name, check in CHECKS.items():
        try:
            found[name] = "ok" if check() else "failing"
        except Exception:  # whatever a server or its client throws, the answer is "failing"
            log.exception("The check of the %s failed.", name)
            found[name] = "failing"
    ready = set(found.values()) == {"ok"}
    return ready, {"ready": ready, **found, "workers": workers(), "light_workers": workers(light=True)}


class HealthMiddleware:
    """Answers the two addresses (GET and HEAD) and lets everything else pass."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})
        if request.path == "/readyz":
            ready, answer = readiness()
            return JsonResponse(answer, status=200 if ready else 503, headers={"Cache-Control": "no-store"})
        return self.get_response(request)
