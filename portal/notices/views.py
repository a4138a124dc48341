"""Pages of notices: the list, what is unread, letters wanted and unwanted."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from portal.audit.selectors import addresses, told
from portal.forms import mistakes_in, sent
from portal.notices import selectors, services
from portal.notices.forms import PreferenceForm
from portal.notices.letters import person_of
from portal.notices.unread import count_unread
from portal.paging import page_of

PAGE = 30


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """The person's notices; ``?unread=1`` leaves out those that were read."""
    rows = selectors.notices_for(request.user)
    only_unread = request.GET.get("unread") == "1"
    page = page_of(request, rows.filter(read_at=None) if only_unread else rows, PAGE)
    shown = list(page.object_list)
    news = told(notice.event for notice in shown)
    context = {
        "page": page,
        "rows": list(zip(shown, news, strict=True)),
        "only_unread": only_unread,
        "unread": count_unread(request.user),
        "latest": max((notice.event_id for notice in shown), default=0),
    }
    return render(request, "notices/list.html", context)


@never_cache
@require_GET
def unread(request: HttpRequest) -> HttpResponse:
    """How many are unread, for the bell of a page that stays open."""
    return JsonResponse({"unread": count_unread(request.user)})


@never_cache
@require_safe
def go_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a notice is about; from then on it is read."""
    shown = selectors.get_notice(request.user, pk)
    services.mark_read(request.user, shown)
    return redirect(addresses([shown.event]).get(shown.event_id) or "notices:list")


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    services.mark_read(request.user, selectors.get_notice(request.user, pk))
    return redirect("notices:list")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark as read what the page showed and everything older; what came meanwhile stays unread."""
    upto = request.POST.get("upto", "")
    services.mark_all_read(request.user, int(upto) if upto.isascii() and upto.isdigit() and len(upto) < 19 else None)
    return redirect("notices:list")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """What comes by letter, and when."""
    form = PreferenceForm(*sent(request)[:1], initial=selectors.preferences_of(request.user))
    if form.is_valid():
        with mistakes_in(form):
            services.set_preferences(request.user, form.cleaned_data)
            messages.success(request, _("Your choice is saved."))
            return redirect("notices:preferences")
    context = {"form": form, "address": request.user.email}
    return render(request, "notices/preferences.html", context, status=400 if form.errors else 200)


@csrf_exempt  # a mail program posts here (RFC 8058); the signed link is what allows it, and it can only stop letters
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End all letters to the person whose link it is: by a button, or by the one click of a mail program."""
    person = person_of(token)
    if person is None:
        raise Http404
    if request.method == "POST":
        services.stop_letters(person)
    return render(request, "notices/stop.html", {"stopped": request.method == "POST"})
