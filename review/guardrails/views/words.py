"""The vocabularies, for all who sign in; curators and operators with a site-wide grant add to them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal.forms import mistakes_in
from portal.paging import page_of
from review.guardrails.forms import AnchorTermForm, SacredTermForm
from review.guardrails.models import AnchorTerm, SacredTerm
from review.guardrails.services import vocabulary

SIZE = 60


@require_http_methods(["GET", "HEAD", "POST"])
def anchor_terms(request: HttpRequest) -> HttpResponse:
    """Dated schools, techniques, costumes and objects; ``?q=`` searches, ``?kind=`` narrows. A POST adds one."""
    kinds, kind = AnchorTerm.Kind, request.GET.get("kind", "")
    rows = AnchorTerm.objects.filter(**({"kind": kind} if kind in kinds.values else {}))
    about = {"kinds": kinds.choices, "kind": kind, "name": "kind"}
    return _page(request, rows, AnchorTermForm, vocabulary.add_anchor_term, "checks/words.html", "checks:words", about)


@require_http_methods(["GET", "HEAD", "POST"])
def sacred_terms(request: HttpRequest) -> HttpResponse:
    """The sacred lexicon; ``?q=`` searches, ``?category=`` narrows. A POST adds one."""
    kinds, kind = SacredTerm.Category, request.GET.get("category", "")
    rows = SacredTerm.objects.filter(**({"category": kind} if kind in kinds.values else {}))
    about = {"kinds": kinds.choices, "kind": kind, "name": "category", "refused": SacredTerm.REFUSED}
    to = "checks:sacred-words"
    return _page(request, rows, SacredTermForm, vocabulary.add_sacred_term, "checks/sacred_words.html", to, about)


def _page(
    request: HttpRequest, rows: QuerySet, kind: type, add: Any, template: str, to: str, about: dict[str, Any]
) -> HttpResponse:
    may = request.user.has_perm(vocabulary.EDIT)
    form = kind(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may:
            raise PermissionDenied
        if form.is_valid():
            with mistakes_in(form):
                add(request.user, **form.cleaned_data)
                return redirect(to)
    if query := request.GET.get("q", "").strip()[:100]:
        rows = rows.filter(Q(name_en__icontains=query) | Q(name_zh__icontains=query) | Q(source__icontains=query))
    about |= {"page": page_of(request, rows, SIZE), "query": query, "form": form, "may": may}
    return render(request, template, about, status=400 if form.is_bound else 200)
