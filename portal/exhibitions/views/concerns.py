"""A visitor's report about a work, and the page where its answer appears."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.errors import UserError
from portal.exhibitions import services
from portal.exhibitions.forms import ConcernForm
from portal.exhibitions.placards import placard_of
from portal.exhibitions.selectors import public
from portal.exhibitions.services import concerns
from portal.exhibitions.views.public import not_here
from portal.exhibitions.views.work import left
from portal.exhibitions.visitors import in_their_language


@csrf_exempt  # nobody's session speaks here: what another site could send in a visitor's name, it could send itself
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@in_their_language
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Report a concern about a work on show; leads to the private page of the report."""
    release = public.release_of(pk)
    if release is None:
        return left(request, pk)
    form = ConcernForm(request.POST) if request.method == "POST" else ConcernForm()
    status = 200
    if form.is_valid():
        if form.cleaned_data.pop("website"):
            return HttpResponseRedirect(request.get_full_path())
        try:
            made = services.report(release, visitor=request.META.get("REMOTE_ADDR", ""), **form.cleaned_data)
            return HttpResponseRedirect(concerns.link(made))
        except concerns.TooMany as error:
            form.add_error(None, str(error))
            status = 429
        except UserError as error:
            form.add_error(None, str(error))
    status = status if status == 429 else 400 if form.errors else 200
    return render(request, "exhibitions/report.html", {"form": form, "placard": placard_of(release)}, status=status)


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD"])
@in_their_language
def concern(request: HttpRequest, token: str) -> HttpResponse:
    """A report and what was answered, for whoever has its link."""
    row = concerns.behind(token)
    if row is None:
        return not_here(request)
    address = request.build_absolute_uri(request.path)
    return render(
        request, "exhibitions/concern.html", {"concern": row, "label": placard_of(row.release), "address": address}
    )
