"""Notices of communities on a work, and what waits for a cultural consultant."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts.policy import require
from portal.catalogue.selectors import get_artwork
from portal.forms import mistakes_in
from portal.paging import page_of
from review.guardrails import sacred
from review.guardrails.anchoring.gate import texts_of
from review.guardrails.forms import LiftForm, ProtocolForm, RefusalForm, ValidationForm
from review.guardrails.models import Protocol
from review.guardrails.selectors import consent as selectors
from review.guardrails.selectors import get_release
from review.guardrails.services import consent as services


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest, pk) -> HttpResponse:
    """Every notice of a work, those taken off as well; a POST places one."""
    artwork = get_artwork(request.user, pk)
    form = ProtocolForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require(request.user, services.PLACE, artwork)
        if form.is_valid():
            with mistakes_in(form):
                services.place_protocol(request.user, artwork, **form.cleaned_data)
                return redirect("checks:notices", pk)
    return _notices(request, artwork, form, 400 if form.is_bound else 200)


@require_POST
def lift(request: HttpRequest, pk) -> HttpResponse:
    """Take a notice off, on the community's word."""
    row = get_object_or_404(selectors.protocols_for(request.user), pk=pk)
    require(request.user, services.LIFT, row)
    form = LiftForm(request.POST)
    if form.is_valid():
        with mistakes_in(form):
            services.lift_protocol(request.user, row, form.cleaned_data["reason"])
            return redirect("checks:notices", row.artwork_id)
    return _notices(request, row.artwork, ProtocolForm(), 400, lifting=(row, form))


@require_safe
def consultations(request: HttpRequest) -> HttpResponse:
    """What waits for a consultant's word, the oldest first."""
    page = page_of(request, selectors.waiting_for_consultant(request.user))
    said = selectors.consultations_for(request.user)[:12]
    return render(request, "checks/consultations.html", {"page": page, "said": said})


@require_http_methods(["GET", "HEAD", "POST"])
def consultation(request: HttpRequest, pk) -> HttpResponse:
    """A sacred image as it would be shown. ``does=validate`` or ``does=refuse`` says which form a POST is."""
    posting = request.method == "POST"
    release = get_release(request.user, pk, *([selectors.VALIDATE] if posting else []))
    does = request.POST.get("does", "")
    valid = ValidationForm(request.POST if does == "validate" else None, initial={"seen": release.content_hash})
    refusal = RefusalForm(request.POST if does == "refuse" else None)
    if valid.is_valid():
        with mistakes_in(valid):
            data = dict(valid.cleaned_data)
            services.validate(request.user, release, content_hash=data.pop("seen"), **data)
            return redirect("checks:consultations")
    if refusal.is_valid():
        with mistakes_in(refusal):
            services.refuse(request.user, release, **refusal.cleaned_data)
            return redirect("checks:consultations")
    part = selectors.part_of(request.user, release)
    context = {
        "release": release,
        "artwork": release.artwork,
        "found": sacred.findings(release.artwork, *texts_of(release)),
        "texts": texts_of(release),
        "said": selectors.word_of_each(release),
        "protocols": selectors.standing_protocols(release.artwork),
        "may": request.user.has_perm(selectors.VALIDATE, release),
        "part": services.said_part(part) if part else "",
        "valid": valid,
        "refusal": refusal,
    }
    return render(request, "checks/consultation.html", context, status=400 if posting else 200)


def _notices(request: HttpRequest, artwork, form: ProtocolForm, status: int, lifting=None) -> HttpResponse:
    context = {
        "artwork": artwork,
        "rows": selectors.protocols_for(request.user).filter(artwork=artwork),
        "audience": Protocol.Audience(selectors.audience_of(artwork)),
        "may_place": request.user.has_perm(services.PLACE, artwork),
        "may_lift": request.user.has_perm(services.LIFT, artwork),
        "form": form,
        "lifting": lifting,
    }
    return render(request, "checks/notices.html", context, status=status)
