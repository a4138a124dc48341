"""The steps of a release, each a POST of its page."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.errors import UserError
from portal.forms import mistakes_in
from review.guardrails import selectors, services
from review.guardrails.content import content_hash, content_of
from review.guardrails.forms_gate import SignForm, WithdrawForm
from review.guardrails.selectors.consent import conditions_of
from review.guardrails.views.releases import page


@require_POST
def judge(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask every check again."""
    return _done(
        request, pk, "view_release", lambda row: services.judge(request.user, row), _("The checks looked again.")
    )


@require_POST
def publish(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Make it public."""
    return _done(request, pk, "publish", lambda row: services.publish(request.user, row), _("It is public now."))


@require_POST
def discard(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Give the draft up."""
    return _done(request, pk, "discard", lambda row: services.discard(request.user, row), _("The draft is discarded."))


@require_POST
def sign(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Sign what was shown."""
    row = selectors.get_release(request.user, pk, "guardrails.sign")
    form = SignForm(request.POST, conditions=conditions_of(row, content_hash(content_of(row, look=False))))
    step = lambda: services.sign(request.user, row, form.cleaned_data["content_hash"], form.confirmed)  # noqa: E731
    return _sent(request, row, form, "sign_form", step, _("You signed it."))


@require_POST
def withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take it back from the public, at once and for good."""
    row = selectors.get_release(request.user, pk, "guardrails.withdraw")
    form = WithdrawForm(request.POST)
    step = lambda: services.withdraw(request.user, row, form.cleaned_data["reason"])  # noqa: E731
    return _sent(request, row, form, "withdraw_form", step, _("It is withdrawn."))


def _done(request: HttpRequest, pk: uuid.UUID, action: str, step: Any, said: str) -> HttpResponse:
    row = selectors.get_release(request.user, pk, f"guardrails.{action}")
    try:
        step(row)
    except UserError as mistake:
        messages.error(request, str(mistake))
    else:
        messages.success(request, said)
    return redirect("guardrails:release", pk)


def _sent(request: HttpRequest, row: Any, form: forms.Form, name: str, step: Any, said: str) -> HttpResponse:
    if form.is_valid():
        with mistakes_in(form):
            step()
            messages.success(request, said)
            return redirect("guardrails:release", row.pk)
    return page(request, selectors.get_release(request.user, row.pk), 400, **{name: form})
