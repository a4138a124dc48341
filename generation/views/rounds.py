"""Pages of what was painted from words: the gallery of trees, one round with its history, the same once more."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from generation.forms.rounds import AgainForm
from generation.selectors import rounds as selectors
from generation.services.rounds import repeat
from generation.views import telling
from gpu_workers.progress import snapshot
from gpu_workers.selectors import workers_alive
from portal.forms import mistakes_in
from portal.paging import page_of
from portal.phrases import stages

SCROLL = 2  # a painting that is so many times as wide as high is read like a hand scroll
MEASURES = (
    ("likeness", _("Style similarity"), selectors.SIMILAR),
    ("accuracy", _("Instruction followed"), selectors.ACCURATE),
)


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Everything that was painted, by its first round."""
    page = page_of(request, selectors.trees_for(request.user), 24)
    for tree in page.object_list:
        tree.told = telling.caption(tree)
        tree.cover = next(iter(tree.paintings.all()), None)
    may_paint = selectors.collections_to_paint_in(request.user).exists()
    return render(request, "ink/gallery.html", {"page": page, "may_paint": may_paint})


@require_safe
def detail(request: HttpRequest, pk) -> HttpResponse:
    """One round: its variants, or its job while that runs, and the tree it stands in."""
    return _page(request, selectors.get_round(request.user, pk))


@require_POST
def again(request: HttpRequest, pk) -> HttpResponse:
    """The same order once more, with another seed."""
    shown = selectors.get_round(request.user, pk, selectors.ADD)
    form = AgainForm.of(shown, request.POST)
    if form.is_valid():
        with mistakes_in(form):
            return redirect("generation:round", repeat(request.user, shown, **form.numbers()).pk)
    return _page(request, shown, form)


@require_safe
def recipe(request: HttpRequest, pk) -> HttpResponse:
    """Everything that repeats this round exactly, as a file."""
    shown = selectors.get_round(request.user, pk)
    body = json.dumps(shown.job.recipe, indent=2, ensure_ascii=False)
    named = {"Content-Disposition": f'attachment; filename="recipe-{str(pk)[:8]}.json"'}
    return HttpResponse(body, content_type="application/json", headers=named)


def _page(request: HttpRequest, shown, form: AgainForm | None = None) -> HttpResponse:
    job = shown.job
    variants = [(made, measures(made)) for made in shown.paintings.all()]
    context = {
        "round": shown,
        "caption": telling.caption(shown),
        "asked": telling.asked(shown),
        "variants": variants,
        "wide": any(is_scroll(made.picture) for made, _measures in variants),
        "steps": list(telling.steps(selectors.tree_of(shown))),
        "form": form or AgainForm.of(shown),
        "may_paint": request.user.has_perm(selectors.ADD, shown),
        "job": job,
        "active": job.status in job.ACTIVE,
        "state": snapshot(job, request.user),
        "stages": stages(),
        "workers": workers_alive(),
    }
    return render(request, "ink/round.html", context, status=400 if form else 200)


def is_scroll(picture) -> bool:
    """Whether a picture is walked along rather than zoomed."""
    return picture.width >= SCROLL * picture.height


def measures(made) -> list[dict]:
    """What was measured of a changed painting: each with its bar in 0..100 and the paper's threshold."""
    return [
        {"title": title, "value": value, "bar": round(100 * min(max(value, 0.0), 1.0)), "tick": round(100 * threshold),
         "threshold": threshold, "reached": value >= threshold}
        for field, title, threshold in MEASURES
        if (value := getattr(made, field)) is not None and made.round.parent_id
    ]  # fmt: skip
