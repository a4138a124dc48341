"""The page where a mask is drawn. The drawing itself goes through the API of drafts, from the browser."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.catalogue import selectors as catalogue
from restoration import selectors
from restoration.forms import SHORT_CLASS_NAMES
from restoration.masks import DAMAGE_CLASSES
from restoration.masks.overlay import CLASS_COLOURS
from restoration.models import Mask
from restoration.views.editor_words import words

VERSIONS = 100  # offered to compare with, the latest first


@require_safe
def draw(request: HttpRequest, pk) -> HttpResponse:
    """The editor of an artwork's mask; ``from`` names a version to draw on from."""
    artwork = catalogue.get_artwork(request.user, pk, "restoration.add_mask")
    if artwork.master is None:
        return redirect("restoration:masks", artwork.pk)
    versions = selectors.masks_for(request.user, artwork).filter(master=artwork.master)
    start = _start(request.GET.get("from"), versions)
    context = {
        "artwork": artwork,
        "versions": versions[:VERSIONS],
        "classes": [(code, name, SHORT_CLASS_NAMES[name]) for name, code in DAMAGE_CLASSES.items()],
        "setup": _setup(artwork, start),
        "words": words(),
    }
    return render(request, "restoration/editor/draw.html", context)


def _start(wanted: str | None, versions: QuerySet[Mask]) -> str:
    """The version to draw on from; Http404 where there is none of this name for the present photograph."""
    if not wanted:
        return ""
    try:
        return str(get_object_or_404(versions, pk=UUID(wanted)).pk)
    except ValueError as error:
        raise Http404 from error


def _setup(artwork: Any, start: str) -> dict[str, Any]:
    """What the scripts of the page need to know: addresses, and the colour of each label."""
    info = reverse("catalogue:iiif-info", args=[artwork.master_id])
    nowhere = "00000000-0000-0000-0000-000000000000"
    return {
        "artwork": str(artwork.pk),
        "from": start,
        "info": info,
        "picture": info.removesuffix("info.json"),
        "drafts": reverse("api:mask-draft-list"),
        "masks": reverse("api:mask-tiles", args=[nowhere]).replace(nowhere, "{}"),
        "back": reverse("restoration:masks", args=[artwork.pk]),
        "colours": [None, *(CLASS_COLOURS[name] for name in DAMAGE_CLASSES)],
    }
