"""What the broker may ask of a worker. Messages carry nothing; what there is to do stands in the database."""

import os
from collections.abc import Callable
from typing import Any

from celery import shared_task  # noqa: TID251  this module is the one place that makes tasks
from celery.signals import heartbeat_sent, worker_shutting_down
from django.conf import settings

from gpu_workers.presence import note_alive, note_gone


def worker_task(name: str, **options: Any) -> Callable:
    """Decorate a task: acknowledged when done, given back when its worker is lost, limited in time.

    name: the stable name it is called by. options: of Celery; a `time_limit` in seconds brings its soft limit along.
    """
    hard = options.pop("time_limit", settings.CELERY_TASK_TIME_LIMIT)
    limits = {"time_limit": hard, "soft_time_limit": hard * 0.9}
    return shared_task(
        name=name, acks_late=True, reject_on_worker_lost=True, ignore_result=True, bind=True, **limits, **options
    )


@worker_task("gpu_workers.work")
def work(self: Any) -> None:
    """Do the job that is next, if there is one: a call too many finds nothing."""
    from gpu_workers.runner import run_next

    run_next(f"{self.request.hostname or 'worker'}:{os.getpid()}", self.soft_time_limit)


@worker_task("gpu_workers.sweep", time_limit=60)
def sweep(self: Any) -> None:
    """Put right what lost workers and lost calls left behind."""
    from gpu_workers import services

    services.sweep()


@heartbeat_sent.connect(weak=False)
def _alive(sender: Any = None, **_about: Any) -> None:
    note_alive(sender.eventer.hostname)


@worker_shutting_down.connect(weak=False)
def _gone(sender: Any = None, **_about: Any) -> None:
    note_gone(str(sender))
