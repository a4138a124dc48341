"""Reads of the log: what happened in the collections that a person may see, the latest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from portal.accounts.models import Grant, User
from portal.accounts.policy import scope
from portal.audit import wording
from portal.audit.models import Event
from portal.catalogue.models import Artwork, Collection
from portal.exhibitions.models import Exhibition
from restoration.models import Candidate, Mask
from review.models import Seat

VIEW, STUDIES = "audit.view_activity", "review.view_study"
RESULTS = {"study.closed", "study.unblinding_asked", "study.unblinded"}  # events that the page of the result is about
PAGE = 40
Pairs = dict[str, Any]
ALIKE_FROM = 4  # so many of the same in a row are told as one


def events_for(user: User, of: Collection | Artwork | None = None) -> QuerySet[Event]:
    """The events that a person may read of, of one collection or work or of all, the latest first.

    How a study goes is for its coordinators alone: others could tell by it which pictures are scored when.
    """
    rows = Event.objects.select_related("actor", "collection", "artwork__master")
    if isinstance(of, Artwork):
        rows = rows.filter(artwork=of)
    elif of is not None:
        rows = rows.filter(collection=of)
    steered = scope(user, STUDIES, Collection.objects.all(), "self")
    others = Q(action__startswith="study.") & ~Q(collection__in=steered)
    return scope(user, VIEW, rows.exclude(others)).order_by("-id")


def count_events() -> int:
    """How many events the log holds."""
    return Event.objects.count()


def people_in(user: User) -> QuerySet[User]:
    """Who may have done something in the collections that the person may see."""
    seen = scope(user, VIEW, Collection.objects.all(), "self")
    granted = Grant.objects.filter(collection__in=seen).values("user")
    return User.objects.filter(pk__in=granted).order_by("display_name", "username")


def narrowed(rows: QuerySet[Event], who: Any = None, action: str = "", collection: Any = None) -> QuerySet[Event]:
    """Events by a person, of one family of actions ("mask", …), of a collection; what is empty narrows nothing."""
    if who:
        rows = rows.filter(actor=who)
    if action:
        rows = rows.filter(action__startswith=f"{action}.")
    return rows.filter(collection=collection) if collection else rows


def page_before(rows: QuerySet[Event], before: int | None = None, size: int = PAGE) -> tuple[list[Event], int | None]:
    """The latest `size` events older than the event `before`, and what to ask for next; None where nothing is older.

    A page is found by its key and not by counting, so the hundredth costs what the first does.
    """
    found = list((rows.filter(pk__lt=before) if before else rows)[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None


@dataclass(frozen=True)
class Told:
    """An event as a page tells it: the sentence in three parts, the work in the middle leading to `url` ("": nowhere).
    Where there is no work, the whole sentence leads there.

    alike: how many more events of the same kind by the same person follow directly, told with this one.
    """

    event: Event
    before: str
    work: str
    after: str
    url: str
    alike: int = 0

    @property
    def sentence(self) -> str:
        return f"{self.before}{self.work}{self.after}"


def told(events: Iterable[Event], gathered: bool = False) -> list[Told]:
    """Events as a page tells them, in at most four queries; `gathered`: many of the same in a row become one."""
    events = list(events)
    urls = addresses(events)
    rows = []
    for _key, group in groupby(events, key=_kind):
        alike = list(group)
        first = alike[:1] if gathered and len(alike) >= ALIKE_FROM else alike
        rows += [Told(event, *wording.parts(event), urls.get(event.pk, ""), len(alike) - len(first)) for event in first]
    return rows


def by_day(events: Iterable[Event]) -> list[tuple[date, list[Told]]]:
    """Events day by day, many of the same in a row as one."""
    rows = told(events, gathered=True)
    return [(day, list(group)) for day, group in groupby(rows, key=lambda it: localdate(it.event.at))]


def addresses(events: Iterable[Event]) -> dict[int, str]:
    """Where the work in the sentence of each event leads; of what was deleted since there is no address."""
    events = list(events)
    keys: dict[str, set[str]] = {}
    for event in events:
        keys.setdefault(event.subject, set()).add(event.subject_id)
    orders = _pairs(Candidate.objects.filter(pk__in=keys.get("candidate", ())), "restoration_id")
    masks = _pairs(Mask.objects.filter(job__in=keys.get("job", ())), "pk", key="job_id")
    seats = _pairs(Seat.objects.filter(pk__in=keys.get("seat", ())), "state")
    halls = _pairs(Exhibition.objects.filter(pk__in=keys.get("exhibition", ())), "slug")
    found = {event.pk: _address(event, orders, masks, seats, halls) for event in events}
    return {pk: url for pk, url in found.items() if url}


def _address(event: Event, orders: Pairs, masks: Pairs, seats: Pairs, halls: Pairs) -> str:
    key = event.subject_id
    if event.subject == "study":
        return reverse("review:result" if event.action in RESULTS else "review:study", args=[key])
    if event.subject == "seat":
        there = {Seat.State.ACCEPTED: reverse("panel:seat", args=[key]), Seat.State.INVITED: reverse("panel:home")}
        return there.get(seats.get(key), "")
    if event.subject == "candidate" and key in orders:
        return reverse("restoration:detail", args=[orders[key]])
    if event.subject == "job":
        return reverse("restoration:mask", args=[masks[key]]) if key in masks else reverse("jobs:detail", args=[key])
    if event.subject == "release":
        return reverse("guardrails:release", args=[key])
    if event.action == "webhook.disabled":
        return reverse("hooks:webhook", args=[key])
    if event.subject == "concern" or key in halls:
        return reverse(f"curating:{event.subject}", args=[key])
    if event.subject == "collection":
        return reverse("catalogue:collection", args=[key])
    if event.artwork_id is None:
        return ""
    if event.subject == "restoration":
        return reverse("restoration:detail", args=[key])
    if event.subject == "mask":
        return reverse("restoration:mask", args=[key])
    return reverse("catalogue:artwork", args=[event.artwork_id])


def _pairs(rows: QuerySet, value: str, key: str = "pk") -> dict[str, Any]:
    return {str(found): about for found, about in rows.values_list(key, value)}


def _kind(event: Event) -> tuple:
    return event.action, event.actor_id, event.collection_id, localdate(event.at)
