"""Finding things over everything a person may see: works, collections, restorations, paintings from words, jobs.

Every term must occur, in whatever field, whatever its case; a term is what stands between spaces, so a few Chinese
characters are one. No extension of a database is needed. A kind of thing that does not know a filter which was set is
not searched.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from generation.selectors.rounds import rounds_for
from gpu_workers.engines.registry import ENGINES
from gpu_workers.models import Job
from gpu_workers.selectors import jobs_for
from portal.accounts.models import User
from portal.catalogue.models import Artwork, Collection
from portal.catalogue.selectors import artworks_for, collections_for
from portal.phrases import said
from restoration.models import Mask, Restoration
from restoration.selectors import restorations_for

MAX_TERMS, MAX_QUERY = 8, 200
TITLES = ("title", "title_zh")
WORK_FIELDS = (
    *TITLES, "maker", "accession_number", "subjects", "school", "technique", "category", "medium", "holder",
    "period__name_en", "period__name_zh",
)  # fmt: skip
PART_OF_ID = re.compile(r"[0-9a-f]{6,32}")


@dataclass(frozen=True)
class Query:
    """What was asked. `since` and `until` are days, both included; None or "": not narrowed by it."""

    q: str = ""
    collection: Any = None
    period: Any = None
    sacred: bool | None = None
    mask: bool | None = None
    restored: bool | None = None
    engine: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def terms(self) -> list[str]:
        return self.q[:MAX_QUERY].split()[:MAX_TERMS]

    @property
    def filters(self) -> set[str]:
        """The names of the filters that were set."""
        names = ("collection", "period", "sacred", "mask", "restored", "engine", "state", "since", "until")
        return {name for name in names if getattr(self, name) not in (None, "")}

    @property
    def empty(self) -> bool:
        return not self.terms and not self.filters


@dataclass(frozen=True)
class Hit:
    """One thing that was found: its kind ("works", …) and its row."""

    kind: str
    row: Any


@dataclass
class Found:
    """Everything that was found, kind after kind, as a list that is read by slices; `counts`: kind → how many."""

    parts: dict[str, QuerySet]
    counts: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = {kind: rows.count() for kind, rows in self.parts.items()}

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __getitem__(self, asked: slice) -> list[Hit]:
        start, stop = asked.start or 0, len(self) if asked.stop is None else asked.stop
        return list(self._between(start, stop))

    def _between(self, start: int, stop: int) -> Iterator[Hit]:
        before = 0
        for kind, rows in self.parts.items():
            first, last = max(start - before, 0), min(stop - before, self.counts[kind])
            if first < last:
                yield from (Hit(kind, row) for row in rows[first:last])
            before += self.counts[kind]


def find(user: User, query: Query, kind: str = "") -> Found:
    """What a person may see of all that answers a query, or of one kind of it; nothing for an empty query."""
    asked = () if query.empty else [kind] if kind else KINDS
    parts = {}
    for name in asked:
        look, known = KINDS[name]
        if query.filters <= known:
            parts[name] = look(user, query)
    return Found(parts)


def _works(user: User, query: Query) -> QuerySet[Artwork]:
    """Works; those whose title has every term stand first."""
    rows = _dated(artworks_for(user).filter(_all(query.terms, WORK_FIELDS)), query, "created_at")
    if query.collection:
        rows = rows.filter(collection=query.collection)
    if query.period:
        rows = rows.filter(period=query.period)
    if query.sacred is not None:
        rows = rows.filter(sacred=query.sacred)
    if query.mask is not None:
        rows = rows.filter(_is(query.mask, Mask.objects.filter(artwork=OuterRef("pk"))))
    if query.restored is not None:
        rows = rows.filter(_is(query.restored, Restoration.objects.filter(artwork=OuterRef("pk"))))
    return rows.alias(rank=_rank(query)).order_by("rank", "title", "created_at", "pk") if query.terms else rows


def _collections(user: User, query: Query) -> QuerySet[Collection]:
    rows = collections_for(user).filter(_all(query.terms, ("name", "description")))
    return _dated(rows, query, "created_at")


def _restorations(user: User, query: Query) -> QuerySet[Restoration]:
    """Restorations and colour reconstructions, by their engine, their hint and their work."""
    fields = ("engine", "prompt", "artwork__title", "artwork__title_zh", "artwork__accession_number")
    rows = restorations_for(user).filter(_all(query.terms, fields, _engines))
    rows = _dated(rows, query, "created_at")
    if query.collection:
        rows = rows.filter(artwork__collection=query.collection)
    if query.engine:
        rows = rows.filter(engine=query.engine)
    if query.state:
        rows = rows.filter(job__status=query.state)
    return rows.order_by("-created_at", "pk")


def _paintings(user: User, query: Query) -> QuerySet:
    """Rounds of paintings from words, by what was written and what the networks were told."""
    rows = _dated(rounds_for(user).filter(_all(query.terms, ("prompt", "caption"))), query, "created_at")
    if query.collection:
        rows = rows.filter(collection=query.collection)
    return rows.filter(job__status=query.state) if query.state else rows


def _jobs(user: User, query: Query) -> QuerySet[Job]:
    """Jobs, by the beginning of their id."""
    rows = _dated(jobs_for(user), query, "created_at")
    for term in query.terms:
        rows = rows.filter(pk__range=_between(term)) if _between(term) else rows.none()
    if query.collection:
        rows = rows.filter(collection=query.collection)
    if query.engine:
        rows = rows.filter(parameters__engine=query.engine)
    if query.state:
        rows = rows.filter(status=query.state)
    return rows.select_related("restoration").order_by("-created_at", "pk")


Look = Callable[[User, Query], QuerySet]
KINDS: dict[str, tuple[Look, set[str]]] = {  # kind → how it is looked for, and the filters it knows
    "works": (_works, {"collection", "period", "sacred", "mask", "restored", "since", "until"}),
    "collections": (_collections, {"since", "until"}),
    "restorations": (_restorations, {"collection", "engine", "state", "since", "until"}),
    "paintings": (_paintings, {"collection", "state", "since", "until"}),
    "jobs": (_jobs, {"collection", "engine", "state", "since", "until"}),
}


def _all(terms: list[str], fields: tuple[str, ...], also: Callable[[str], Q] | None = None) -> Q:
    """Every term in one of the fields."""
    found = Q()
    for term in terms:
        any_of = Q.create([(f"{name}__icontains", term) for name in fields], connector=Q.OR)
        found &= any_of | also(term) if also else any_of
    return found


def _engines(term: str) -> Q:
    """The engines that people call so, in whatever language."""
    called = [key for key, spec in ENGINES.items() if term.lower() in f"{spec.title} {said(spec.title)}".lower()]
    return Q(engine__in=called)


def _rank(query: Query) -> Case:
    """0: the title is what was asked; 1: it begins so; 2: it has every term; 3: something else has."""
    whole = " ".join(query.terms)
    exact = Q.create([(f"{name}__iexact", whole) for name in TITLES], connector=Q.OR)
    begins = Q.create([(f"{name}__istartswith", whole) for name in TITLES], connector=Q.OR)
    ranks = [When(exact, then=Value(0)), When(begins, then=Value(1)), When(_all(query.terms, TITLES), then=Value(2))]
    return Case(*ranks, default=Value(3), output_field=IntegerField())


def _is(wanted: bool, rows: QuerySet) -> Q:
    return Q(Exists(rows)) if wanted else ~Q(Exists(rows))


def _dated(rows: QuerySet, query: Query, name: str) -> QuerySet:
    if query.since:
        rows = rows.filter(**{f"{name}__date__gte": query.since})
    return rows.filter(**{f"{name}__date__lte": query.until}) if query.until else rows


def _between(term: str) -> tuple[UUID, UUID] | None:
    """The least and the greatest id that begins so; None for what begins none."""
    digits = term.replace("-", "").lower()
    if not PART_OF_ID.fullmatch(digits):
        return None
    return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
