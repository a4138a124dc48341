"""What a visitor's file is: read by a process of its own, compared with what this site shows, and thrown away."""

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from gpu_workers.pictures import PictureError
from gpu_workers.pictures.sniff import sniff
from portal.errors import UserError
from portal.exhibitions.credentials import Report
from portal.exhibitions.credentials.chain import TEST
from portal.exhibitions.keys import trusted_roots
from portal.exhibitions.models import SignedFile
from portal.exhibitions.selectors.public import releases
from review.guardrails.models import Release

logger = logging.getLogger("lacuna.credentials")
SECONDS = 30  # that reading a file may take
AT_ONCE, PATIENCE = 2, 10  # files that one process has read at a time; seconds that another waits for its turn
COMMAND = [sys.executable, "-m", "portal.exhibitions.credentials"]
_turns = threading.BoundedSemaphore(AT_ONCE)
SAME, PICTURE, MASTER, SIGNED = "same", "picture", "master", "signed"


class Busy(Exception):
    """Too many files are being read; come back in a moment."""


@dataclass(frozen=True)
class Finding:
    """What a file is. release: of this site, where it is one on show. how: "same" (byte for byte the download),
    "picture" or "master" (the sealed file itself), "signed" (its trusted credentials name the release), or "".
    withdrawn: the file is of a release that the site has taken back.
    """

    report: Report
    release: Release | None = None
    how: str = ""
    withdrawn: bool = False

    @property
    def test(self) -> bool:
        """Whether it was signed by a test chain, which proves nothing about who signed."""
        return self.report.issuer == TEST


def look_at(upload: UploadedFile) -> Finding:
    """Read an upload and say what it is; nothing of it is kept. Raises `UserError` for what is no picture, `Busy`."""
    if (upload.size or 0) > settings.VERIFY_MAX_BYTES:
        raise UserError(too_large())
    if not _turns.acquire(timeout=PATIENCE):
        raise Busy
    try:
        with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="verify-") as folder:
            path = Path(folder) / "file"
            with open(path, "wb") as file:
                for chunk in upload.chunks():
                    file.write(chunk)
            report = read_apart(path)
    finally:
        _turns.release()
    return compared(report)


def too_large() -> str:
    """The sentence for a file beyond what the page takes."""
    return _("The file is larger than %(limit)s MB.") % {"limit": settings.VERIFY_MAX_BYTES // 2**20}


def read_apart(path: Path) -> Report:
    """The report of a file, made by a process with limits of its own. Raises `UserError` where it cannot be read."""
    try:
        sniff(path)  # what is plainly no picture is worth no process
        answer = _apart(path, trusted_roots())
    except PictureError as error:
        raise UserError(_no_picture()) from error
    except (subprocess.SubprocessError, ValueError) as error:
        logger.warning("A file could not be verified: %s", error)
        raise UserError(_("The file could not be read; it may be damaged.")) from error
    if "refused" in answer:
        raise UserError(_no_picture())
    return Report.from_dict(answer)


def _no_picture() -> str:
    return _("This is no picture that can be looked at here; send a JPEG, PNG, TIFF or WebP.")


def _apart(path: Path, roots: str) -> dict[str, Any]:
    known = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "HOME") if name in os.environ}
    environment = known | dict.fromkeys(("VIPS_CONCURRENCY", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    command = [*COMMAND, str(path)]
    done = subprocess.run(command, input=roots, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True,
                          timeout=SECONDS, check=True)  # fmt: skip
    return json.loads(done.stdout)


def compared(report: Report) -> Finding:
    """Find the release on show that a file belongs to, by its bytes or by credentials that this site trusts."""
    shown = releases()
    if row := SignedFile.objects.filter(sha256=report.sha256, release__in=shown.order_by().values("pk")).first():
        return Finding(report, shown.get(pk=row.release_id), SAME)
    for how in (PICTURE, MASTER):
        if release := shown.filter(**{f"{how}__sha256": report.sha256}).first():
            return Finding(report, release, how)
    if report.state == "valid" and report.trusted and (name := _key(report.release.get("identifier"))):
        if release := shown.filter(pk=name).first():
            return Finding(report, release, SIGNED)
        withdrawn = Release.objects.filter(pk=name, state=Release.State.WITHDRAWN).exists()
        return Finding(report, withdrawn=withdrawn)
    return Finding(report)


def _key(text: object) -> str:
    """The key of a release as a file has it; empty for whatever else stands there."""
    try:
        return str(UUID(text)) if isinstance(text, str) else ""
    except ValueError:
        return ""
