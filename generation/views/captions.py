"""Pages of the caption review: what is left, one caption at a time, an arbiter's decision, the result."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from generation.corpus.agreement import KAPPA_BAR
from generation.forms.captions import DecisionForm, ScoreForm
from generation.models import CaptionSample
from generation.selectors import captions as selectors
from generation.services import captions as services
from generation.words import lexicon
from portal.accounts.policy import require
from portal.catalogue.downloads import send
from portal.catalogue.models import Collection
from portal.forms import mistakes_in, sent

MARKS = (
    (1, _("does not fit")),
    (2, _("fits badly")),
    (3, _("fits in part")),
    (4, _("fits well")),
    (5, _("fits fully")),
)
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The collections with captions, and how many of each the person has scored."""
    return render(request, "generation/overview.html", {"collections": selectors.collections_for(request.user)})


@require_safe
def collection(request: HttpRequest, pk) -> HttpResponse:
    """What is left for this person in one collection."""
    shown = selectors.get_collection(request.user, pk)
    arbiter = request.user.has_perm(selectors.ARBITRATE, shown)
    context = {
        "collection": shown,
        "total": shown.caption_samples.count(),
        "left": selectors.left_for(request.user, shown).count(),
        "may_score": request.user.has_perm(selectors.SCORE, shown),
        "may_decide": arbiter,
        "waiting": selectors.agreement(shown).waiting if arbiter else [],
        "may_see_result": request.user.has_perm(selectors.RESULT, shown),
    }
    return render(request, "generation/collection.html", context)


@require_safe
def following(request: HttpRequest, pk) -> HttpResponse:
    """On to the next caption that the person has not scored, or back to the overview when there is none."""
    return _next(request, selectors.get_collection(request.user, pk, selectors.SCORE))


def _next(request: HttpRequest, shown: Collection) -> HttpResponse:
    following = selectors.left_for(request.user, shown).first()
    if following:
        return redirect("generation:sample", following.pk)
    messages.success(request, _("You have scored every caption of this collection."))
    return redirect("generation:collection", shown.pk)


@read_or_write
def sample(request: HttpRequest, pk) -> HttpResponse:
    """One picture with its caption; a score leads on to the next."""
    shown = selectors.get_sample(request.user, pk)
    if request.method == "POST":
        require(request.user, selectors.SCORE, shown)
    form = ScoreForm(*sent(request))
    if form.is_valid():
        with mistakes_in(form):
            services.score_caption(request.user, shown, form.cleaned_data["score"])
            response = _next(request, shown.collection)
            response["Location"] += f"?before={shown.pk}"
            return response
    mine = shown.scores.filter(validator=request.user).first()
    may_score = request.user.has_perm(selectors.SCORE, shown)
    context = _about(shown) | {
        "form": form,
        "mine": mine.score if mine else None,
        "may_score": may_score,
        "left": selectors.left_for(request.user, shown.collection).count() if may_score else 0,
        "before": _before(request, shown),
    }
    return render(request, "generation/sample.html", context, status=400 if form.errors else 200)


@read_or_write
def decide(request: HttpRequest, pk) -> HttpResponse:
    """An arbiter decides on a caption; the scores stand there without names."""
    shown = selectors.get_sample(request.user, pk, selectors.ARBITRATE)
    form = DecisionForm(*sent(request))
    if form.is_valid():
        with mistakes_in(form):
            services.arbitrate(request.user, shown, **form.cleaned_data)
            messages.success(request, _("The decision is kept."))
            return redirect("generation:collection", shown.collection_id)
    given = sorted(shown.scores.values_list("score", flat=True))
    context = _about(shown) | {"form": form, "given": given, "may_score": True}
    return render(request, "generation/decide.html", context, status=400 if form.errors else 200)


@require_safe
def result(request: HttpRequest, pk) -> HttpResponse:
    """How far the validators agree, and what went to the arbiter."""
    shown = selectors.get_collection(request.user, pk, selectors.RESULT)
    found = selectors.agreement(shown)
    context = {
        "collection": shown,
        "found": found,
        "bar": KAPPA_BAR,
        "disputed": selectors.without_unscored(request.user, found, shown),
    }
    return render(request, "generation/result.html", context)


@require_safe
def picture(request: HttpRequest, pk) -> HttpResponseBase:
    """The prepared picture of a caption."""
    shown = selectors.get_sample(request.user, pk)
    return send(request, shown.picture, "image/webp", etag=str(shown.picture.name).rpartition("/")[2])


def _about(shown: CaptionSample) -> dict[str, Any]:
    """What both pages of a caption show: it in both languages, its terms in that of the page."""
    words, language = lexicon(), "zh" if (get_language() or "en").startswith("zh") else "en"
    known = [key for key in (*shown.terms, *shown.adjectives) if key in words.terms or key in words.adjectives]
    terms, adjectives = ([key for key in known if key in rows] for rows in (words.terms, words.adjectives))
    return {
        "sample": shown,
        "collection": shown.collection,
        "captions": [(tag, words.compose(terms, adjectives, code)) for tag, code in (("en", "en"), ("zh-Hans", "zh"))],
        "chips": [words.name(key, language) for key in known],
        "marks": MARKS,
    }


def _before(request: HttpRequest, shown: CaptionSample) -> str:
    """The address of the caption scored just before this one, to go back to; empty where there is none."""
    try:
        before = UUID(request.GET.get("before", ""))
    except ValueError:
        return ""
    rows = CaptionSample.objects.filter(pk=before, collection=shown.collection, scores__validator=request.user)
    return reverse("generation:sample", args=[before]) if before != shown.pk and rows.exists() else ""
