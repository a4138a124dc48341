"""Ordering a restoration or a colour reconstruction."""

import json
import secrets
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from gpu_workers.engines.registry import COLOUR, FILL, EngineSpec, engines
from gpu_workers.models import Job
from gpu_workers.selectors import workers_alive
from portal.accounts.policy import scope
from portal.catalogue import selectors as catalogue
from portal.catalogue.filters import ArtworkFilter
from portal.forms import mistakes_in, sent
from portal.paging import page_of
from restoration import selectors, services
from restoration.checks import weights_present
from restoration.forms import SHORT_CLASS_NAMES, OrderForm, ReconstructionForm
from restoration.models import Restoration
from restoration.ordering import batches, presets, wording
from restoration.ordering.estimates import estimate, usual_times
from restoration.ordering.forms import PresetForm, settings_of

ADD = "restoration.add_restoration"
REFERENCES_SHOWN = 12
TEMPLATES = {FILL: "restoration/order.html", COLOUR: "restoration/reconstruct.html"}
ADDRESSES = {FILL: "restoration:order", COLOUR: "restoration:reconstruct"}
AREAS = {
    Restoration.Area.WHOLE: _("Paint and ground alike."),
    Restoration.Area.PIGMENT: _("Where there is paint; silk or paper stays as it is."),
    Restoration.Area.GROUND: _("Bare silk or paper, to take back a yellowed or darkened ground; paint stays as it is."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, pk) -> HttpResponse:
    """Choose mask, engines and what steers them.

    ``?repeat=`` starts from an earlier order of this work, ``?like=`` from one of another, ``?preset=`` from settings
    that were kept. A POST with ``keep`` keeps the settings under a name and orders nothing.
    """
    artwork = catalogue.get_artwork(request.user, pk, ADD)
    earlier, model = _earlier(request, FILL, "repeat"), _earlier(request, FILL, "like")
    kept = presets.presets_for(request.user, artwork.collection)
    masks = _usable(selectors.masks_for(request.user, artwork), artwork)
    references = selectors.references_for(request.user, artwork)[:REFERENCES_SHOWN]
    initial = _beginning(request, earlier or model, kept, masks, earlier is None)
    form = OrderForm(*sent(request), initial=initial, masks=masks, references=references)
    waiting = [mask for mask in selectors.masks_for(request.user, artwork) if not mask.confirmed_at]
    about = {"masks": masks, "waiting": waiting, "references": references, "classes": SHORT_CLASS_NAMES}
    about |= {"presets": kept, "preset": request.GET.get("preset", ""), "preset_form": PresetForm(), "model": model}
    about["original"] = _original(initial) if earlier or model else None
    about["times"] = _times(form, masks)
    if "keep" in request.POST:
        return _keep(request, artwork, form, about)
    return _answer(request, artwork, earlier, form, about)


@require_http_methods(["GET", "HEAD", "POST"])
def reconstruct(request: HttpRequest, pk) -> HttpResponse:
    """Choose references, area, strength and engine; ``?repeat=`` and ``?like=`` as for `order`."""
    artwork = catalogue.get_artwork(request.user, pk, ADD)
    earlier, model = _earlier(request, COLOUR, "repeat"), _earlier(request, COLOUR, "like")
    masks = _usable(selectors.masks_for(request.user, artwork), artwork)
    references = selectors.references_for(request.user, artwork)
    begun = earlier or model
    initial = ReconstructionForm.initial_from(begun) if begun else _first(COLOUR) | {"area": Restoration.Area.WHOLE}
    if model and initial["area"] not in Restoration.Area.values:
        initial["area"] = str(masks[0].pk) if masks else Restoration.Area.WHOLE
    form = ReconstructionForm(*sent(request), initial=initial, masks=masks, references=references)
    chosen = {str(pk) for pk in form["references"].value() or []}
    near, far = _near(references, chosen)
    about = {"masks": masks, "near": near, "far": far, "chosen": chosen, "areas": AREAS, "model": model}
    about["original"] = _original(initial) if begun else None
    return _answer(request, artwork, earlier, form, about)


@require_GET
def expected(request: HttpRequest, pk) -> HttpResponse:
    """What the chosen orders would take if they were placed now, in words: ``?mask=&candidates=&engine=&priority=``."""
    artwork = catalogue.get_artwork(request.user, pk, ADD)
    masks = {str(mask.pk): mask for mask in _usable(selectors.masks_for(request.user, artwork), artwork)}
    mask, wanted = masks.get(request.GET.get("mask", "")), request.GET.getlist("engine")[: len(engines(FILL))]
    candidates = _number(request.GET.get("candidates"), 1, 8, 2)
    priority = _number(request.GET.get("priority"), Job.Priority.LOW, Job.Priority.NORMAL, Job.Priority.NORMAL)
    found = estimate(request.user, artwork.collection, [(name, mask) for name in wanted], candidates, priority)
    words = {name: wording.usually(usual) for name, usual in usual_times(mask, candidates).items()}
    answer = JsonResponse({"engines": words, "outlook": wording.outlook(found) if wanted else ""})
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def use(request: HttpRequest, pk) -> HttpResponse:
    """Choose the work on which the recipe of this restoration is to be used, too."""
    model = selectors.get_restoration(request.user, pk)
    works = scope(request.user, ADD, catalogue.artworks_for(request.user)).exclude(master=None)
    found = ArtworkFilter(request.GET, queryset=works.exclude(pk=model.artwork_id))
    context = {
        "model": model,
        "artwork": model.artwork,
        "filter": found,
        "page": page_of(request, found.qs),
        "address": ADDRESSES[model.task],
        "searching": any(request.GET.get(name) for name in found.get_filters()),
    }
    return render(request, "restoration/use.html", context)


def _answer(request: HttpRequest, artwork, earlier, form, about: dict[str, Any]) -> HttpResponse:
    """Place the order of a right form and go to its job; else the page, which says what is wrong or already there."""
    same = None
    if form.is_valid():
        with mistakes_in(form):
            try:
                return _place(request, artwork, earlier, form)
            except services.SameJobExists as error:
                same = error.restoration
                raise
    return _page(request, artwork, earlier, form, about | {"same": same}, 400 if form.is_bound else 200)


def _page(request: HttpRequest, artwork, earlier, form, about: dict[str, Any], status: int) -> HttpResponse:
    context = {
        "form": form,
        "artwork": artwork,
        "engines": [{"spec": spec, "ready": _ready(spec)} for spec in engines(form.task).values()],
        "workers": workers_alive(),
        "earlier": earlier,
        **about,
    }
    return render(request, TEMPLATES[form.task], context, status=status)


def _place(request: HttpRequest, artwork, earlier, form) -> HttpResponse:
    """One order and its job, or several engines side by side and their batch."""
    if form.task == FILL and len(form.cleaned_data["engine"]) > 1:
        about = {"token": form.cleaned_data["token"] or uuid.uuid4(), "style": form.chosen_style, "repeats": earlier}
        made = batches.order(request.user, [(artwork, form.chosen_mask)], form.recipe(), **about)
        return redirect("restoration:batch", made.pk)
    if earlier:
        made = services.repeat_restoration(request.user, earlier, **form.order())
    else:
        place = services.order_restoration if form.task == FILL else services.order_reconstruction
        made = place(request.user, artwork, **form.order())
    return redirect("jobs:detail", made.job_id)


def _keep(request: HttpRequest, artwork, form, about: dict[str, Any]) -> HttpResponse:
    """Keep the settings of the form as a preset, and go on with them."""
    naming = PresetForm(request.POST)
    if form.is_valid() and naming.is_valid():
        data, name = form.cleaned_data, naming.cleaned_data
        kept = {key: data[key] for key in ("candidates", "seed", "steps", "prompt")}
        with mistakes_in(naming):
            made = presets.add_preset(
                request.user,
                name=name["name"],
                collection=artwork.collection if name["shared"] else None,
                engine=data["engine"][0],
                seed_policy="fixed" if name["fixed"] else "fresh",
                **kept,
            )
            messages.success(request, gettext("The settings are kept as “%(name)s”.") % {"name": made})
            return redirect(f"{reverse('restoration:order', args=[artwork.pk])}?preset={made.pk}")
    return _page(request, artwork, None, form, about | {"preset_form": naming}, 400)


def _near(references: list, chosen: set[str]) -> tuple[list, list]:
    """The references to show at once, the nearest and every chosen one, and those to fold away."""
    at_once = [i < REFERENCES_SHOWN or str(work.pk) in chosen for i, (work, _verdict) in enumerate(references)]
    pairs = list(zip(references, at_once, strict=True))
    return [it for it, shown in pairs if shown], [it for it, shown in pairs if not shown]


def _ready(spec: EngineSpec) -> bool:
    return not spec.weights or weights_present(spec.weights)


def _usable(masks, artwork) -> list:
    return [mask for mask in masks if mask.confirmed_at and mask.master_id == artwork.master_id]


def _earlier(request: HttpRequest, task: str, name: str):
    """The order to start from; one of the other kind is not there. To repeat one asks for more than to look at it."""
    pk = request.GET.get(name) or request.POST.get(name)
    action = ADD if name == "repeat" else selectors.VIEW_RESTORATION
    earlier = selectors.get_restoration(request.user, uuid_or_404(pk), action) if pk else None
    if earlier and earlier.task != task:
        raise Http404
    return earlier


def uuid_or_404(text: str) -> uuid.UUID:
    """A key from a query string."""
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Http404 from None


def _beginning(request: HttpRequest, begun, kept, masks: list, elsewhere: bool) -> dict[str, Any]:
    """What the form of an order shows first: an earlier recipe, a preset, or the first engine that is ready."""
    mask = {"mask": request.GET.get("mask") or (str(masks[0].pk) if masks else "")}
    if begun:
        return OrderForm.initial_from(begun) | (mask if elsewhere else {})
    if chosen := request.GET.get("preset"):
        preset = kept.filter(pk=uuid_or_404(chosen)).first()
        return mask | (settings_of(preset) if preset else _first(FILL))
    return mask | {"candidates": 2, "seed": secrets.randbelow(1_000_000)} | _first(FILL)


def _original(initial: dict[str, Any]) -> dict[str, Any]:
    """The recipe that was started from, for the script that marks what has been changed since."""
    return json.loads(
        json.dumps({name: value for name, value in initial.items() if name != "seed_policy"}, default=str)
    )


def _times(form: OrderForm, masks: list) -> dict[str, str]:
    """What each engine usually takes for the mask and the candidates that the form shows."""
    shown = next((mask for mask in masks if str(mask.pk) == str(form["mask"].value())), masks[0] if masks else None)
    found = usual_times(shown, _number(form["candidates"].value(), 1, 8, 2))
    return {name: wording.usually(usual) for name, usual in found.items()}


def _number(text: Any, least: int, most: int, usual: int) -> int:
    try:
        return min(max(int(text), least), most)
    except (TypeError, ValueError):
        return usual


def _first(task: str) -> dict:
    """The first engine that is ready."""
    ready = [name for name, spec in engines(task).items() if _ready(spec)]
    return {"engine": ready[:1] if task == FILL else "".join(ready[:1])}
