"""Layers over the pictures of works on show, drawn once and kept beside the copies of remote files."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pyvips
from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from portal.catalogue.files import local_path
from portal.catalogue.showing import kept_by
from portal.exhibitions.selectors import public
from portal.exhibitions.visitors import for_visitors
from restoration.layers import OUTLINE, SIDE, draw_haze, shrunk
from review.guardrails.models import Release

Draw = Callable[[Path], pyvips.Image]
RIM, INSIDE = 3, 70  # steps by which the rim grows, of at most 2000 pixels a side; opacity within it, of 255


@for_visitors
def conjecture(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What was painted, in a thin tint with a rim that is seen from afar, as a transparent WebP."""
    release = _on_show(pk)
    return _layer(request, release.mask.file if release.mask else None, draw_conjecture)


@for_visitors
def uncertainty(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A veil, the denser the less certain."""
    release = _on_show(pk)
    return _layer(request, release.candidate.restoration.uncertainty if release.candidate else None, draw_haze)


def draw_conjecture(path: Path) -> pyvips.Image:
    """RGBA uchar of at most 2000 pixels a side, from a label image."""
    marked = shrunk(pyvips.Image.new_from_file(str(path), access="sequential")[0] > 0) > 0
    enlarge = max(1, SIDE // max(marked.width, marked.height))
    marked = marked.zoom(enlarge, enlarge)
    grown, square = marked, pyvips.Image.black(3, 3) + 255
    for _step in range(RIM):
        grown = grown.dilate(square)
    alpha = marked.ifthenelse(INSIDE, grown).cast("uchar")
    tint = (pyvips.Image.black(alpha.width, alpha.height) + list(OUTLINE)).cast("uchar")
    return tint.bandjoin(alpha).copy(interpretation="srgb")


def _on_show(pk: UUID) -> Release:
    if release := public.release_of(pk):
        return release
    raise Http404


def _layer(request: HttpRequest, file: FieldFile | None, draw: Draw) -> HttpResponse:
    if not file:
        raise Http404
    key = hashlib.sha256(f"{draw.__name__} {file.name}".encode()).hexdigest()
    if unchanged := get_conditional_response(request, etag=f'"{key}"'):
        return kept_by(unchanged, public=True)
    response = HttpResponse(_drawn(file, draw, key), content_type="image/webp")
    response["ETag"] = f'"{key}"'
    return kept_by(response, public=True)


def _drawn(file: FieldFile, draw: Draw, key: str) -> bytes:
    """The layer from the cache of files, which may be emptied at any time; else drawn anew from the full file."""
    kept = Path(settings.FILE_CACHE) / "layers" / f"{key}.webp"
    try:
        os.utime(kept)
        return kept.read_bytes()
    except FileNotFoundError:
        pass
    try:
        with local_path(file) as path:
            data = draw(path).webpsave_buffer(Q=60, alpha_q=80, effort=2, keep="none")
    except FileNotFoundError as error:
        raise Http404 from error
    kept.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=kept.parent, prefix=".drawing-")
    with os.fdopen(handle, "wb") as out:
        out.write(data)
    os.replace(temporary, kept)
    return data
