"""Pages of the review: what waits for a study, and sending candidates there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.policy import scope
from portal.catalogue.models import Collection
from portal.forms import mistakes_in
from portal.paging import page_of
from restoration.selectors import get_candidate
from restoration.views.judging import answer
from review.forms import NominationForm
from review.models import Nomination
from review.selectors import nominations as selectors
from review.services import nominations as services


@require_safe
def nominations(request: HttpRequest) -> HttpResponse:
    """Candidates by work; ``?state=`` shows those that were withdrawn or taken instead of those that wait."""
    state = request.GET.get("state", "")
    state = state if state in Nomination.State.values else Nomination.State.WAITING
    page = page_of(request, selectors.nominations_for(request.user).filter(state=state))
    may = scope(request.user, services.NOMINATE, Collection.objects.all(), "self").values_list("pk", flat=True)
    context = {"page": page, "state": state, "states": Nomination.State.choices, "may_withdraw": set(may)}
    return render(request, "review/nominations.html", context)


@require_POST
def nominate(request: HttpRequest, pk) -> HttpResponse:
    """Send a picked candidate to the panel."""
    candidate = get_candidate(request.user, pk, services.NOMINATE)
    form = NominationForm(request.POST)
    if form.is_valid():
        with mistakes_in(form):
            services.nominate(request.user, candidate, **form.cleaned_data)
            return answer(request, pk)
    return answer(request, pk, form, 400)


@require_POST
def withdraw(request: HttpRequest, pk) -> HttpResponse:
    """Take a candidate back from the panel."""
    nomination = selectors.get_nomination(request.user, pk, services.NOMINATE)
    form = NominationForm({})
    if form.is_valid():
        with mistakes_in(form):
            services.withdraw(request.user, nomination)
            if request.POST.get("list"):
                return redirect("review:nominations")
            return answer(request, nomination.candidate_id)
    return answer(request, nomination.candidate_id, form, 400)
