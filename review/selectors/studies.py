"""Reads of the coordinator's pages: studies, what can be taken into them, and how they calibrated."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from generation.models import Painting
from portal.accounts.models import User
from portal.accounts.policy import allowed, find, scope
from portal.catalogue.models import Artwork, Collection
from review.models import Item, Nomination, Seat, Study
from review.services.studies import MANAGE

VIEW, RESULT = "review.view_study", "review.view_result"
SHOWN = 200  # pictures of one kind that are offered at a time


def studies_for(user: User) -> QuerySet[Study]:
    """The studies that a person coordinates, the latest first."""
    rows = scope(user, VIEW, Study.objects.select_related("collection", "created_by"))
    return _counted(rows).order_by("-created_at", "pk")


def get_study(user: User, pk: Any, action: str = VIEW) -> Study:
    """One study for an action: Http404 where the person may not see it, PermissionDenied where not more."""
    rows = Study.objects.select_related("collection", "created_by", "result", "unblinding__asked_by")
    return find(user, _counted(rows), pk, view=VIEW, action=action)


def get_result(user: User, pk: Any) -> Study:
    """A closed study with its result, for members of the collection."""
    rows = Study.objects.filter(state=Study.State.CLOSED).select_related(
        "collection", "result", "unblinding__asked_by", "unblinding__agreed_by"
    )
    return find(user, rows, pk, view=RESULT, action=RESULT)


def collections_to_study(user: User) -> QuerySet[Collection]:
    """Where a person may set studies up."""
    return scope(user, MANAGE, Collection.objects.all(), "self").order_by("name")


def get_seat(user: User, pk: Any) -> Seat:
    """One seat, for who manages its study."""
    rows = Seat.objects.select_related("study__collection", "user")
    return find(user, rows, pk, view=VIEW, action=MANAGE, path="study__collection")


@dataclass(frozen=True)
class Offered:
    """What can be taken into a study and is not in it yet, each at most `SHOWN`."""

    nominations: list[Nomination]
    paintings: list[Painting]
    artworks: list[Artwork]


def offered(study: Study) -> Offered:
    """Waiting nominations, generated paintings and works with a photograph of the study's collection."""
    here = {"candidate__restoration__artwork__collection": study.collection_id}
    nominations = Nomination.objects.filter(state=Nomination.State.WAITING, **here)
    nominations = nominations.select_related("candidate__picture", "candidate__restoration__artwork")
    paintings = Painting.objects.filter(round__collection=study.collection_id).exclude(items__study=study)
    artworks = Artwork.objects.filter(collection=study.collection_id, master__isnull=False)
    return Offered(
        list(nominations.exclude(candidate__items__study=study).order_by("at")[:SHOWN]),
        list(paintings.select_related("picture", "round").order_by("-pk")[:SHOWN]),
        list(artworks.exclude(items__study=study).select_related("master").order_by("title", "pk")[:SHOWN]),
    )


def chosen(study: Study) -> list[dict[str, Any]]:
    """The pictures of a study by title: what they are, never under which code the panel knows them."""
    related = ("candidate__picture", "candidate__restoration__artwork", "painting__picture", "painting__round",
               "artwork__master")  # fmt: skip
    rows = []
    for item in study.items.select_related(*related):
        picture = (
            item.candidate.picture
            if item.candidate
            else item.painting.picture
            if item.painting
            else item.artwork.master
        )
        title = (
            item.candidate.restoration.artwork
            if item.candidate
            else item.painting.round
            if item.painting
            else item.artwork
        )
        rows.append(
            {"pk": item.pk, "title": str(title), "kind": item.get_origin_display(), "picture": picture,
             "origin": item.origin, "source": item.candidate_id or item.painting_id or item.artwork_id,
             "calibration": item.calibration}
        )  # fmt: skip
    return sorted(rows, key=lambda row: (not row["calibration"], row["title"], str(row["picture"].pk)))


def calibrated(study: Study) -> list[dict[str, Any]]:
    """The rounds of calibration that are over, each with its statistics by dimension, in the order of the rubric."""
    dimensions = list(study.dimensions.all())
    return [
        {"round": row, "rows": [(it, row.statistics[it.key]) for it in dimensions if it.key in row.statistics]}
        for row in study.calibrations.exclude(closed_at=None)
    ]


def may_unblind(user: User, study: Study) -> bool:
    return allowed(user, "review.unblind", study)


def _counted(rows: QuerySet[Study]) -> QuerySet[Study]:
    """With `accepted`, how many experts sit on the panel, and `pictures`, how many items there are."""
    seats = Seat.objects.filter(study=OuterRef("pk"), state=Seat.State.ACCEPTED)
    return rows.annotate(accepted=_number(seats), pictures=_number(Item.objects.filter(study=OuterRef("pk"))))


def _number(rows: QuerySet) -> Coalesce:
    """How many of these rows a study has, counted apart from all other rows."""
    return Coalesce(Subquery(rows.order_by().values("study").annotate(n=Count("pk")).values("n")), 0)
