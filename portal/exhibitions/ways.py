"""Addresses of the pages for visitors: in the language that the present one names, and in a preview the preview's."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.exhibitions.models import Exhibition
from portal.exhibitions.visitors import ASKED
from review.guardrails.models import Release

SHORT = {"en": "en", "zh-hans": "zh"}


def way(request: HttpRequest, name: str, *args: Any, preview: Exhibition | None = None) -> str:
    """The address of a page for visitors: exhibition, section, work, …"""
    if preview is not None and name in ("exhibition", "section", "work"):
        rest = args[1:] if name != "work" else args
        return reverse(f"curating:preview-{name}", args=[preview.pk, *rest]) + _asked(request)
    return reverse(f"exhibitions:{name}", args=args) + _asked(request)


def in_language(request: HttpRequest, language: str) -> str:
    """The present address in another language."""
    query = request.GET.copy()
    query[ASKED] = language
    return f"{request.path}?{query.urlencode()}"


def layers_of(release: Release, preview: Exhibition | None = None) -> list[dict[str, str]]:
    """What can be laid over the picture: where paint is conjecture, and how far the candidates were apart."""
    order = release.candidate.restoration if release.candidate else None
    found = []
    if release.mask:
        note = _("What lies inside the outlines was painted by the engine; all outside is the original.")
        found.append({"name": "conjecture", "key": "m", "title": _("Where it is conjecture"), "note": note})
        address = ("restoration:mask-outline", release.mask_id) if preview else ("exhibitions:conjecture", release.pk)
        found[-1]["address"] = reverse(address[0], args=[address[1]])
    if order and order.uncertainty:
        note = _("The denser the veil, the more the engine’s own attempts differed there.")
        found.append({"name": "uncertainty", "key": "u", "title": _("How uncertain it is"), "note": note})
        address = ("restoration:uncertainty-layer", order.pk) if preview else ("exhibitions:uncertainty", release.pk)
        found[-1]["address"] = reverse(address[0], args=[address[1]])
    return found


def _asked(request: HttpRequest) -> str:
    asked = SHORT.get(getattr(request, "language_asked", ""), "")
    return f"?{ASKED}={asked}" if asked else ""
