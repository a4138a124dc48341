"""The page on which a description is written, and what it says while it is being written."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from generation import checks, wording
from generation.forms.rounds import FORMATS, PromptForm
from generation.lexicon import LONGEST_PROMPT, Adjective
from generation.models import Round
from generation.selectors import rounds as selectors
from generation.services import rounds as services
from generation.words import lexicon
from gpu_workers.selectors import workers_alive
from portal.errors import UserError
from portal.forms import mistakes_in, sent

GROUPS = {
    "category": gettext_lazy("Category"), "theme": gettext_lazy("Theme"), "technique": gettext_lazy("Technique"),
    "motif": gettext_lazy("Things in the picture"), "manner": gettext_lazy("Other manners"),
}  # fmt: skip
AT_ONCE = ("category", "theme", "technique")  # the other groups are folded up at first
SHAPES = {"square": (-9, -9, 18, 18), "hanging": (-6, -12, 12, 24), "hand": (-18, -6, 36, 12)}  # x, y, width, height
EXAMPLES = (
    (("landscape", "thick-ink", "mist", "pines"), ("distant",)),
    (("xieyi", "landscape", "temple", "bridge", "snow"), ("winter",)),
    (("landscape", "blue-and-green", "mountains", "waterfall", "pavilion"), ("majestic",)),
    (("ink-painting", "light-ink", "river", "boat", "willows"), ("spring", "spacious")),
)


@require_http_methods(["GET", "HEAD", "POST"])
def prompt(request: HttpRequest) -> HttpResponse:
    """Describe a painting and order it; ``?collection=``, ``?prompt=`` and ``?repeat=`` fill in what they name."""
    collections = list(selectors.collections_to_paint_in(request.user))
    if not collections:
        raise PermissionDenied(_("Only curators of a collection may paint in it."))
    form = PromptForm(*sent(request), initial=_initial(request), collections=collections)
    if form.is_valid():
        text = wording.with_terms(form.cleaned_data["prompt"], form.cleaned_data["terms"])
        chosen = next(row for row in collections if str(row.pk) == form.cleaned_data["collection"])
        with mistakes_in(form):
            about = {"prompt": text, "format": form.cleaned_data["format"], **form.numbers()}
            return redirect("generation:round", services.order_paintings(request.user, chosen, **about).pk)
    reading = wording.read(_written(form))
    context = {
        "form": form,
        "reading": reading,
        "groups": _groups({*reading.keys, *(form["terms"].value() or ())}),
        "formats": [(key, label, *SHAPES[key], *checks.FORMATS[key]) for key, label in FORMATS.items()],
        "examples": [_example(*keys) for keys in EXAMPLES],
        "workers": workers_alive(),
        "absent": missing(),
    }
    return render(request, "ink/prompt.html", context, status=400 if form.is_bound else 200)


@require_POST
def caption(request: HttpRequest) -> HttpResponse:
    """What `prompt` says, as a piece of a page; `toggle` names a term that is to be added, or taken out."""
    text = request.POST.get("prompt", "")
    if len(text) <= LONGEST_PROMPT:
        text = wording.toggled(text, request.POST.get("toggle", ""))
    return render(request, "ink/reading.html", {"reading": wording.read(text), "text": text})


def missing() -> str:
    """The sentence that says why nothing can be painted on this site, if so."""
    try:
        checks.engine()
    except UserError as problem:
        return str(problem)
    return ""


def _initial(request: HttpRequest) -> dict[str, Any]:
    initial = {key: request.GET[key] for key in ("collection", "prompt") if key in request.GET}
    try:
        repeated = UUID(request.GET.get("repeat", ""))
    except ValueError:
        return initial
    earlier = selectors.rounds_for(request.user).filter(pk=repeated, kind=Round.Kind.PAINT).first()
    if earlier is None:
        return initial
    size = (earlier.change.get("height"), earlier.change.get("width"))
    shape = next((key for key, value in checks.FORMATS.items() if value == size), "square")
    about = {"prompt": earlier.prompt, "count": earlier.count, "format": shape}
    return {**about, "collection": str(earlier.collection_id), **initial}


def _written(form: PromptForm) -> str:
    return str(form["prompt"].value() or "")


def _groups(chosen: set[str]) -> list[dict[str, Any]]:
    """The picker: the terms of each dimension, then the adjectives."""
    words = lexicon()
    known = sorted(words.dimensions, key=lambda key: list(GROUPS).index(key) if key in GROUPS else len(GROUPS))
    rows = [(key, GROUPS.get(key, key), words.dimension(key)) for key in known]
    rows.insert(4, ("adjective", gettext_lazy("Qualities"), list(words.adjectives.values())))
    return [
        {"key": key, "title": title, "open": key in AT_ONCE, "chips": [_chip(row, row.id in chosen) for row in terms],
         "count": sum(row.id in chosen for row in terms)}
        for key, title, terms in rows
    ]  # fmt: skip


def _chip(row: Adjective, on: bool) -> dict[str, Any]:
    here = wording.page_language()
    other = "en" if here == "zh" else "zh"
    return {"key": row.id, "name": row.name(here), "other": row.name(other), "tag": wording.TAGS[other], "on": on}


def _example(terms: tuple[str, ...], adjectives: tuple[str, ...]) -> list[tuple[str, str]]:
    """One example in both languages, that of the page first."""
    codes = sorted(wording.TAGS, key=lambda code: code != wording.page_language())
    return [(wording.TAGS[code], lexicon().compose(terms, adjectives, code)) for code in codes]
