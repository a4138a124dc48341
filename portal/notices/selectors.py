"""Reads of notices: each person's own, and of them those about collections that the person may still see."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from portal.accounts.models import User
from portal.accounts.policy import scope
from portal.notices.models import DEFAULTS, Kind, Notice, Preference

VIEW = "notices.view_notice"


def notices_for(user: User) -> QuerySet[Notice]:
    """The person's notices, the latest first."""
    rows = Notice.objects.filter(person=user).select_related(
        "event__actor", "event__artwork__master", "event__collection"
    )
    return scope(user, VIEW, rows, "event__collection").order_by("-event_id")


def get_notice(user: User, pk: Any) -> Notice:
    """One of the person's notices, else `Http404`."""
    return get_object_or_404(notices_for(user), pk=pk)


def preferences_of(user: User) -> dict[str, str]:
    """When each kind of notice comes by letter, for every kind."""
    chosen = dict(Preference.objects.filter(person=user).values_list("kind", "mail"))
    return {kind: chosen.get(kind, DEFAULTS[kind]) for kind in Kind.values}


def mail_of(people: set[int], kind: str) -> dict[int, str]:
    """When this kind comes by letter, for each of some people; one query."""
    chosen = dict(Preference.objects.filter(person__in=people, kind=kind).values_list("person", "mail"))
    return {pk: chosen.get(pk, DEFAULTS[kind]) for pk in people}
