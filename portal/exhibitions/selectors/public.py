"""What visitors may see. Everything public reads here, and everything here begins with the gate's `published()` and
with the exhibitions that are open now: a release that is withdrawn, or an exhibition that closes, is gone at once from
pages, search, manifests, tiles and downloads alike.
"""

from datetime import datetime
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, When
from django.utils import timezone

from portal.catalogue.models import Picture
from portal.exhibitions.models import Exhibition, Hanging
from review.guardrails.models import Release
from review.guardrails.selectors import lapsed, published

MOST_WORKS = 5000  # that search looks through
RELATED = ("exhibition", "section", "release__picture", "release__master", "release__mask")


def exhibitions(now: datetime | None = None) -> QuerySet[Exhibition]:
    """The exhibitions that are open now, or at another moment, the one opened last first."""
    now = now or timezone.now()
    rows = Exhibition.objects.filter(state=Exhibition.State.OPEN, opens_at__lte=now)
    return rows.filter(Q(closes_at=None) | Q(closes_at__gt=now)).order_by("-opens_at", "pk")


def hangings(exhibition: Exhibition | None = None) -> QuerySet[Hanging]:
    """The published works of every open exhibition, in their order; of one exhibition, whatever its state.

    A page of visitors gives an exhibition that came from `exhibitions()`; a preview gives any.
    """
    rows = Hanging.objects.filter(release__in=published().order_by().values("pk")).select_related(*RELATED)
    rows = rows.filter(exhibition=exhibition) if exhibition else rows.filter(exhibition__in=_open())
    return rows.order_by("section__place", "section__pk", "place", "pk")


def releases(now: datetime | None = None) -> QuerySet[Release]:
    """The releases on show: published, and hung in an exhibition that is open now, or at another moment."""
    hung = Hanging.objects.filter(release=OuterRef("pk"), exhibition__in=_open(now))
    return published(now).filter(Exists(hung)).select_related("candidate__restoration", *_PICTURES)


def pictures(now: datetime | None = None) -> QuerySet[Picture]:
    """The pictures of the releases on show, and what those were made from."""
    shown = releases(now).order_by()
    return Picture.objects.filter(Q(pk__in=shown.values("picture")) | Q(pk__in=shown.values("master")))


def exhibition_at(slug: str) -> Exhibition | None:
    """The open exhibition of an address."""
    return exhibitions().filter(slug=slug).first()


def release_of(pk: Any) -> Release | None:
    """A release on show."""
    return releases().filter(pk=pk).first()


def past_exhibition(slug: str) -> Exhibition | None:
    """An exhibition that was open once and is over: its address says so."""
    now = timezone.now()
    over = Q(state=Exhibition.State.CLOSED) | Q(state=Exhibition.State.OPEN, closes_at__lte=now)
    return Exhibition.objects.filter(over, slug=slug, opens_at__lte=now).first()


def gone(pk: Any) -> Release | None:
    """A release that visitors could see and no longer can: withdrawn, only in exhibitions that are over, or hung in one
    that is open while a consultant is asked anew (`asked_anew`).
    """
    rows = Release.objects.filter(state__in=(Release.State.PUBLISHED, Release.State.WITHDRAWN), pk=pk)
    over = Q(exhibition__state=Exhibition.State.CLOSED) | Q(exhibition__closes_at__lte=timezone.now())
    hung = Hanging.objects.filter(release=OuterRef("pk"))
    waits = Q(Exists(hung.filter(exhibition__in=_open())), pk__in=lapsed().values("pk"))
    rows = rows.annotate(asked_anew=Case(When(waits, then=True), default=False, output_field=BooleanField()))
    return rows.filter(Q(state=Release.State.WITHDRAWN) | Q(asked_anew=True) | Exists(hung.filter(over))).first()


_PICTURES = ("artwork__collection", "artwork__period", "picture", "master", "mask")


def _open(now: datetime | None = None) -> QuerySet[Exhibition]:
    return exhibitions(now).order_by().values("pk")
