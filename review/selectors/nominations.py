"""Reads of the review, each scoped to what the person may see."""

from typing import Any

from django.db.models import QuerySet

from portal.accounts.models import User
from portal.accounts.policy import find, scope
from review.models import Nomination

VIEW = "review.view_nominations"
PATH = "candidate__restoration__artwork__collection"


def nominations_for(user: User) -> QuerySet[Nomination]:
    """The nominations that a person may see, those of one work together, the earliest first."""
    rows = scope(user, VIEW, _nominations(), PATH)
    work = "candidate__restoration__artwork"
    return rows.order_by(f"{work}__title", f"{work}__pk", "at", "pk")


def get_nomination(user: User, pk: Any, action: str = VIEW) -> Nomination:
    """One nomination for an action: Http404 where the person may not see it, PermissionDenied where not more."""
    return find(user, _nominations(), pk, view=VIEW, action=action, path=PATH)


def live_nominations(user: User, candidates: Any) -> dict[Any, Nomination]:
    """The live nominations of some candidates that a person may see, by the candidate's key; one query."""
    rows = scope(user, VIEW, Nomination.objects.select_related("by"), PATH)
    live = rows.filter(candidate__in=candidates).exclude(state=Nomination.State.WITHDRAWN)
    return {row.candidate_id: row for row in live}


def _nominations() -> QuerySet[Nomination]:
    related = ("candidate__restoration__artwork__collection", "candidate__restoration__artwork__period")
    return Nomination.objects.select_related(*related, "candidate__picture", "by", "ended_by")
