"""Whole files of sealed pictures: thumbnails and the masters themselves, for whoever may see them."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal.catalogue.models import Picture
from portal.catalogue.sealing import SUFFIXES
from portal.catalogue.selectors import get_picture
from portal.catalogue.showing import kept_by, picture_for

MEDIA_TYPES = {"psd": "image/vnd.adobe.photoshop"}


@login_not_required
@require_safe
def thumbnail(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A WebP of at most 512 pixels a side."""
    picture, public = picture_for(request, pk)
    return send(request, picture.thumbnail, "image/webp", etag=f"{picture.sha256}-thumbnail", public=public)


@require_safe
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The sealed file, byte for byte."""
    return send_picture(request, get_picture(request.user, pk))


def send_picture(request: HttpRequest, picture: Picture) -> HttpResponseBase:
    """The sealed file as a download under its original name; its ETag is its SHA-256."""
    name = picture.original_name or f"{picture.sha256[:12]}{SUFFIXES[picture.format]}"
    media_type = MEDIA_TYPES.get(picture.format, f"image/{picture.format}")
    return send(request, picture.file, media_type, etag=picture.sha256, download_as=name)


def send(
    request: HttpRequest, file: FieldFile, content_type: str, *, etag: str, download_as: str = "", public: bool = False
) -> HttpResponseBase:
    """Stream a stored file that never changes under its ETag; `Http404` when storage has lost it. public: for all."""
    quoted = f'"{etag}"'
    if unchanged := get_conditional_response(request, etag=quoted):
        return kept_by(unchanged, public)
    try:
        size = file.size
        body = file.storage.open(str(file.name), "rb") if request.method == "GET" else None
    except FileNotFoundError as error:
        raise Http404 from error  # manage.py verify_integrity names it
    response = FileResponse(body, content_type=content_type) if body else HttpResponse(content_type=content_type)
    response["Content-Length"] = size
    response["Content-Disposition"] = content_disposition_header(bool(download_as), download_as) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["ETag"] = quoted
    return kept_by(response, public)
