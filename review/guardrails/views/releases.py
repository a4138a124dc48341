"""Releases as members see them: a list, one with all that it tells and what blocks it, and the beginning of one."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.policy import scope
from portal.catalogue.models import Collection
from portal.catalogue.selectors import get_artwork
from portal.forms import mistakes_in, sent
from portal.paging import page_of
from review.guardrails import checks, selectors, services
from review.guardrails.content import content_hash, content_of
from review.guardrails.forms_gate import PrepareForm, SignForm, WithdrawForm
from review.guardrails.models import Release
from review.guardrails.seal import seal_words
from review.guardrails.selectors.consent import conditions_of

LISTED = ("draft", "published", "withdrawn", "discarded")


@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """What is prepared, public or withdrawn, and asked for, discarded; ``?state=`` and ``?collection=`` narrow it."""
    rows = selectors.releases_for(request.user)
    mine = scope(request.user, selectors.VIEW, Collection.objects.all(), "self")
    here = next((it for it in mine if str(it.pk) == request.GET.get("collection")), None)
    state = request.GET.get("state") if request.GET.get("state") in LISTED else ""
    rows = rows.filter(state=state) if state else rows.exclude(state=Release.State.DISCARDED)
    rows = rows.filter(artwork__collection=here) if here else rows
    context = {
        "page": page_of(request, rows), "state": state, "states": Release.State.choices, "collections": mine,
        "here": here,
    }  # fmt: skip
    return render(request, "guardrails/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def prepare(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose what of a work is to be published; it is judged at once."""
    artwork = get_artwork(request.user, pk)
    choices = selectors.publishable(request.user, artwork)
    form = PrepareForm(*sent(request)[:1], choices=choices)
    if request.method == "POST":
        artwork = get_artwork(request.user, pk, "guardrails.prepare")
        if form.is_valid():
            with mistakes_in(form):
                made = services.prepare(request.user, artwork, form.cleaned_data["what"])
                services.judge(request.user, made)
                return redirect("guardrails:release", made.pk)
    context = {"artwork": artwork, "choices": choices, "form": form,
               "may_prepare": request.user.has_perm("guardrails.prepare", artwork)}  # fmt: skip
    return render(request, "guardrails/prepare.html", context, status=400 if form.is_bound else 200)


@require_safe
def release(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One release: what would be public, what each check says, who signed, and what still blocks it."""
    return page(request, selectors.get_release(request.user, pk))


def page(request: HttpRequest, row: Release, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of a release, with forms that were sent wrongly."""
    draft = row.state == Release.State.DRAFT
    told = content_of(row, look=False)
    digest = content_hash(told)
    shown = told if draft else row.shown
    signatures = services.standing(row, digest) if draft else list(row.signatures.select_related("signer"))
    said = services.verdicts(row, digest if draft else row.content_hash)
    blocking = services.what_blocks(request.user, row)
    person, current = request.user, row.content_hash == digest
    unsigned = not any(it.signer_id == person.pk for it in signatures)
    steps = ("prepare", "sign", "publish", "discard", "withdraw")
    may = {name: person.has_perm(f"guardrails.{name}", row) for name in steps}
    conditions = conditions_of(row, digest if draft else row.content_hash)
    context = {
        "release": row, "artwork": row.artwork, "shown": shown, "draft": draft, "current": current,
        "seal": seal_words(digest if draft else row.content_hash), "digest": digest if draft else row.content_hash,
        "said": [(checks.NAMES[verdict.check], verdict) for verdict in said], "blocking": blocking,
        "signatures": signatures, "conditions": conditions, "may": may,
        "may_publish": draft and may["publish"] and not blocking,
        "may_sign": draft and may["sign"] and unsigned and not any(it.check in checks.NAMES for it in blocking),
        "sign_form": SignForm(initial={"content_hash": digest}, conditions=conditions),
        "withdraw_form": WithdrawForm(), **forms,
    }  # fmt: skip
    return render(request, "guardrails/release.html", context, status=status)
