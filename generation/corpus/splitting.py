"""Training, validation and test in 8:1:1, by work and never by picture; the same for everybody, without a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from .works import Row

TRAIN, VALIDATION, TEST = "train", "validation", "test"
_SALT = "lacuna corpus 1:"


def drawn(work: str) -> str:
    """The part a work falls into by the hash of its name: 8 of 10 train, 1 validation, 1 test."""
    tenth = int.from_bytes(hashlib.sha256((_SALT + work).encode()).digest()[:8]) * 10 >> 64
    return TRAIN if tenth < 8 else VALIDATION if tenth == 8 else TEST


def split(rows: Iterable[Row]) -> dict[str, str]:
    """File → part. A work of which the table keeps any picture for testing is kept for testing as a whole."""
    rows = list(rows)
    kept = {row.work for row in rows if row.split == TEST}
    return {row.file: TEST if row.work in kept else drawn(row.work) for row in rows}
