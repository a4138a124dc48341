"""Manifests are read by the light worker, with small pictures of what they show: no web process fetches anything."""

import json
import tempfile
import time
from base64 import b64encode
from dataclasses import asdict
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q

from gpu_workers.pictures import Limits, PictureError, make_thumbnail, probe
from portal import post
from portal.errors import UserError
from portal.uploads.iiif.fetching import Bounds, fetch
from portal.uploads.iiif.manifests import Canvas, Described, ManifestError, described
from portal.uploads.models import Manifest

MANIFEST = Bounds(5 * 2**20, 15, ("application/json", "application/ld+json", "text/json", "text/plain"))
SMALL = Bounds(2**19, 4, ("image/",))
SMALL_SIDE, SMALL_PIXELS = 200, 4_000_000
MOST_SMALL, SMALL_SECONDS = 40, 12  # small pictures of one manifest: how many, and for how long they are fetched
ONE_ROUND = 2  # of the post; others wait for the light worker, too
LOST_SECONDS = 180  # a reader that has said nothing for so long is gone


def read_due(now: datetime) -> None:
    """Read the manifests that wait, the oldest first. A reader that is lost is followed by another."""
    for _place in range(ONE_ROUND):
        manifest = _take(now)
        if manifest is None:
            return
        _read(manifest)
    if Manifest.objects.filter(state=Manifest.State.WAITING, taken_at=None).exists():
        post.call_after_commit()


def look(url: str) -> Described:
    """What the manifest at an address says. Raises `UserError` with one English sentence."""
    out = BytesIO()
    fetch(url, out, MANIFEST)
    try:
        return described(json.loads(out.getvalue()))
    except ManifestError as error:
        raise UserError(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise UserError("What stands there is no JSON.") from error


def remembered(work: dict[str, Any]) -> Described:
    """What a manifest said, from its row; the thumbnail of a canvas is then a `data:` address, or empty."""
    return Described(**(work | {"canvases": tuple(Canvas(**row) for row in work["canvases"])}))


def _take(now: datetime) -> Manifest | None:
    """The next one, for this reader alone."""
    free = Q(taken_at=None) | Q(taken_at__lt=now - timedelta(seconds=LOST_SECONDS))
    waiting = Manifest.objects.filter(free, state=Manifest.State.WAITING)
    for manifest in waiting.order_by("created_at", "pk")[:5]:
        if waiting.filter(pk=manifest.pk).update(taken_at=now):
            return manifest
    return None


def _read(manifest: Manifest) -> None:
    try:
        work = look(manifest.url)
        found = asdict(work)
        pictures = _small(work)
        for row in found["canvases"]:
            row["thumbnail"] = pictures.get(row["number"], "")
        said = {"state": Manifest.State.READ, "work": found}
    except UserError as error:
        said = {"state": Manifest.State.REFUSED, "problem": str(error)}
    Manifest.objects.filter(pk=manifest.pk, state=Manifest.State.WAITING).update(**said)


def _small(work: Described) -> dict[int, str]:
    """Small pictures of the first canvases as `data:` addresses, by number; one that does not come is left out."""
    until, found = time.monotonic() + SMALL_SECONDS, {}
    with tempfile.TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="iiif-") as folder:
        for canvas in work.canvases[:MOST_SMALL]:
            if not canvas.thumbnail or time.monotonic() > until:
                continue
            given, small = Path(folder) / "given", Path(folder) / "small.webp"
            try:
                with given.open("wb") as out:
                    fetch(canvas.thumbnail, out, SMALL)
                probe(given, Limits(max_pixels=SMALL_PIXELS))
                make_thumbnail(given, small, SMALL_SIDE)
            except (UserError, PictureError):
                continue
            found[canvas.number] = f"data:image/webp;base64,{b64encode(small.read_bytes()).decode()}"
    return found
