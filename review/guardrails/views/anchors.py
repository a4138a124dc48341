"""The anchor of a work, and what scholars let pass."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from portal.catalogue.models import Artwork
from portal.forms import mistakes_in
from review.guardrails.anchoring import anchor_of, judge_reference
from review.guardrails.forms import ExceptionForm
from review.guardrails.selectors import checks as selectors
from review.guardrails.services import exceptions
from review.guardrails.verdict import BLOCKED

MOST_REFERENCES = 100


@require_http_methods(["GET", "HEAD", "POST"])
def anchor(request: HttpRequest, pk) -> HttpResponse:
    """What a work is held to, and every exception; a POST by a scholar makes one."""
    posting = request.method == "POST"
    artwork = selectors.get_anchored(request.user, pk, exceptions.EXCEPT if posting else selectors.VIEW_ANCHOR)
    form = ExceptionForm(request.POST if posting else None, references=_of_other_times(artwork))
    if form.is_valid():
        with mistakes_in(form):
            exceptions.make_exception(request.user, artwork, form.cleaned_data["reason"], **form.about())
            return redirect("checks:anchor", pk)
    context = {
        "artwork": artwork,
        "anchor": anchor_of(artwork),
        "rows": selectors.exceptions_for(request.user).filter(artwork=artwork),
        "may": request.user.has_perm(exceptions.EXCEPT, artwork),
        "member": request.user.has_perm("catalogue.view_artwork", artwork),
        "form": form,
    }
    return render(request, "checks/anchor.html", context, status=400 if form.is_bound else 200)


@require_POST
def withdraw(request: HttpRequest, pk) -> HttpResponse:
    """Take an exception back."""
    row = exceptions.withdraw_exception(request.user, selectors.get_exception(request.user, pk))
    return redirect("checks:anchor", row.artwork_id)


def _of_other_times(artwork: Artwork) -> list[Artwork]:
    """The works of the collection that would be refused as references."""
    held = anchor_of(artwork)
    if held is None:
        return []
    rows = Artwork.objects.filter(collection=artwork.collection_id, master__isnull=False).exclude(pk=artwork.pk)
    rows = rows.filter(period__isnull=False).select_related("period").order_by("title", "pk")[:MOST_REFERENCES]
    return [row for row in rows if judge_reference(held, row).outcome == BLOCKED]
