"""The thread beside a working attempt: it renews the lease, hears of a cancel, sweeps, and keeps the time."""

import logging
import signal
import threading
import time

from billiard.pool import SIG_SOFT_TIMEOUT, soft_timeout_sighandler
from django.conf import settings
from django.db import Error, connections

from gpu_workers import services
from gpu_workers.models import Job
from gpu_workers.presence import note_alive

logger = logging.getLogger("lacuna.jobs")
LISTEN_SECONDS = 1.0
LATE_SECONDS = 2.0  # after the limit, before the attempt is reminded of it, and between two reminders


class Heartbeat:
    """While entered, the lease of one attempt is kept. ``over`` is set once the attempt has to stop.

    It also sweeps, so that a site whose every worker is busy still notices a lost one. And it reminds an attempt that
    has been at it for longer than ``limit`` seconds: Celery interrupts it once, and a library may swallow that.
    """

    def __init__(self, job: Job, number: int, limit: float | None = None) -> None:
        self.job, self.number = job, number
        self._reminder = None if limit is None else time.monotonic() + limit + LATE_SECONDS
        self.over = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat-{job.pk}", daemon=True)

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._ended.set()
        self._thread.join()

    def calm(self) -> None:
        """The attempt is ending: no more reminders."""
        self._reminder = None

    def _remind(self) -> None:
        """Interrupt the working thread the way Celery does, in the processes that Celery has prepared for it."""
        if self._reminder is None or time.monotonic() < self._reminder:
            return
        self._reminder = time.monotonic() + LATE_SECONDS
        if signal.getsignal(SIG_SOFT_TIMEOUT) is soft_timeout_sighandler:
            logger.warning("job %s is over its time and was not interrupted; reminding it", self.job.pk)
            signal.pthread_kill(threading.main_thread().ident, SIG_SOFT_TIMEOUT)

    def _beat(self) -> None:
        every = settings.JOB_LEASE_SECONDS / 3
        listen, since = min(LISTEN_SECONDS, every), 0.0
        try:
            while not self._ended.wait(listen):
                since += listen
                self._remind()
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
