"""Reads of the checks: vocabularies, exceptions, and what waits for a rights officer."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from portal.accounts.models import User
from portal.accounts.policy import find, scope
from portal.catalogue.models import Artwork
from review.guardrails.models import AnchorException, Clearance, Release
from review.guardrails.selectors.consent import held_up_by

VIEW_ANCHOR, CLEAR = "guardrails.view_anchor", "guardrails.clear_rights"


def anchored_works(user: User) -> QuerySet[Artwork]:
    """The works whose anchor a person may see: members', and those of collections where the person is an expert."""
    return scope(user, VIEW_ANCHOR, Artwork.objects.select_related("collection", "period"))


def get_anchored(user: User, pk: Any, action: str = VIEW_ANCHOR) -> Artwork:
    """One of them for an action: Http404 where the person may not see it, PermissionDenied where not more."""
    return find(user, Artwork.objects.select_related("collection", "period"), pk, view=VIEW_ANCHOR, action=action)


def exceptions_for(user: User) -> QuerySet[AnchorException]:
    """The exceptions, standing or taken back, of works whose anchor a person may see."""
    related = ("artwork__collection", "artwork__period", "reference", "term", "period", "by", "withdrawn_by")
    rows = AnchorException.objects.select_related(*related)
    return scope(user, VIEW_ANCHOR, rows, "artwork__collection")


def get_exception(user: User, pk: Any) -> AnchorException:
    """One of them, else Http404."""
    row = exceptions_for(user).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def clearances_for(user: User) -> QuerySet[Clearance]:
    """What rights officers decided of releases that a person may see, the latest first."""
    rows = Clearance.objects.select_related("release__artwork", "by")
    return scope(user, "guardrails.view_release", rows, "release__artwork__collection")


def waiting_for_officer(user: User) -> QuerySet[Release]:
    """Drafts that the check of rights blocks, in the collections of this rights officer."""
    return scope(user, CLEAR, held_up_by("rights"), "artwork__collection")
