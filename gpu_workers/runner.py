"""One attempt at one job: from the claim to the one way in which it ends."""

import errno
import gc
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
from billiard.exceptions import SoftTimeLimitExceeded
from django.utils import translation
from django.utils.translation import gettext as _

from gpu_workers import kinds, services
from gpu_workers.engines.contract import Cancelled, EngineError
from gpu_workers.heartbeat import Heartbeat
from gpu_workers.models import Job
from gpu_workers.pictures import PictureError
from gpu_workers.scratch import scratch_folder
from portal.errors import UserError

logger = logging.getLogger("lacuna.jobs")
EVENT_SECONDS = 0.25
NO_MEMORY = ("out of memory", "can't allocate memory")
PREVIEW_SECONDS = 1.0


def run_next(worker: str, limit: float | None = None) -> Job | None:
    """Claim the next job and work on it until it has ended, one way or another; None when there was none."""
    job = services.claim(worker)
    if job is not None:
        run(job, limit)
    return job


def run(job: Job, limit: float | None = None) -> None:
    """Work on a job that was just claimed, for at most `limit` seconds or so. Whatever happens, it ends with a sentence
    and leaves no temporary files.
    """
    number = job.attempts
    english = translation.override("en")  # what is stored is translated for whoever reads it
    with english, Heartbeat(job, number, limit) as pulse, scratch_folder(job, number) as scratch:
        try:
            _work(job, Attempt(job, number, scratch, pulse))
        except (kinds.AttemptOver, Cancelled):
            pulse.calm()
            services.stop(job, number)
        except Exception as problem:  # noqa: BLE001  whatever it was, it ends the job, and `_sentence` logs it
            pulse.calm()
            if not services.fail(job, number, _sentence(job, problem)):
                services.stop(job, number)
            _let_go()


class Attempt:
    """The `kinds.Context` of a running attempt."""

    def __init__(self, job: Job, number: int, scratch: Path, pulse: Heartbeat, frugal: bool = False) -> None:
        self.job, self.number, self.scratch, self.pulse, self.frugal = job, number, scratch, pulse, frugal
        self._told = self._shown = float("-inf")

    def progress(self, fraction: float, stage: str, preview: np.ndarray | None = None) -> None:
        now = time.monotonic()
        if now - self._told < EVENT_SECONDS:
            return
        if now - self._shown < PREVIEW_SECONDS:
            preview = None
        self._told, self._shown = now, now if preview is not None else self._shown
        if not services.progress(self.job, self.number, fraction, stage, preview):
            self.pulse.over.set()

    def cancelled(self) -> bool:
        return self.pulse.over.is_set()

    def finishing(self, recipe: dict[str, Any]) -> AbstractContextManager[None]:
        return kinds.finishing(self.job, self.number, recipe)


def _work(job: Job, attempt: Attempt) -> None:
    """Do the job; where memory runs out, once more with as little at a time as possible."""
    handler = kinds.KINDS.get(job.kind)
    if handler is None:
        raise UserError(_("This worker does not know how to do this kind of job; is it as new as the site?"))
    try:
        return handler(job, attempt)
    except Exception as problem:
        if not _out_of_memory(problem):
            raise
        logger.warning("job %s ran out of memory, trying again with less at a time", job.pk)
    _let_go()
    _empty(attempt.scratch)
    handler(job, Attempt(job, attempt.number, attempt.scratch, attempt.pulse, frugal=True))


def _sentence(job: Job, problem: Exception) -> str:
    """What a person is told of a failure; what is nobody's business, or a bug, goes to the log alone."""
    if any(isinstance(reason, SoftTimeLimitExceeded) for reason in _reasons(problem)):
        return _("The job ran out of time. Mark less damage at once or ask for fewer candidates, then try again.")
    if _out_of_memory(problem):
        return _("The worker ran out of memory, twice. Ask for fewer candidates, or mark less damage at once.")
    if isinstance(problem, UserError | EngineError | PictureError):
        return str(problem)
    if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return _("The worker's disk is full. Nothing was kept; an operator has to make room, then try again.")
    logger.error("job %s failed", job.pk, exc_info=problem)
    return _("An unexpected error occurred. The operator finds the details in the log of the worker.")


def _out_of_memory(problem: Exception) -> bool:
    """By name and words, because torch's own exception cannot be imported where torch may not be."""
    for reason in _reasons(problem):
        names = {kind.__name__ for kind in type(reason).__mro__}
        said = isinstance(reason, RuntimeError) and any(words in str(reason) for words in NO_MEMORY)
        if said or names & {"MemoryError", "OutOfMemoryError"}:
            return True
    return False


def _reasons(problem: BaseException | None) -> Iterator[BaseException]:
    """The problem and what it was raised from: an engine's own words may stand before the real reason."""
    while problem is not None:
        yield problem
        problem = problem.__cause__


def _let_go() -> None:
    """Give memory back that a failed attempt has held."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()


def _empty(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
