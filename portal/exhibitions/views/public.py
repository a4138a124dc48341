"""Exhibitions as visitors walk them: the list, one exhibition, a section, and search over all works on show."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.exhibitions import presentation
from portal.exhibitions.finding import FACETS, find
from portal.exhibitions.languages import spoken
from portal.exhibitions.models import Exhibition, Hanging, Section
from portal.exhibitions.placards import placard_of
from portal.exhibitions.selectors import public
from portal.exhibitions.visitors import for_visitors
from portal.paging import page_of

LONGEST = 200  # of what somebody searches for


@for_visitors
def exhibitions(request: HttpRequest) -> HttpResponse:
    """The exhibitions that are open now, each with a picture."""
    page = page_of(request, public.exhibitions().select_related("cover"), 12)
    hung = public.hangings().filter(exhibition__in=[row.pk for row in page])
    walls: dict[Any, list[Hanging]] = {row.pk: [] for row in page}
    for hanging in hung.defer("release__content"):
        walls[hanging.exhibition_id].append(hanging)
    faces = {row.pk: face for row in page if (face := _face(row, walls[row.pk]))}
    told = {row.pk: described(row) for row in public.hangings().filter(pk__in=[face.pk for face in faces.values()])}
    for row in page:
        row.hung, row.face = walls[row.pk], told.get(faces[row.pk].pk) if row.pk in faces else None
    return render(request, "exhibitions/list.html", {"page": page})


@for_visitors
def exhibition(request: HttpRequest, slug: str) -> HttpResponse:
    """One exhibition: what it is about, and all its works, section by section."""
    shown = public.exhibition_at(slug)
    return exhibition_page(request, shown) if shown else over(request, public.past_exhibition(slug))


def exhibition_page(request: HttpRequest, shown: Exhibition, preview: bool = False) -> HttpResponse:
    rooms = rooms_of(shown)
    hung = [hanging for _room, works in rooms for hanging in works]
    context = {"exhibition": shown, "rooms": rooms, "count": len(hung), "face": _face(shown, hung)}
    return render(request, "exhibitions/exhibition.html", context | {"preview": shown if preview else None})


@for_visitors
def section(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One section alone, larger, with the wall texts."""
    shown = public.exhibition_at(slug)
    if shown is None:
        return over(request, public.past_exhibition(slug))
    return section_page(request, shown, number)


def section_page(request: HttpRequest, shown: Exhibition, number: int, preview: bool = False) -> HttpResponse:
    rooms = rooms_of(shown)
    if not 1 <= number <= len(rooms):
        return not_here(request)
    context = {"exhibition": shown, "room": rooms[number - 1][0], "works": rooms[number - 1][1], "number": number}
    ways = {"before": number - 1, "after": number + 1 if number < len(rooms) else 0, "count": len(rooms)}
    return render(request, "exhibitions/section.html", {**context, **ways, "preview": shown if preview else None})


@for_visitors
def works(request: HttpRequest) -> HttpResponse:
    """Search over the works on show, with facets and how many works each would leave."""
    words = request.GET.get("q", "").strip()[:LONGEST]
    found = find(words, {name: request.GET.getlist(name)[:20] for name in FACETS})
    page = page_of(request, found.keys, 24)
    rows = {row.pk: row for row in public.releases().filter(pk__in=list(page))}
    shown = [placard_of(rows[pk]) for pk in page if pk in rows]
    context = {"page": page, "labels": shown, "facets": found.facets, "words": words, "count": len(found.keys)}
    return render(request, "exhibitions/works.html", context | {"chosen": _chosen(request, found.facets)})


@for_visitors
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    """The exhibition as a IIIF collection."""
    shown = public.exhibition_at(slug)
    if shown is None:
        return iiif({"error": _("This is not on show.")}, 404)
    return iiif(presentation.collection(request, shown, list(public.hangings(shown))))


def iiif(body: dict[str, Any], status: int = 200) -> HttpResponse:
    """A document of the Presentation API, for every site."""
    kind = presentation.MEDIA_TYPE if status == 200 else "application/json"
    response = JsonResponse(body, status=status, content_type=kind, json_dumps_params={"ensure_ascii": False})
    response["Access-Control-Allow-Origin"] = "*"
    return response


def rooms_of(shown: Exhibition) -> list[tuple[Section, list[Hanging]]]:
    """The sections in which something can be seen, or which say something; each work with its `label`. Two queries."""
    rooms: dict[Any, tuple[Section, list[Hanging]]] = {row.pk: (row, []) for row in shown.sections.all()}
    for hanging in public.hangings(shown):
        rooms[hanging.section_id][1].append(described(hanging))
    return [(room, works) for room, works in rooms.values() if works or room.text or room.text_zh]


def described(hanging: Hanging) -> Hanging:
    """With its `label`, and what a screen reader says of the picture: `said_alt`, in `alt_lang` if not the page's."""
    hanging.label = placard_of(hanging.release)
    text, tag = spoken(hanging, "alt")
    hanging.said_alt, hanging.alt_lang = text or hanging.label.alt, tag
    return hanging


def _face(shown: Exhibition, hung: list[Hanging]) -> Hanging | None:
    """The work that stands for an exhibition: the one that was chosen, else the first that can be seen."""
    return next((it for it in hung if it.pk == shown.cover_id), hung[0] if hung else None)


def over(request: HttpRequest, past: Exhibition | None) -> HttpResponse:
    """What an address answers whose exhibition is over (410), or never was (404)."""
    if past is None:
        return not_here(request)
    return render(request, "exhibitions/over.html", {"exhibition": past}, status=410)


def not_here(request: HttpRequest) -> HttpResponse:
    return render(request, "exhibitions/nothing.html", status=404)


def _chosen(request: HttpRequest, facets: list[Any]) -> list[dict[str, str]]:
    """What was chosen, each with the address that takes it away."""
    found = []
    for facet in facets:
        for value in facet.values:
            if value.chosen:
                query = request.GET.copy()
                query.setlist(facet.key, [it for it in query.getlist(facet.key) if it != value.value])
                query.pop("page", None)
                found.append({"facet": facet.title, "name": value.name, "query": query.urlencode()})
    return found
