"""The bars of a study: what a work of it must reach to be published."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.forms import mistakes_in, sent
from review.guardrails.forms_gate import BarsForm
from review.guardrails.panel import bars_of
from review.guardrails.services.bars import set_bars
from review.selectors.studies import get_study


@require_http_methods(["GET", "HEAD", "POST"])
def bars(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Set them while the study is a draft; afterwards they can be read."""
    study = get_study(request.user, pk, *(["review.manage_study"] if request.method == "POST" else []))
    form = BarsForm(*sent(request)[:1], instance=bars_of(study))
    if form.is_valid():
        with mistakes_in(form):
            set_bars(request.user, study, **form.cleaned_data)
            messages.success(request, _("The bars are kept."))
            return redirect("review:study", pk)
    context = {"study": study, "form": form, "bars": bars_of(study)}
    return render(request, "guardrails/bars.html", context, status=400 if form.is_bound else 200)
