"""The words of a section and of a work that hangs; taking a work down, and withdrawing it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.errors import UserError
from portal.exhibitions import services
from portal.exhibitions.forms import HangingForm, SectionForm, WithdrawForm
from portal.exhibitions.placards import placard_of
from portal.exhibitions.selectors import editing
from portal.forms import mistakes_in, sent
from review.guardrails.services import withdraw as withdraw_release

EDIT = editing.EDIT
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
def section(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = editing.get_section(request.user, pk, EDIT)
    form = SectionForm(*(sent(request)[:1] or [None]), instance=row)
    if form.is_valid():
        with mistakes_in(form):
            services.change_section(request.user, row, **form.cleaned_data)
            messages.success(request, _("The section is saved."))
            return redirect("curating:exhibition", row.exhibition_id)
    context = {"form": form, "section": row, "exhibition": row.exhibition}
    return render(request, "curating/section.html", context, status=400 if form.errors else 200)


@require_POST
def section_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = editing.get_section(request.user, pk, EDIT)
    try:
        services.remove_section(request.user, row)
        messages.success(request, _("The section is gone; its works hang in the next one."))
    except UserError as error:
        messages.error(request, str(error))
    return redirect("curating:exhibition", row.exhibition_id)


@read_or_write
def hanging(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is read beside a work, and what a screen reader says of it."""
    row = editing.get_hanging(request.user, pk, EDIT)
    form = HangingForm(*(sent(request)[:1] or [None]), instance=row)
    if form.is_valid():
        with mistakes_in(form):
            services.change_hanging(request.user, row, **form.cleaned_data)
            messages.success(request, _("The words are saved."))
            return redirect("curating:exhibition", row.exhibition_id)
    context = {"form": form, "hanging": row, "exhibition": row.exhibition, "placard": placard_of(row.release),
               "withdrawal": WithdrawForm()}  # fmt: skip
    return render(request, "curating/hanging.html", context, status=400 if form.errors else 200)


@require_POST
def take_down(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = editing.get_hanging(request.user, pk, EDIT)
    services.take_down(request.user, row)
    messages.success(request, _("The work is taken down."))
    return redirect("curating:exhibition", row.exhibition_id)


@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Withdraw the release itself: at once and for good, from every exhibition."""
    row = editing.get_hanging(request.user, pk, EDIT)
    try:
        withdraw_release(request.user, row.release, request.POST.get("reason", ""))
        messages.success(request, _("The work is withdrawn: its page, pictures and manifests are gone."))
    except UserError as error:
        messages.error(request, str(error))
    return redirect("curating:exhibition", row.exhibition_id)


@require_POST
def cover(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have this work stand for the exhibition."""
    row = editing.get_hanging(request.user, pk, EDIT)
    services.change(request.user, row.exhibition, cover=row)
    messages.success(request, _("This work now stands for the exhibition."))
    return redirect("curating:exhibition", row.exhibition_id)
