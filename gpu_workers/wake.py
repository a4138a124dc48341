"""Wake-up calls. They carry nothing: a worker that hears one looks into the database."""

import logging

from kombu.exceptions import OperationalError

from gpu_workers.presence import redis_away

logger = logging.getLogger("lacuna.jobs")
TASK = "gpu_workers.work"


def wake(calls: int = 1, expires: float | None = None, task: str = TASK) -> bool:
    """Call for workers; False when the broker cannot be reached, and then the sweeper calls again later.

    expires: seconds after which a call that nobody took is dropped. task: the name of what they are called for.
    """
    from portal.celery import app

    if redis_away():
        return False
    try:
        for _call in range(calls):
            app.send_task(task, expires=expires, retry=False, ignore_result=True)
    except (OperationalError, OSError) as problem:
        logger.warning("no worker was called, the broker is out of reach: %s", problem)
        return False
    return True
