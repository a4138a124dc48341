"""What visitors reported, for who works in the collection; curators answer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.exhibitions import services
from portal.exhibitions.forms import AnswerForm
from portal.exhibitions.selectors import editing
from portal.forms import mistakes_in
from portal.paging import page_of


@require_safe
def concerns(request: HttpRequest) -> HttpResponse:
    page = page_of(request, editing.concerns_for(request.user), 30)
    return render(request, "curating/concerns.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def concern(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One report, its answer, and the form for it."""
    row = editing.get_concern(request.user, pk)
    if request.method == "POST":
        row = editing.get_concern(request.user, pk, editing.EDIT)
    form = AnswerForm(request.POST if request.method == "POST" else None, initial={"answer": row.answer})
    if form.is_valid():
        with mistakes_in(form):
            services.answer(request.user, row, form.cleaned_data["answer"])
            messages.success(request, _("The answer stands under the visitor’s link."))
            return redirect("curating:concern", pk)
    context = {"concern": row, "form": form, "may_answer": request.user.has_perm(editing.EDIT, row)}
    return render(request, "curating/concern.html", context, status=400 if form.errors else 200)
