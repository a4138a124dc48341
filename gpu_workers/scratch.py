"""Folders for what an attempt writes on its way. They go when it ends, and later when its process was killed."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from gpu_workers.models import Job


@contextmanager
def scratch_folder(job: Job, number: int) -> Iterator[Path]:
    """An empty folder for one attempt, removed afterwards; earlier attempts' remains and other old ones go first."""
    root = settings.HOME / "scratch"
    _purge(root, job)
    folder = root / f"{job.pk.hex}-{number}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _purge(root: Path, job: Job) -> None:
    """Nothing older than twice the hard limit can still have a process that works in it."""
    oldest = time.time() - 2 * settings.CELERY_TASK_TIME_LIMIT
    for folder in root.glob("*"):
        try:
            if folder.name.startswith(job.pk.hex) or folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:  # its own attempt was faster
            continue
