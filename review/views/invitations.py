"""The page that a letter leads to: accept, decline, or ask for another link. It says nothing to who has no link."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from review.services import people

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the invitation and uses nothing up; POST declines, or accepts and signs in who has no other account."""
    seat = people.seat_of(token)
    if seat is None:
        return render(request, "review/panel/link_over.html", status=410)
    if request.method != "POST":
        return render(request, "review/panel/invitation.html", {"seat": seat, "study": seat.study})
    if request.POST.get("answer") == "decline":
        people.decline(token, request.POST.get("reason", ""))
        return render(request, "review/panel/declined.html", {"study": seat.study})
    if request.POST.get("answer") != "accept":
        raise Http404
    seat = people.accept(token)
    if people.enters_by_letter(seat.user):
        login(request, seat.user, backend=BACKEND)
    return redirect("panel:seat", seat.pk)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def another(request: HttpRequest) -> HttpResponse:
    """Ask for another link: the answer is the same whether the address is of a panel or not."""
    if request.method == "POST":
        people.send_links(request.POST.get("email", ""))
    return render(request, "review/panel/another.html", {"sent": request.method == "POST"})
