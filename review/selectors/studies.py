"""Reads of the coordinator's pages: studies, what can be taken into them, and who has done how much, without scores."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from generation.models import Painting
from portal.accounts.models import User
from portal.accounts.policy import allowed, find, scope
from portal.catalogue.models import Artwork, Collection
from review.models import Nomination, Seat, Study
from review.services.studies import MANAGE

VIEW, RESULT = "review.view_study", "review.view_result"
SHOWN = 200  # pictures of one kind that are offered at a time


def studies_for(user: User) -> QuerySet[Study]:
    """The studies that a person coordinates, the latest first."""
    rows = scope(user, VIEW, Study.objects.select_related("collection", "created_by"))
    return rows.annotate(
        accepted=Count("seats", filter=Q(seats__state=Seat.State.ACCEPTED), distinct=True),
        pictures=Count("items", distinct=True),
    ).order_by("-created_at")


def get_study(user: User, pk: Any, action: str = VIEW) -> Study:
    """One study for an action: Http404 where the person may not see it, PermissionDenied where not more."""
    rows = Study.objects.select_related("collection", "created_by", "result", "unblinding__asked_by")
    return find(user, rows, pk, view=VIEW, action=action)


def get_result(user: User, pk: Any) -> Study:
    """A closed study with its result, for members of the collection."""
    rows = Study.objects.filter(state=Study.State.CLOSED).select_related("collection", "result", "unblinding__asked_by")
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
             "calibration": item.calibration}
        )  # fmt: skip
    return sorted(rows, key=lambda row: (not row["calibration"], row["title"], str(row["picture"].pk)))


def participation(study: Study, round: int | None) -> list[dict[str, Any]]:
    """How far every accepted expert is in a round, by number: no scores, no pictures."""
    if round is None:
        return []
    shown = Count("presentations", filter=Q(presentations__round=round), distinct=True)
    done = Count(
        "presentations",
        filter=Q(presentations__round=round, presentations__sheet__submitted_at__isnull=False),
        distinct=True,
    )
    rows = study.seats.filter(state=Seat.State.ACCEPTED).annotate(shown=shown, done=done).order_by("label")
    return list(rows.values("label", "shown", "done"))


def calibrated(study: Study) -> list[dict[str, Any]]:
    """The rounds of calibration that are over, each with its statistics by dimension, in the order of the rubric."""
    dimensions = list(study.dimensions.all())
    return [
        {"round": row, "rows": [(it, row.statistics[it.key]) for it in dimensions if it.key in row.statistics]}
        for row in study.calibrations.exclude(closed_at=None)
    ]


def discussed(study: Study) -> dict[str, int]:
    """How far the open round of discussion is: scores that lie apart, and how many of them were answered."""
    rows = study.discussions.filter(closed_at=None)
    counts = rows.aggregate(
        flagged=Count("arguments", filter=Q(arguments__flagged=True)),
        answered=Count("arguments", filter=Q(arguments__flagged=True, arguments__answered_at__isnull=False)),
        discussions=Count("pk", distinct=True),
    )
    return counts


def may_unblind(user: User, study: Study) -> bool:
    return allowed(user, "review.unblind", study)
