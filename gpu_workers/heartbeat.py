"""The thread beside a working attempt: it renews the lease, hears that somebody cancelled, and sweeps."""

import logging
import threading

from django.conf import settings
from django.db import Error, connections

from gpu_workers import services
from gpu_workers.models import Job
from gpu_workers.presence import note_alive

logger = logging.getLogger("lacuna.jobs")
LISTEN_SECONDS = 1.0


class Heartbeat:
    """While entered, the lease of one attempt is kept. ``over`` is set once the attempt has to stop.

    It also sweeps, so that a site whose every worker is busy still notices a lost one.
    """

    def __init__(self, job: Job, number: int) -> None:
        self.job, self.number = job, number
        self.over = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{job.pk}", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        every = settings.JOB_LEASE_SECONDS / 3
        listen, since = min(LISTEN_SECONDS, every), 0.0
        try:
            while not self._ended.wait(listen):
                since += listen
                self._listen(renew=since >= every)
                since %= every
        finally:
            connections.close_all()

    def _listen(self, renew: bool) -> None:
        try:
            if services.must_stop(self.job, self.number):
                self.over.set()
            if renew:
                services.renew(self.job, self.number)
                note_alive(self.job.worker.rpartition(":")[0])
                services.sweep()
        except Error:  # the database is away for a moment; the lease decides how long we may wait for it
            logger.exception("no heartbeat for job %s", self.job.pk)
            connections.close_all()
