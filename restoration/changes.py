"""What a version of a mask changed of the one before it, in pixels of each damage class."""

import logging
from typing import Any

import numpy as np

from gpu_workers.pictures import PictureError, probe, strips
from portal.catalogue.files import local_path
from restoration.masks import DAMAGE_CLASSES, compare
from restoration.models import Mask

logger = logging.getLogger("lacuna.masks")


def changes(before: Mask | None, labels: np.ndarray) -> dict[str, Any]:
    """``{"since": version, "added": {class: pixels}, "removed": {class: pixels}}``, labels (H, W) against `before`.

    A pixel that went from one class to another is removed from the one and added to the other. Empty without a version
    before of the same size, or when its file cannot be read: a new version does not fail by that.
    """
    if before is None or labels.shape != (before.master.height, before.master.width):
        return {}
    try:
        pairs = _pairs(before, labels)
    except (FileNotFoundError, PictureError) as problem:
        logger.warning("mask_not_compared", extra={"mask": str(before.pk), "problem": str(problem)})
        return {}
    stayed = pairs.diagonal()
    added, removed = pairs.sum(axis=0) - stayed, pairs.sum(axis=1) - stayed
    return {
        "since": before.version,
        "added": {name: int(added[code]) for name, code in DAMAGE_CLASSES.items()},
        "removed": {name: int(removed[code]) for name, code in DAMAGE_CLASSES.items()},
    }


def changed_by(mask: Mask) -> list[tuple[str, int, int]]:
    """The damage classes that a version changed, each with the pixels added and removed."""
    added, removed = (mask.changes.get(part, {}) for part in ("added", "removed"))
    rows = [(name, added.get(name, 0), removed.get(name, 0)) for name in DAMAGE_CLASSES]
    return [row for row in rows if row[1] or row[2]]


def _pairs(before: Mask, labels: np.ndarray) -> np.ndarray:
    with local_path(before.file) as path:
        parts = [compare(rows[..., 0], labels[top : top + len(rows)]) for top, rows in strips(path, probe(path))]
        return np.sum(parts, axis=0)
