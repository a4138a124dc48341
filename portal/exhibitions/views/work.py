"""One work on show: its picture, what is conjecture in it, its provenance, its citation; and what is left of it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.catalogue.models import Picture
from portal.exhibitions import citing, presentation
from portal.exhibitions.downloading import REUSABLE
from portal.exhibitions.placards import LIMITS, placard_of
from portal.exhibitions.selectors import public
from portal.exhibitions.views.public import described, iiif, not_here
from portal.exhibitions.visitors import for_visitors
from portal.exhibitions.ways import layers_of, way
from portal.templatetags.lacuna import fitted
from review.guardrails.models import Release
from review.guardrails.selectors import newest
from review.guardrails.selectors.consent import conditions_of

DETAIL = 1600  # pixels of a detail's longer side


@for_visitors
def work(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page of a work; `?xywh=` shows a detail of it, in pixels of the picture."""
    release = public.release_of(pk)
    return work_page(request, release) if release else left(request, pk)


def work_page(request: HttpRequest, release: Release, preview: Any = None) -> HttpResponse:
    label = placard_of(release)
    hung = public.hangings(preview).filter(release=release).order_by("-exhibition__opens_at").first()
    context = {
        "label": label, "release": release, "hanging": described(hung) if hung else None,
        "layers": layers_of(release, preview), "detail": detail(release.picture, request.GET.get("xywh", "")),
        "uri": presentation.absolute(request, "exhibitions:work", release.pk), "preview": preview, "limits": LIMITS,
        "conditions": [it.conditions for it in conditions_of(release, release.content_hash) if it.told],
    }  # fmt: skip
    context["citation"] = citing.in_words(label, context["uri"])
    context["neighbours"] = _neighbours(hung) if hung else {}
    context["reusable"] = label.work["rights"].startswith(REUSABLE)
    return render(request, "exhibitions/work.html", context)


@for_visitors
def provenance(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole way from the photograph to the wall: files by hash, engine and weights, panel, checks, signatures."""
    release = public.release_of(pk)
    if release is None:
        return left(request, pk)
    signed = release.signatures.filter(content_hash=release.content_hash).order_by("signed_at")
    context = {
        "label": placard_of(release), "release": release, "evidence": list(newest(release).values()),
        "signed": list(signed.values_list("signed_at", flat=True)), "uri": way(request, "work", release.pk),
    }  # fmt: skip
    return render(request, "exhibitions/provenance.html", context)


@for_visitors
def cite(request: HttpRequest, pk: UUID, form: str) -> HttpResponse:
    """The citation as a file: `bib` or `json`."""
    release = public.release_of(pk)
    if release is None:
        return left(request, pk)
    if form not in citing.FORMS:
        return not_here(request)
    write = {"bib": citing.bibtex, "json": citing.csl}[form]
    uri = presentation.absolute(request, "exhibitions:work", release.pk)
    response = HttpResponse(write(placard_of(release), uri), content_type=citing.FORMS[form])
    response["Content-Disposition"] = f'inline; filename="lacuna-{str(release.pk)[:8]}.{form}"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


@for_visitors
def manifest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The work as a IIIF manifest."""
    release = public.release_of(pk)
    if release is None:
        gone = public.gone(pk) is not None
        return iiif({"error": _("This is not on show.")}, 410 if gone else 404)
    return iiif(presentation.manifest(request, placard_of(release)))


def left(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What stands at the address of a work that cannot be seen: a sentence (410) if it once was, else nothing (404)."""
    release = public.gone(pk)
    if release is None:
        return not_here(request)
    return render(request, "exhibitions/gone.html", {"release": release}, status=410)


def detail(picture: Picture, asked: str) -> dict[str, Any] | None:
    """A region "x,y,w,h" within the picture, and its address as a picture; None for anything else."""
    try:
        x, y, w, h = (int(part) for part in asked.split(","))
    except ValueError:
        return None
    x, y = max(0, x), max(0, y)
    w, h = min(w, picture.width - x), min(h, picture.height - y)
    if w < 8 or h < 8:
        return None
    width, height = fitted(Picture(width=w, height=h), DETAIL)
    base = reverse("catalogue:iiif-base", args=[picture.pk])
    source = f"{base}/{x},{y},{w},{h}/{width},{height}/0/default.webp"
    return {"xywh": f"{x},{y},{w},{h}", "source": source, "width": width, "height": height}


def _neighbours(hanging: Any) -> dict[str, Any]:
    """The works before and after it in its exhibition."""
    keys = list(public.hangings(hanging.exhibition).values_list("release", flat=True))
    at = keys.index(hanging.release_id)
    return {"before": keys[at - 1] if at else None, "after": keys[at + 1] if at + 1 < len(keys) else None,
            "number": at + 1, "count": len(keys)}  # fmt: skip
