"""Ordering a restoration."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from gpu_workers.engines.registry import ENGINES, EngineSpec
from gpu_workers.selectors import workers_alive
from portal.catalogue import selectors as catalogue
from portal.forms import mistakes_in, sent
from restoration import selectors, services
from restoration.checks import weights_present
from restoration.forms import SHORT_CLASS_NAMES, OrderForm

ADD = "restoration.add_restoration"
REFERENCES_SHOWN = 12


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, pk) -> HttpResponse:
    """Choose mask, engine and what steers it; ``?repeat=`` starts from an earlier order."""
    artwork = catalogue.get_artwork(request.user, pk, ADD)
    earlier = _repeated(request)
    masks = _usable(selectors.masks_for(request.user, artwork), artwork)
    references = selectors.style_references(request.user, artwork)[:REFERENCES_SHOWN]
    form = OrderForm(*sent(request), initial=_initial(request, earlier), masks=masks, references=references)
    same = None
    if form.is_valid():
        with mistakes_in(form):
            try:
                made = _place(request, artwork, earlier, form.order())
            except services.SameJobExists as error:
                same = error.restoration
                raise
            return redirect("jobs:detail", made.job_id)
    context = {
        "form": form,
        "artwork": artwork,
        "masks": masks,
        "waiting": [mask for mask in selectors.masks_for(request.user, artwork) if not mask.confirmed_at],
        "engines": [{"spec": spec, "ready": _ready(spec)} for spec in ENGINES.values()],
        "references": references,
        "workers": workers_alive(),
        "earlier": earlier,
        "same": same,
        "classes": SHORT_CLASS_NAMES,
    }
    return render(request, "restoration/order.html", context, status=400 if form.is_bound else 200)


def _ready(spec: EngineSpec) -> bool:
    return not spec.weights or weights_present(spec.weights)


def _usable(masks, artwork) -> list:
    return [mask for mask in masks if mask.confirmed_at and mask.master_id == artwork.master_id]


def _repeated(request: HttpRequest):
    pk = request.GET.get("repeat") or request.POST.get("repeat")
    return selectors.get_restoration(request.user, pk, ADD) if pk else None


def _initial(request: HttpRequest, earlier) -> dict:
    if earlier:
        return OrderForm.initial_from(earlier)
    ready = [name for name, spec in ENGINES.items() if _ready(spec)]
    return {"mask": request.GET.get("mask", ""), "engine": ready[0] if ready else ""}


def _place(request: HttpRequest, artwork, earlier, arguments: dict):
    if earlier:
        return services.repeat_restoration(request.user, earlier, **arguments)
    return services.order_restoration(request.user, artwork, **arguments)
