"""Releases for visitors, for members, and the evidence that counts."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.policy import find, scope
from portal.catalogue.models import Artwork, Collection
from review.guardrails.models import Consultation, Evidence, Release

VIEW = "guardrails.view_release"
PATH = "artwork__collection"
RELATED = ("artwork__collection", "artwork__period", "picture", "master", "mask")


def published(now: datetime | None = None) -> QuerySet[Release]:
    """What the public may see, the latest first. The only way in: pages, manifests, tiles and downloads start here."""
    rows = Release.objects.filter(state=Release.State.PUBLISHED).exclude(_run_out(now)).select_related(*RELATED)
    return rows.order_by("-published_at", "pk")


def lapsed() -> QuerySet[Release]:
    """What was published and is not seen, because a consultant validated it until a day that is over: asked anew, it is
    seen again."""
    return Release.objects.filter(_run_out(), state=Release.State.PUBLISHED)


def published_for(artwork: Artwork) -> QuerySet[Release]:
    """What the public may see of one work: at most one release of each kind."""
    return published().filter(artwork=artwork)


def releases_for(user: User, of: Collection | Artwork | None = None) -> QuerySet[Release]:
    """The releases that a member may see, of one collection or work or of all, the latest first."""
    rows = scope(user, VIEW, _releases(), PATH)
    if isinstance(of, Artwork):
        rows = rows.filter(artwork=of)
    elif of is not None:
        rows = rows.filter(artwork__collection=of)
    return rows.order_by("-prepared_at", "pk")


def get_release(user: User, pk: Any, action: str = VIEW) -> Release:
    """One release for an action: Http404 where the person may not see it, PermissionDenied where not more."""
    return find(user, _releases(), pk, view=VIEW, action=action, path=PATH)


def newest(release: Release) -> dict[str, Evidence]:
    """The newest evidence of each check, of whatever content; one query."""
    return {row.name: row for row in Evidence.objects.filter(release=release).order_by("id")}


def _run_out(now: datetime | None = None) -> Exists:
    said = Consultation.objects.filter(release=OuterRef("pk"), content_hash=OuterRef("content_hash"), validated=True)
    over = Q(expires_on__lt=timezone.localdate(now))
    return Exists(said.filter(over)) & ~Exists(said.exclude(over))


def _releases() -> QuerySet[Release]:
    return Release.objects.select_related(*RELATED, "prepared_by", "published_by", "withdrawn_by")
