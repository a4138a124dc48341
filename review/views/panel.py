"""The experts' pages: what to do next, the declarations before the start, and discussions. Nothing else is theirs."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.errors import UserError
from review.models import Seat
from review.selectors import panel
from review.selectors.differences import differences
from review.services import delphi, people


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The studies in which the person has a seat."""
    seats = list(panel.places_of(request.user)[:100])
    context = {
        "seats": [seat for seat in seats if seat.state == Seat.State.ACCEPTED],
        "invitations": [seat for seat in seats if seat.state == Seat.State.INVITED],
    }
    return render(request, "review/panel/home.html", context)


@require_POST
def answer(request: HttpRequest, pk) -> HttpResponse:
    """Accept or decline an invitation without its letter, as who is signed in."""
    found = panel.get_place(request.user, pk)
    if request.POST.get("answer") == "decline":
        people.decline_own(request.user, found, request.POST.get("reason", ""))
        return redirect("panel:home")
    if request.POST.get("answer") != "accept":
        raise Http404
    return redirect("panel:seat", people.accept_own(request.user, found).pk)


@never_cache
@require_safe
def seat(request: HttpRequest, pk) -> HttpResponse:
    """What there is to do in one study, with the own answers of the open round."""
    own = panel.get_seat(request.user, pk)
    tasks = panel.tasks(own)
    context = {"seat": own, "study": own.study, "tasks": tasks, "differences": differences(own, tasks["round"])}
    return render(request, "review/panel/seat.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def conflicts(request: HttpRequest, pk) -> HttpResponse:
    """Is there a conflict of interest about any of these pictures? What the portal knows is marked."""
    own = panel.get_seat(request.user, pk)
    known = {row.item_id: row for row in own.conflicts.all()}
    items = [{"code": item.code, "answer": known.get(item.pk)} for item in own.study.items.all()]
    if request.method == "POST":
        answers = {item["code"]: request.POST.get(item["code"]) for item in items}
        if any(answer not in ("yes", "no") for code, answer in answers.items() if not _ruled(items, code)):
            raise UserError(_("Answer for every picture: a conflict, or none."))
        given = {code: answer == "yes" for code, answer in answers.items() if answer in ("yes", "no")}
        people.declare(request.user, own, given, request.POST.get("note", ""))
        return redirect("panel:seat", own.pk)
    return render(request, "review/panel/conflicts.html", {"seat": own, "study": own.study, "items": items})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest, pk) -> HttpResponse:
    """Steps of gray at both ends: how many can the expert tell apart on this display?"""
    own = panel.get_seat(request.user, pk)
    if request.method == "POST":
        numbers = {name: _whole(request.POST.get(name)) for name in ("dark", "light", "width", "height")}
        answers = {**numbers, "ratio": request.POST.get("ratio", "")[:10], "neutral": "neutral" in request.POST}
        people.check_display(request.user, own, answers)
        return redirect("panel:seat", own.pk)
    steps = range(people.GRAY_STEPS)
    return render(request, "review/panel/display.html", {"seat": own, "study": own.study, "steps": steps})


@never_cache
@require_safe
def discussion(request: HttpRequest, pk: int) -> HttpResponse:
    """One outlying score: the own one, how the others scored, their reasons without names."""
    argument = panel.get_argument(request.user, pk)
    picture = argument.seat.presentations.filter(item=argument.discussion.item, round=0).first()
    own = panel.own_score(argument)
    context = {"argument": argument, "seat": argument.seat, "study": argument.discussion.study, "picture": picture}
    return render(request, "review/panel/discussion.html", context | {"own": own, "heard": panel.heard(argument)})


@require_POST
def argue(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep or change the own score with a reason, or answer as one of the others."""
    argument = panel.get_argument(request.user, pk)
    text = request.POST.get("text", "")
    if argument.flagged:
        after = _whole(request.POST.get("after"))
        delphi.argue(request.user, argument, after if after is not None else 0, text)
    else:
        delphi.answer(request.user, argument, text)
    return redirect("panel:seat", argument.seat_id)


@require_POST
def leave(request: HttpRequest, pk) -> HttpResponse:
    """Leave the panel, with a reason for the coordinator."""
    own = panel.get_seat(request.user, pk)
    people.withdraw(request.user, own, request.POST.get("reason", ""))
    return redirect("panel:home")


def _ruled(items: list[dict], code: str) -> bool:
    return any(item["code"] == code and item["answer"] and item["answer"].by_rule for item in items)


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None
