"""Reads of notices: each person's own, and of them those about collections that the person may still see."""

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from portal.accounts.models import User
from portal.accounts.policy import in_token_scope, scope
from portal.catalogue.models import Collection
from portal.notices.models import DEFAULTS, Kind, Notice, Preference

VIEW = "notices.view_notice"


def notices_for(user: User) -> QuerySet[Notice]:
    """The person's notices, the latest first; those of no collection are about what is the person's own."""
    rows = Notice.objects.filter(person=user).select_related(
        "event__actor", "event__artwork__master", "event__collection"
    )
    seen = scope(user, VIEW, Collection.objects.all(), "self")
    own = Q(event__collection=None) if in_token_scope(user, VIEW) else Q(pk=None)
    return rows.filter(Q(event__collection__in=seen) | own).order_by("-event_id")


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
