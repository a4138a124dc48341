"""Exhibitions as members see and curators edit them, whatever their state."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from portal.accounts.models import User
from portal.accounts.policy import find, scope
from portal.catalogue.models import Collection
from portal.exhibitions.models import Concern, Exhibition, Hanging, Section
from review.guardrails.models import Release
from review.guardrails.selectors import published

VIEW, EDIT = "exhibitions.view", "exhibitions.edit"
MOST_TO_HANG = 200
HUNG = ("exhibition__collection", "section", "release__artwork__collection", "release__picture", "release__master")


def exhibitions_for(user: User) -> QuerySet[Exhibition]:
    """The exhibitions of a person's collections, each with `works` and `missing` (works without alternative texts)."""
    rows = scope(user, VIEW, Exhibition.objects.select_related("collection", "cover__release__picture"))
    lacking = Q(hangings__alt="") | Q(hangings__alt_zh="")
    rows = rows.annotate(works=Count("hangings"), missing=Count("hangings", filter=lacking))
    return rows.order_by("-updated_at", "pk")


def collections_to_edit(user: User) -> QuerySet[Collection]:
    """Where a person may make exhibitions."""
    return scope(user, EDIT, Collection.objects.all(), "self").order_by("name", "pk")


def get_exhibition(user: User, pk: Any, action: str = VIEW) -> Exhibition:
    """One exhibition for an action: Http404 where the person may not see it, PermissionDenied where not more."""
    return find(user, Exhibition.objects.select_related("collection"), pk, view=VIEW, action=action)


def get_section(user: User, pk: Any, action: str = VIEW) -> Section:
    rows = Section.objects.select_related("exhibition__collection")
    return find(user, rows, pk, view=VIEW, action=action, path="exhibition__collection")


def get_hanging(user: User, pk: Any, action: str = VIEW) -> Hanging:
    return find(
        user, Hanging.objects.select_related(*HUNG), pk, view=VIEW, action=action, path="exhibition__collection"
    )


def sections_of(exhibition: Exhibition) -> list[tuple[Section, list[Hanging]]]:
    """Every section with all that hangs in it, published or not (`seen`: by visitors, when it is open); two queries."""
    rows: dict[Any, tuple[Section, list[Hanging]]] = {row.pk: (row, []) for row in exhibition.sections.all()}
    seen = Exists(published().order_by().filter(pk=OuterRef("release")))
    for hanging in exhibition.hangings.select_related(*HUNG).annotate(seen=seen):
        rows[hanging.section_id][1].append(hanging)
    return list(rows.values())


def to_hang(exhibition: Exhibition) -> QuerySet[Release]:
    """The releases of its collection that do not hang in it yet and can still be seen, published ones first."""
    rows = Release.objects.filter(artwork__collection=exhibition.collection_id, state__in=("draft", "published"))
    rows = rows.exclude(hangings__exhibition=exhibition)
    return rows.select_related("artwork", "picture").order_by("-state", "-prepared_at", "pk")[:MOST_TO_HANG]


def concerns_for(user: User) -> QuerySet[Concern]:
    """What visitors reported about works of a person's collections, unanswered ones first."""
    rows = Concern.objects.select_related("release__artwork__collection", "release__picture", "answered_by")
    return scope(user, VIEW, rows, "release__artwork__collection").order_by(
        F("answered_at").asc(nulls_first=True), "-created_at", "pk"
    )


def get_concern(user: User, pk: Any, action: str = VIEW) -> Concern:
    rows = Concern.objects.select_related("release__artwork__collection", "release__picture", "answered_by")
    return find(user, rows, pk, view=VIEW, action=action, path="release__artwork__collection")
