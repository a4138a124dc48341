"""The page on which an expert scores one picture, what it saves in the background, and the blind picture itself."""

import json
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from portal.errors import UserError
from review.models import Presentation
from review.selectors import panel
from review.services import sheets

MAX_BODY = 200_000


@cache_control(private=True, no_store=True)
@require_safe
def score(request: HttpRequest, code: str) -> HttpResponse:
    """One picture and the rubric. The context is an allow-list: nothing of the item but its code and its place."""
    shown = panel.get_presentation(request.user, code)
    study = shown.seat.study
    places = panel.places(shown.seat, shown.round)
    here = shown.position
    context = {
        "code": shown.code,
        "position": here,
        "places": places,
        "done": sum(place["state"] == "submitted" for place in places),
        "previous": next((place for place in reversed(places) if place["position"] < here), None),
        "following": next((place for place in places if place["position"] > here), None),
        "seat_id": shown.seat_id,
        "study": study,
        "rubric": panel.rubric(study),
        "answers": panel.answered(shown),
        "ask_origin": study.ask_origin,
        "calibration": shown.round > 0,
        "open": panel.open_round(study) == shown.round,
        "side": study.rendition_side,
    }
    return render(request, "review/panel/score.html", context)


@cache_control(private=True, no_store=True)
@require_POST
def save(request: HttpRequest, code: str) -> JsonResponse:
    """Keep a draft: {"content", "version", "request"} → {"version", "saved_at"}; 409 with the present answers."""
    return _answer(request, code, submitting=False)


@cache_control(private=True, no_store=True)
@require_POST
def submit(request: HttpRequest, code: str) -> JsonResponse:
    """Save and make final, in one step; answers where to go next."""
    return _answer(request, code, submitting=True)


@cache_control(private=True, no_store=True)
@require_safe
def picture(request: HttpRequest, code: str) -> HttpResponse:
    """The blind picture under the expert's own name for it; the same few headers for every item."""
    return blind_picture(panel.get_presentation(request.user, code))


@cache_control(private=True, no_store=True)
@require_safe
def example(request: HttpRequest, pk: int) -> HttpResponse:
    """A picture that shows what a level means: the same beside every item."""
    with default_storage.open(panel.get_example(request.user, pk).file.name) as file:
        return HttpResponse(file.read(), content_type="image/jpeg")


def blind_picture(shown: Presentation) -> HttpResponse:
    """The bytes that are the same length for every item of a study."""
    if not shown.item.rendition:
        raise Http404
    with default_storage.open(shown.item.rendition.name) as file:
        return HttpResponse(file.read(), content_type="image/jpeg")


def _answer(request: HttpRequest, code: str, submitting: bool) -> JsonResponse:
    shown = panel.get_presentation(request.user, code)
    sent, version = _sent(request), None
    try:
        sheet = sheets.save(request.user, shown, sent["content"], sent["version"], sent["request"])
        version = sheet.version
        if submitting:
            sheet = sheets.submit(request.user, shown, sheet.version, None)
    except sheets.Conflicting as problem:
        return JsonResponse({"detail": str(problem), **panel.answered(shown)}, status=409)
    except UserError as problem:  # what was saved stays saved: `version` is the present one then
        return JsonResponse({"detail": str(problem), "version": version}, status=400)
    answer: dict[str, Any] = {
        "version": sheet.version,
        "saved_at": sheet.saved_at.isoformat() if sheet.saved_at else None,
    }
    if submitting:
        following = panel.tasks(shown.seat)["next"]
        there = (
            reverse("panel:score", args=[following["code"]])
            if following
            else reverse("panel:seat", args=[shown.seat_id])
        )
        answer["next"] = there
    return JsonResponse(answer)


def _sent(request: HttpRequest) -> dict[str, Any]:
    try:
        if len(request.body) > MAX_BODY:
            raise ValueError
        sent = json.loads(request.body)
        content, version, request_id = sent["content"], sent["version"], UUID(str(sent["request"]))
        if type(version) is not int:
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Http404 from None
    return {"content": content, "version": version, "request": request_id}
