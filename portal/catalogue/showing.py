"""Which pictures the public may see. An app that shows some says so; the catalogue itself shows none."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from portal.catalogue.models import Picture
from portal.catalogue.selectors import get_picture
from portal.catalogue.standing import Standing

Shown = Callable[[datetime], QuerySet[Picture]]
SHOWN: list[Standing] = []
PUBLIC = "public, no-cache"  # kept by whom it may be, but asked for every time: what is withdrawn is gone at once
PRIVATE = "private, max-age=3600"


def show(pictures: Shown) -> Shown:
    """Let everybody see what `pictures(now)` gives, asked anew for every request."""
    if pictures not in [standing.pictures for standing in SHOWN]:
        SHOWN.append(Standing(pictures))
    return pictures


def public_picture(pk: UUID) -> Picture | None:
    """A picture that everybody may see at this moment; one query for each app that shows some."""
    now = timezone.now()
    return next((found for standing in SHOWN if (found := standing.ask(pk, now))), None)


def picture_for(request: HttpRequest, pk: Any) -> tuple[Picture, bool]:
    """A picture and whether it is public; else one that the person who asks may see. `Http404` for any other."""
    if found := public_picture(pk):
        return found, True
    if not request.user.is_authenticated:
        raise Http404
    return get_picture(request.user, pk), False


def kept_by(response: HttpResponse, public: bool) -> HttpResponse:
    """Say who may keep the answer: any cache and any site, or the browser of the person who asked."""
    response["Cache-Control"] = PUBLIC if public else PRIVATE
    if public:
        response["Access-Control-Allow-Origin"] = "*"
    else:
        patch_vary_headers(response, ["Cookie", "Authorization"])
    return response
