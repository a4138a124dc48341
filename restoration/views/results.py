"""What came back: candidates beside the original, layers over them, evidence, recipe, judgement."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from gpu_workers.engines.registry import COLOUR, ENGINES
from portal.catalogue.downloads import send
from restoration import selectors
from restoration.forms import SHORT_CLASS_NAMES
from restoration.layers import haze, scaled
from restoration.plots import histogram
from restoration.report import report_of
from restoration.scales import DIFFERENCE, STRUCTURE
from restoration.views.judging import verdicts


@require_safe
def detail(request: HttpRequest, pk) -> HttpResponse:
    """One restoration; ``?candidate=`` chooses which candidate lies beside the original."""
    restoration = selectors.get_restoration(request.user, pk)
    candidates = list(restoration.candidates.all())
    number = request.GET.get("candidate", "")
    shown = next((it for it in candidates if str(it.number) == number), candidates[0] if candidates else None)
    context = {
        "restoration": restoration,
        "artwork": restoration.artwork,
        "job": restoration.job,
        "engine": ENGINES.get(restoration.engine),
        "candidates": candidates,
        "shown": shown,
        "verdict": verdicts(request.user, [shown])[0] if shown else None,
        "recolours": restoration.task == COLOUR,
        "profile": restoration.job.recipe.get("parameters", {}).get("working_profile"),
        "notes": restoration.job.recipe.get("notes", []),
        "layers": layers_over(restoration, shown) if shown else [],
        "evidence": _evidence(shown) if shown and shown.measures else None,
        "references": selectors.references_seen(request.user, restoration),
        "style_seen": _seen(request, restoration.style_reference),
        "recipe": _json(restoration.job.recipe),
        "damaged": sum(restoration.mask.coverage.values()) if restoration.mask else None,
        "classes": SHORT_CLASS_NAMES,
        "may_order": request.user.has_perm("restoration.add_restoration", restoration),
    }
    return render(request, "restoration/detail.html", context)


def _seen(request: HttpRequest, work) -> bool:
    return work is not None and request.user.has_perm("catalogue.view_artwork", work)


def layers_over(restoration, shown) -> list[dict[str, Any]]:
    """What can be laid over the candidate, over the original as well (`both`), or with no other (`alone`)."""
    layers: list[dict[str, Any]] = []
    if restoration.mask_id:
        url = reverse("restoration:mask-outline", args=[restoration.mask_id])
        layers.append({"name": "outline", "icon": "mask", "title": _("Mask outline"), "url": url, "both": True})
    if restoration.uncertainty:
        url = reverse("restoration:uncertainty-layer", args=[restoration.pk])
        note = _("The redder, the more the candidates disagree: there the conjecture is least certain.")
        layers.append({"name": "haze", "icon": "haze", "title": _("Uncertainty"), "url": url, "note": note})
    if shown.difference:
        url = reverse("restoration:difference-layer", args=[shown.pk])
        about = {"title": _("Colour difference"), "unit": _("Colour difference ΔE"), "key": DIFFERENCE.key()}
        note = _("Where the colours moved, and how far. Where nothing lies over the picture, no eye sees a change.")
        layers.append({"name": "difference", "icon": "swatches", "url": url, "note": note, "alone": True, **about})
        url = reverse("restoration:structure-layer", args=[shown.pk])
        about = {"title": _("Structure"), "unit": _("Structural similarity SSIM"), "key": STRUCTURE.key()}
        note = _("Where lines and textures are no longer quite what they were. Nothing over the picture: all is kept.")
        layers.append({"name": "structure", "icon": "strokes", "url": url, "note": note, "alone": True, **about})
    return layers


def _evidence(shown) -> dict[str, Any]:
    """The measures of a colour reconstruction for the page."""
    histograms, picture = shown.measures["histograms"], shown.picture
    axes = (("L", "L*", _("dark to light")), ("a", "a*", _("green to red")), ("b", "b*", _("blue to yellow")))
    plots = [{"title": title, "axis": axis, **histogram(histograms[name])} for name, title, axis in axes]
    changed = shown.changed_pixels / (picture.width * picture.height)
    return {**shown.measures, "changed": changed, "plots": plots}


@require_GET
def uncertainty(request: HttpRequest, pk) -> HttpResponseBase:
    """The uncertainty map as the engine wrote it: gray, white where the candidates differ most."""
    restoration = _uncertain(request, pk)
    return send(request, restoration.uncertainty, "image/png", etag=f"{pk}-uncertainty", download_as="uncertainty.png")


@require_GET
def uncertainty_layer(request: HttpRequest, pk) -> HttpResponse:
    """The same, tinted on a transparent ground, to lay over a candidate."""
    return haze(request, _uncertain(request, pk).uncertainty, f"{pk}-uncertainty")


def _uncertain(request: HttpRequest, pk):
    restoration = selectors.get_restoration(request.user, pk)
    if not restoration.uncertainty:
        raise Http404
    return restoration


@require_GET
def difference(request: HttpRequest, pk) -> HttpResponseBase:
    """The colour difference as it was measured: gray, level = 5 times ΔE."""
    return _map(request, pk, "difference")


@require_GET
def structure(request: HttpRequest, pk) -> HttpResponseBase:
    """How far the structure was kept: gray, white = kept."""
    return _map(request, pk, "structure")


@require_GET
def difference_layer(request: HttpRequest, pk) -> HttpResponse:
    """The same in colours, to lay over the candidate."""
    return scaled(request, _mapped(request, pk, "difference"), f"{pk}-difference", DIFFERENCE)


@require_GET
def structure_layer(request: HttpRequest, pk) -> HttpResponse:
    """The same in colours, to lay over the candidate."""
    return scaled(request, _mapped(request, pk, "structure"), f"{pk}-structure", STRUCTURE)


def _map(request: HttpRequest, pk, name: str) -> HttpResponseBase:
    file = _mapped(request, pk, name)
    return send(request, file, "image/png", etag=f"{pk}-{name}", download_as=f"{name}.png")


def _mapped(request: HttpRequest, pk, name: str):
    file = getattr(selectors.get_candidate(request.user, pk), name)
    if not file:
        raise Http404
    return file


@require_GET
def recipe(request: HttpRequest, pk) -> HttpResponse:
    """Everything that repeats this restoration exactly, as a file."""
    restoration = selectors.get_restoration(request.user, pk)
    return _download(_json(restoration.job.recipe), f"recipe-{str(pk)[:8]}.json")


@require_GET
def report(request: HttpRequest, pk) -> HttpResponse:
    """What was ordered, what came back with its measures, how it was judged, and the recipe, as a file."""
    restoration = selectors.get_restoration(request.user, pk)
    return _download(_json(report_of(restoration)), f"report-{str(pk)[:8]}.json")


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _download(text: str, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name)
    return HttpResponse(text, content_type="application/json", headers={"Content-Disposition": disposition})
