"""The part of a file that has arrived: appended by one process at a time, and on the disk before anybody counts it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings


class Busy(Exception):
    """Another connection is writing this part."""


def folder() -> Path:
    """Where parts lie: one folder for all web processes (and, shared, for all web hosts)."""
    found = Path(settings.UPLOADS_FOLDER) / "parts"
    found.mkdir(parents=True, exist_ok=True)
    return found


def path_of(key: UUID) -> Path:
    """The part of an upload; its name is the upload's key, so no name that a client sends ever reaches the disk."""
    return folder() / key.hex


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """The part, open for this process alone; `Busy` when another has it, FileNotFoundError when it has moved on.

    The lock is the kernel's: it ends with the process that holds it, however that dies.
    """
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        if not path.exists() or not os.path.samestat(path.stat(), os.fstat(file.fileno())):
            raise FileNotFoundError(path)
        yield file


def keep(file: BinaryIO) -> int:
    """Have everything written so far on the disk, and say where it ends."""
    file.flush()
    os.fsync(file.fileno())
    return file.tell()
