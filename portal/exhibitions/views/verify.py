"""The page where anybody learns what a file is. Open to all, no cookie, nothing kept; works without a script."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from rest_framework.request import Request

from portal.errors import UserError
from portal.exhibitions import telling
from portal.exhibitions.ai_label import label_of
from portal.exhibitions.checking import Busy, Finding, look_at, too_large
from portal.exhibitions.gathering import facts_of
from portal.exhibitions.visitors import in_their_language
from portal.phrases import said
from portal.throttling import VerifyThrottle

SLACK = 10_000  # bytes of a form around its file
SECRET = "private, no-store"  # noqa: S105  what a visitor's file is stays between them and us


@login_not_required
@csrf_exempt  # it changes nothing, and visitors have no cookie that a token could be compared with
@require_http_methods(["GET", "HEAD", "POST"])
@in_their_language
def verify(request: HttpRequest) -> HttpResponse:
    """A field for a file; what is sent is read, compared, answered and thrown away."""
    if request.method != "POST":
        return _page(request)
    if not VerifyThrottle().allow_request(Request(request), None):
        return _page(request, sentence=_("Those were many files. Wait a minute, then send the next."), status=429)
    try:
        finding = look_at(sent(request))
    except UserError as error:
        return _page(request, sentence=said(str(error)), status=400)
    except Busy:
        return _page(request, sentence=_("Many files are being read at the moment. Try again in a minute."), status=503)
    return _page(request, finding=finding)


def sent(request: HttpRequest) -> UploadedFile:
    """The one file of a request. Raises `UserError` for none, an empty one, or more bytes than are taken."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > settings.VERIFY_MAX_BYTES + SLACK:
        raise UserError(too_large())
    upload = request.FILES.get("file")
    if upload is None:
        raise UserError(_("Choose a file first."))
    if not upload.size:
        raise UserError(_("The file is empty."))
    return upload


def _page(
    request: HttpRequest, *, finding: Finding | None = None, sentence: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"sentence": sentence, "limit": settings.VERIFY_MAX_BYTES}
    if finding:
        context |= {
            "finding": finding,
            "report": finding.report,
            "verdict": telling.verdict(finding),
            "belongs": telling.belongs(finding),
            "signed": telling.when(finding.report.signed),
            "machine": telling.machine(finding.report),
            "actions": telling.actions(finding.report),
            "ingredients": telling.ingredients(finding.report),
            "label": label_of(facts_of(finding.release)) if finding.release else None,
        }
    response = render(request, "exhibitions/verify.html", context, status=status)
    response["Cache-Control"] = SECRET
    return response
