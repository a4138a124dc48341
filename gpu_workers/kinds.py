"""The kinds of jobs. A domain app registers what a worker does for each of its own (see restoration/kinds.py)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from django.db import transaction

from gpu_workers import services
from gpu_workers.models import Job


class AttemptOver(Exception):
    """This attempt no longer holds its job: somebody cancelled it, or another attempt has taken over. Keep nothing."""


class Context(Protocol):
    """What an attempt gives the handler of its job.

    number: of this attempt, 1 for the first. scratch: an empty folder of its own, removed afterwards.
    frugal: memory has run out once; use as little at a time as possible.
    """

    number: int
    scratch: Path
    frugal: bool

    def progress(self, fraction: float, stage: str, preview: np.ndarray | None = None) -> None:
        """Say how far the work is: fraction 0 to 1, stage in plain words, preview (h, w, 3) uint8. Call it freely."""

    def cancelled(self) -> bool:
        """Whether to stop as soon as possible, by raising `AttemptOver`. Cheap: ask at every step."""

    def finishing(self, recipe: dict[str, Any]) -> AbstractContextManager[None]:
        """A transaction in which to write the results; raises `AttemptOver` when this attempt may not write them."""


Handler = Callable[[Job, Context], None]
KINDS: dict[str, Handler] = {}


def register(kind: str) -> Callable[[Handler], Handler]:
    """Decorate the function that does jobs of this kind: `run(job, context)`.

    It writes its results inside `with context.finishing(recipe):` and nowhere else. It may be run twice, or by two
    workers at once; the second changes nothing.
    """

    def decorate(handler: Handler) -> Handler:
        if KINDS.setdefault(kind, handler) is not handler:
            raise ValueError(f"The job kind {kind} is registered twice.")
        return handler

    return decorate


@contextmanager
def finishing(job: Job, number: int, recipe: dict[str, Any]) -> Iterator[None]:
    """One transaction: the job succeeds and the block writes its results, or neither."""
    with transaction.atomic():
        if not services.succeed(job, number, recipe):
            raise AttemptOver
        yield
