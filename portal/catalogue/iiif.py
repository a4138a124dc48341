"""IIIF Image API 3.0, level 2, on the pyramids of sealed pictures, for whoever may see the picture: everybody, where it
is on show (`showing.py`)."""

import hashlib
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.http import require_safe

from portal.catalogue.iiif_request import FORMATS, MAX_AREA, ImageRequest, parse
from portal.catalogue.models import Picture
from portal.catalogue.showing import kept_by, picture_for
from portal.catalogue.tiles import rendered
from portal.errors import UserError

CONTEXT = "http://iiif.io/api/image/3/context.json"
LINKED_DATA = f'application/ld+json;profile="{CONTEXT}"'
PROFILE = '<http://iiif.io/api/image/3/level2.json>;rel="profile"'
TILE = 512
PARAMETERS = ("region", "size", "rotation", "quality", "format")


@login_not_required
@require_safe
def base(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bare identifier leads to its description."""
    picture_for(request, pk)
    return HttpResponseRedirect(reverse("catalogue:iiif-info", args=[pk]), status=303)


@login_not_required
@require_safe
def info(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`info.json`: size, tiles and what the service can do."""
    picture, public = picture_for(request, pk)
    linked = "application/ld+json" in request.headers.get("Accept", "")
    response = JsonResponse(
        {
            "@context": CONTEXT,
            "id": _identifier(request, picture),
            "type": "ImageService3",
            "protocol": "http://iiif.io/api/image",
            "profile": "level2",
            "width": picture.width,
            "height": picture.height,
            "maxArea": MAX_AREA,
            "tiles": [{"width": TILE, "scaleFactors": _factors(picture)}],
            "extraFormats": ["webp"],
            "extraQualities": ["color", "gray", "bitonal"],
            "extraFeatures": ["mirroring", "sizeUpscaling"],
        },
        content_type=LINKED_DATA if linked else "application/json",
    )
    patch_vary_headers(response, ["Accept"])
    etag = response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return _marked(get_conditional_response(request, etag=etag, response=response) or response, PROFILE, public)


@login_not_required
@require_safe
def image(request: HttpRequest, pk: UUID, region: str, size: str, rotation: str, quality: str, format: str):
    """A region of the picture at a size, cut from its pyramid; a junk parameter answers 400 with a sentence."""
    picture, public = picture_for(request, pk)
    return part(request, picture, public, region, size, rotation, quality, format)


def part(request: HttpRequest, picture: Picture, public: bool, *parameters: str) -> HttpResponse:
    """The answer to who may see the picture."""
    try:
        asked = parse((picture.width, picture.height), *parameters)
    except UserError as error:
        return HttpResponse(f"{error}\n", status=400, content_type="text/plain; charset=utf-8")
    etag = f'"{picture.sha256}"'
    if unchanged := get_conditional_response(request, etag=etag):
        return kept_by(unchanged, public)
    response = HttpResponse(rendered(picture, asked), content_type=FORMATS[asked.format])
    response["ETag"] = etag
    canonical = f"{_identifier(request, picture)}/{_canonical(picture, asked)}"
    return _marked(response, f'{PROFILE}, <{canonical}>;rel="canonical"', public)


def _identifier(request: HttpRequest, picture: Picture) -> str:
    address = request.build_absolute_uri(reverse("catalogue:iiif-info", args=[picture.pk]))
    return address.removesuffix("/info.json")


def _factors(picture: Picture) -> list[int]:
    factors = [1]
    while max(picture.width, picture.height) > TILE * factors[-1]:
        factors.append(factors[-1] * 2)
    return factors


def _canonical(picture: Picture, asked: ImageRequest) -> str:
    """Section 4.7 of the specification."""
    whole = (asked.x, asked.y, asked.w, asked.h) == (0, 0, picture.width, picture.height)
    region = "full" if whole else f"{asked.x},{asked.y},{asked.w},{asked.h}"
    enlarged = "^" if asked.width > asked.w or asked.height > asked.h else ""
    largest = (asked.width, asked.height) == (asked.w, asked.h)
    size = "max" if largest else f"{enlarged}{asked.width},{asked.height}"
    return f"{region}/{size}/{'!' if asked.mirror else ''}{asked.degrees}/{asked.quality}.{asked.format}"


def _marked(response: Any, link: str, public: bool) -> HttpResponse:
    response["Link"] = link
    return kept_by(response, public)
