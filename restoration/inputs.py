"""What a job reads: sealed files, each proven to be the one that was sealed before anything is made of it."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop as _

from gpu_workers.models import Job
from gpu_workers.pictures import sha256_file
from portal.catalogue.files import local_path
from portal.catalogue.models import Artwork
from portal.errors import UserError
from restoration.masks import check_mask, load_mask
from restoration.models import Mask, Restoration

logger = logging.getLogger("lacuna.jobs")
ALTERED = {
    "master": _("The file of the master is no longer the one that was sealed."),
    "mask": _("The file of the mask is no longer the one that was sealed."),
    "style": _("The file of the style reference is no longer the one that was sealed."),
    "reference": _("The file of a reference is no longer the one that was sealed."),
    "tokens": _("The file of the painting's tokens is no longer the one that was sealed."),
    "intact": _("The file of the intact photograph is no longer the one that was sealed."),
}
MISSING = {
    "master": _("The file of the master is missing from the archive."),
    "mask": _("The file of the mask is missing from the archive."),
    "style": _("The file of the style reference is missing from the archive."),
    "reference": _("The file of a reference is missing from the archive."),
    "tokens": _("The file of the painting's tokens is missing from the archive."),
    "intact": _("The file of the intact photograph is missing from the archive."),
}


def labels_of(mask: Mask, inputs: ExitStack) -> np.ndarray:
    """The damage codes of a mask, (H, W) uint8."""
    drawn = inputs.enter_context(proven(mask.file, mask.sha256, "mask"))
    return check_mask(load_mask(drawn, (mask.master.width, mask.master.height)))


def style_of(order: Restoration, job: Job, inputs: ExitStack) -> Path | None:
    """The style reference as it was when it was ordered."""
    digest = job.parameters["inputs"]["style"]
    gone = _("The style reference is gone or has another master now; order the restoration anew.")
    return None if digest is None else _as_ordered(order.style_reference, digest, "style", gone, inputs)


def references_of(order: Restoration, inputs: ExitStack) -> list[Path]:
    """The references of a colour reconstruction as they were when it was ordered, in that order."""
    gone = _("A reference is gone or has another master now; order the reconstruction anew.")
    rows = order.references.select_related("artwork__master")
    return [_as_ordered(row.artwork, row.sha256, "reference", gone, inputs) for row in rows]


def _as_ordered(artwork: Artwork | None, digest: str, what: str, gone: str, inputs: ExitStack) -> Path:
    master = artwork.master if artwork else None
    if master is None or master.sha256 != digest:
        raise UserError(gone)
    return inputs.enter_context(proven(master.file, master.sha256, what))


@contextmanager
def proven(field_file: Any, sha256: str, what: str) -> Iterator[Path]:
    """A local path to a sealed file, after its bytes were found to be the sealed ones."""
    try:
        with local_path(field_file) as path:
            if sha256_file(path) != sha256:
                logger.error("%s is not what was sealed as %s", field_file.name, sha256)
                raise UserError(ALTERED[what])
            yield path
    except FileNotFoundError:
        logger.error("%s is missing", field_file.name)
        raise UserError(MISSING[what]) from None
