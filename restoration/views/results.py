"""What came back: candidates beside the original, uncertainty, recipe, judgement."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST, require_safe

from gpu_workers.engines.registry import ENGINES
from portal.catalogue.downloads import send
from portal.forms import mistakes_in
from restoration import selectors, services
from restoration.forms import SHORT_CLASS_NAMES, JudgementForm
from restoration.layers import haze


@require_safe
def detail(request: HttpRequest, pk) -> HttpResponse:
    """One restoration; ``?candidate=`` chooses which candidate lies beside the original."""
    return _page(request, selectors.get_restoration(request.user, pk))


def _page(request: HttpRequest, restoration, form: JudgementForm | None = None, status: int = 200) -> HttpResponse:
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
        "form": form or JudgementForm(initial={"note": shown.judgement_note if shown else ""}),
        "recipe": json.dumps(restoration.job.recipe, indent=2, ensure_ascii=False),
        "damaged": sum(restoration.mask.coverage.values()),
        "classes": SHORT_CLASS_NAMES,
        "may_judge": request.user.has_perm("restoration.judge_candidate", restoration),
        "may_order": request.user.has_perm("restoration.add_restoration", restoration),
    }
    return render(request, "restoration/detail.html", context, status=status)


@require_POST
def judge(request: HttpRequest, pk) -> HttpResponse:
    """Pick or reject a candidate with a reason, or take that back."""
    candidate = selectors.get_candidate(request.user, pk, "restoration.judge_candidate")
    form = JudgementForm(request.POST)
    if form.is_valid():
        with mistakes_in(form):
            services.judge_candidate(request.user, candidate, **form.cleaned_data)
            response = redirect("restoration:detail", candidate.restoration_id)
            response["Location"] += f"?candidate={candidate.number}#judgement"
            return response
    restoration = selectors.get_restoration(request.user, candidate.restoration_id)
    return _page(request, restoration, form, status=400)


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
def recipe(request: HttpRequest, pk) -> HttpResponse:
    """Everything that repeats this restoration exactly, as a file."""
    restoration = selectors.get_restoration(request.user, pk)
    text = json.dumps(restoration.job.recipe, indent=2, ensure_ascii=False)
    disposition = content_disposition_header(True, f"recipe-{str(pk)[:8]}.json")
    return HttpResponse(text, content_type="application/json", headers={"Content-Disposition": disposition})
