"""The post: what has to leave, or to be tidied away, outside of any request and of the GPU workers' queue.

An app registers a function in its `AppConfig.ready`:

    post.register(services.deliver_due)     # called as deliver_due(now), every ten seconds and whenever one calls

It looks into the database for what is due, takes a bounded amount of it, and does no harm when it is called twice, or
by two workers at once. `call_after_commit()` has the post come at once rather than within ten seconds. Nothing is lost
when a call is: what is due stands in the database.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.utils import timezone

logger = logging.getLogger("lacuna.post")
TASK = "portal.post"
CALL_SECONDS = 10  # a call that nobody took in time is dropped: the clock's next one does as well
Errand = Callable[[datetime], object]
DUE: list[Errand] = []


def register(errand: Errand) -> Errand:
    """Have `errand(now)` called by every round of the post; registering it again changes nothing."""
    if errand not in DUE:
        DUE.append(errand)
    return errand


def run() -> None:
    """One round: every errand once. One that fails is logged and keeps none of the others waiting."""
    for errand in list(DUE):
        try:
            errand(timezone.now())
        except SoftTimeLimitExceeded:
            raise
        except Exception:  # whatever one app's errand throws, the others' letters still leave
            logger.exception("An errand of the post failed: %s.%s", errand.__module__, errand.__qualname__)


def call_after_commit() -> None:
    """Call for the light worker once the present transaction is through; one call for a transaction is enough."""
    pending = getattr(transaction.get_connection(), "run_on_commit", [])
    if not any(waiting[1] is _call for waiting in pending):
        transaction.on_commit(_call, robust=True)


def _call() -> None:
    from gpu_workers.wake import wake  # here, because settings must be there first

    wake(task=TASK, expires=CALL_SECONDS)
