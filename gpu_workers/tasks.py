"""What the broker may ask of a worker. Messages carry nothing; what there is to do stands in the database."""

import os
from typing import Any

from celery.signals import heartbeat_sent, worker_shutting_down

from gpu_workers.presence import note_alive, note_gone
from portal.worker_tasks import worker_task

LIGHT = "light"  # the queue of what no GPU is needed for: a worker that takes nothing else does no jobs


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
    light = set(sender.eventer.app.amqp.queues.consume_from) == {LIGHT}
    note_alive(sender.eventer.hostname, light=light)


@worker_shutting_down.connect(weak=False)
def _gone(sender: Any = None, **_about: Any) -> None:
    note_gone(str(sender))
