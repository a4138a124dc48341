"""Ordering a restoration or a colour reconstruction."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from gpu_workers.engines.registry import COLOUR, FILL, EngineSpec, engines
from gpu_workers.selectors import workers_alive
from portal.catalogue import selectors as catalogue
from portal.forms import mistakes_in, sent
from restoration import selectors, services
from restoration.checks import weights_present
from restoration.forms import SHORT_CLASS_NAMES, OrderForm, ReconstructionForm
from restoration.models import Restoration

ADD = "restoration.add_restoration"
REFERENCES_SHOWN = 12
TEMPLATES = {FILL: "restoration/order.html", COLOUR: "restoration/reconstruct.html"}
AREAS = {
    Restoration.Area.WHOLE: _("Paint and ground alike."),
    Restoration.Area.PIGMENT: _("Where there is paint; silk or paper stays as it is."),
    Restoration.Area.GROUND: _("Bare silk or paper, to take back a yellowed or darkened ground; paint stays as it is."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, pk) -> HttpResponse:
    """Choose mask, engine and what steers it; ``?repeat=`` starts from an earlier order."""
    artwork = catalogue.get_artwork(request.user, pk, ADD)
    earlier = _repeated(request, FILL)
    masks = _usable(selectors.masks_for(request.user, artwork), artwork)
    references = selectors.references_for(request.user, artwork)[:REFERENCES_SHOWN]
    initial = OrderForm.initial_from(earlier) if earlier else _first(FILL) | {"mask": request.GET.get("mask", "")}
    form = OrderForm(*sent(request), initial=initial, masks=masks, references=references)
    waiting = [mask for mask in selectors.masks_for(request.user, artwork) if not mask.confirmed_at]
    about = {"masks": masks, "waiting": waiting, "references": references, "classes": SHORT_CLASS_NAMES}
    return _answer(request, artwork, earlier, form, about)


@require_http_methods(["GET", "HEAD", "POST"])
def reconstruct(request: HttpRequest, pk) -> HttpResponse:
    """Choose references, area, strength and engine; ``?repeat=`` starts from an earlier order."""
    artwork = catalogue.get_artwork(request.user, pk, ADD)
    earlier = _repeated(request, COLOUR)
    masks = _usable(selectors.masks_for(request.user, artwork), artwork)
    references = selectors.references_for(request.user, artwork)
    initial = ReconstructionForm.initial_from(earlier) if earlier else _first(COLOUR) | {"area": Restoration.Area.WHOLE}
    form = ReconstructionForm(*sent(request), initial=initial, masks=masks, references=references)
    chosen = {str(pk) for pk in form["references"].value() or []}
    near, far = _near(references, chosen)
    about = {"masks": masks, "near": near, "far": far, "chosen": chosen, "areas": AREAS}
    return _answer(request, artwork, earlier, form, about)


def _answer(request: HttpRequest, artwork, earlier, form, about: dict[str, Any]) -> HttpResponse:
    """Place the order of a right form and go to its job; else the page, which says what is wrong or already there."""
    same = None
    if form.is_valid():
        with mistakes_in(form):
            try:
                made = _place(request, artwork, earlier, form)
            except services.SameJobExists as error:
                same = error.restoration
                raise
            return redirect("jobs:detail", made.job_id)
    context = {
        "form": form,
        "artwork": artwork,
        "engines": [{"spec": spec, "ready": _ready(spec)} for spec in engines(form.task).values()],
        "workers": workers_alive(),
        "earlier": earlier,
        "same": same,
        **about,
    }
    return render(request, TEMPLATES[form.task], context, status=400 if form.is_bound else 200)


def _place(request: HttpRequest, artwork, earlier, form):
    if earlier:
        return services.repeat_restoration(request.user, earlier, **form.order())
    place = services.order_restoration if form.task == FILL else services.order_reconstruction
    return place(request.user, artwork, **form.order())


def _near(references: list, chosen: set[str]) -> tuple[list, list]:
    """The references to show at once, the nearest and every chosen one, and those to fold away."""
    at_once = [i < REFERENCES_SHOWN or str(work.pk) in chosen for i, (work, _verdict) in enumerate(references)]
    pairs = list(zip(references, at_once, strict=True))
    return [it for it, shown in pairs if shown], [it for it, shown in pairs if not shown]


def _ready(spec: EngineSpec) -> bool:
    return not spec.weights or weights_present(spec.weights)


def _usable(masks, artwork) -> list:
    return [mask for mask in masks if mask.confirmed_at and mask.master_id == artwork.master_id]


def _repeated(request: HttpRequest, task: str):
    """The earlier order to start from; one of the other kind is not there."""
    pk = request.GET.get("repeat") or request.POST.get("repeat")
    earlier = selectors.get_restoration(request.user, pk, ADD) if pk else None
    if earlier and earlier.task != task:
        raise Http404
    return earlier


def _first(task: str) -> dict:
    """The first engine that is ready."""
    ready = [name for name, spec in engines(task).items() if _ready(spec)]
    return {"engine": ready[0] if ready else ""}
