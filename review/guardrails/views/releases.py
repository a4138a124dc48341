"""A release as a member sees it before it is public."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from review.guardrails import selectors, services


@require_GET
def release(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One release: what would be public, and what still blocks it."""
    row = selectors.get_release(request.user, pk)
    blocking = services.what_blocks(request.user, row)
    return render(request, "guardrails/release.html", {"release": row, "blocking": blocking})
