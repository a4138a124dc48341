"""Comparing candidates of one work: the contact sheet to choose from, and up to four pictures in deep zoom."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from portal.catalogue import selectors as catalogue
from portal.paging import page_of
from restoration import selectors
from restoration.comparing import Pane, choices, choose
from restoration.figures import Figures
from restoration.filters import CandidateFilter
from restoration.layers import stencil
from restoration.losses import losses_of, window
from restoration.sheet import Crops, orders_of
from restoration.views.judging import verdicts
from restoration.views.results import layers_over


@require_safe
def compare(request: HttpRequest, pk) -> HttpResponse:
    """Up to four pictures beside or on each other; ``?show=`` says which, the page's script reads the rest."""
    artwork = catalogue.get_artwork(request.user, pk)
    panes, sentences = choose(request.user, artwork, request.GET.getlist("show"))
    shown = [pane.candidate for pane in panes if pane.candidate]
    context = {
        "artwork": artwork,
        "panes": panes,
        "sentences": sentences,
        "figures": [Figures(candidate) for candidate in shown],
        "verdicts": verdicts(request.user, shown),
        "choices": choices(request.user, artwork, panes),
        "layers": _layers(panes),
        "setup": _setup(artwork, panes),
        "shape": _shape(*panes[0].size) if panes else "",
        "back": request.get_full_path(),
    }
    return render(request, "restoration/compare/compare.html", context)


@require_safe
def candidates(request: HttpRequest, pk) -> HttpResponse:
    """Every candidate of a work; ``?view=losses`` shows the same damaged place of each, ``?loss=`` says which."""
    artwork = catalogue.get_artwork(request.user, pk)
    orders = orders_of(request.user, artwork)
    found = CandidateFilter(request.GET, queryset=selectors.candidates_for(request.user, artwork), orders=orders)
    page = page_of(request, found.qs)
    crops = Crops.asked(request.GET, artwork, orders)
    context = {
        "artwork": artwork,
        "filter": found,
        "narrowed": any(request.GET.get(name) for name in ("engine", "order", "judgement")),
        "page": page,
        "crops": crops,
        "original": crops.master if crops else artwork.master,
        "original_crop": crops.of(crops.master) if crops else None,
        "queries": _queries(request, crops),
        "cards": [(candidate, crops.of(candidate.picture) if crops else None) for candidate in page.object_list],
        "may_order": request.user.has_perm("restoration.add_restoration", artwork),
    }
    return render(request, "restoration/compare/candidates.html", context)


@require_GET
def stencil_layer(request: HttpRequest, pk) -> HttpResponse:
    """Black over everything that no mask of the pictures in ``?show=`` marks: there they are the same photograph."""
    artwork = catalogue.get_artwork(request.user, pk)
    panes, _sentences = choose(request.user, artwork, request.GET.getlist("show"))
    masks = {pane.candidate.restoration.mask_id: pane.candidate.restoration.mask for pane in panes if pane.candidate}
    if not masks or None in masks or len({pane.master.pk for pane in panes}) > 1:
        raise Http404
    rows = sorted(masks.values(), key=lambda mask: mask.sha256)
    return stencil(request, [mask.file for mask in rows], "-".join(mask.sha256[:20] for mask in rows))


def _queries(request: HttpRequest, crops: Crops | None) -> dict[str, Any]:
    """The addresses of the sheet's links: the other view, the neighbouring losses, the other masks."""

    def query(**changes: Any) -> str:
        asked = request.GET.copy()
        for name, value in changes.items():
            asked.pop(name, None)
            if value is not None:
                asked[name] = str(value)
        return asked.urlencode()

    links: dict[str, Any] = {"whole": query(view=None, loss=None, mask=None), "losses": query(view="losses")}
    if crops:
        links["before"] = query(loss=crops.before) if crops.before else ""
        links["after"] = query(loss=crops.after) if crops.after else ""
        others = [mask for mask in crops.masks if mask != crops.mask]
        links["masks"] = [(mask, query(mask=mask.version, loss=None)) for mask in others]
    return links


def _setup(artwork, panes: list[Pane]) -> dict[str, Any]:
    """What the script of the page needs to know."""
    orders = [pane.candidate.restoration for pane in panes if pane.candidate]
    mask = next((order.mask for order in orders if order.mask), None)
    size = panes[0].size if panes else (1, 1)
    return {
        "panes": [
            {
                "key": pane.key,
                "title": pane.title,
                "info": reverse("catalogue:iiif-info", args=[pane.picture.pk]),
                "master": str(pane.master.pk),
                "confined": pane.candidate is None or pane.candidate.restoration.mask_id is not None,
                "layers": {it["name"]: it["url"] for it in _layers_of(pane)},
            }
            for pane in panes
        ],
        "stencil": reverse("restoration:stencil", args=[artwork.pk]),
        "losses": [window(place, *size) for place in losses_of(mask)] if mask else [],
        "width": size[0],
        "height": size[1],
    }


def _shape(width: int, height: int) -> str:
    """How pictures of this size are best laid out."""
    return "scroll" if width > 2 * height else "broad" if width > height else "tall"


def _layers_of(pane: Pane) -> list[dict[str, Any]]:
    return layers_over(pane.candidate.restoration, pane.candidate) if pane.candidate else []


def _layers(panes: list[Pane]) -> list[dict[str, Any]]:
    """Every layer that at least one pane has, once."""
    return list({it["name"]: it for pane in panes for it in _layers_of(pane)}.values())
