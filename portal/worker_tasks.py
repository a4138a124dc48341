"""The one place that makes Celery tasks. What may be called stands in `gpu_workers.tasks` and `portal.tasks`."""

from collections.abc import Callable
from typing import Any

from celery import shared_task  # noqa: TID251  this module is the one place that makes tasks
from django.conf import settings


def worker_task(name: str, **options: Any) -> Callable:
    """Decorate a task: acknowledged when done, given back when its worker is lost, limited in time.

    name: the stable name it is called by; `CELERY_TASK_ROUTES` says which queue it waits in. options: of Celery; a
    `time_limit` in seconds brings its soft limit along.
    """
    hard = options.pop("time_limit", settings.CELERY_TASK_TIME_LIMIT)
    limits = {"time_limit": hard, "soft_time_limit": hard * 0.9}
    return shared_task(
        name=name, acks_late=True, reject_on_worker_lost=True, ignore_result=True, bind=True, **limits, **options
    )
