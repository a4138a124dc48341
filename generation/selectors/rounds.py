"""Reads of paintings made from words and of their rounds, each scoped to what the person may see."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from generation.models import Painting, Round
from portal.accounts.models import User
from portal.accounts.policy import find, scope
from portal.catalogue.models import Collection

VIEW, ADD = "generation.view_painting", "generation.add_painting"
SIMILAR, ACCURATE = 0.70, 0.80  # the paper's thresholds of style similarity and of instruction accuracy


def rounds_for(user: User) -> QuerySet[Round]:
    """The rounds that a person may see, the latest first."""
    return scope(user, VIEW, _rounds()).order_by("-created_at", "pk")


def trees_for(user: User) -> QuerySet[Round]:
    """The first rounds of all trees that a person may see, the latest first, each with `edits`, how many came of it."""
    return rounds_for(user).filter(root=None).annotate(edits=Count("later", distinct=True))


def get_round(user: User, pk: Any, action: str = VIEW) -> Round:
    """One round for an action: Http404 where the person may not see it, PermissionDenied where not more than that."""
    return find(user, _rounds(), pk, view=VIEW, action=action)


def paintings_for(user: User) -> QuerySet[Painting]:
    """The paintings that a person may see."""
    return scope(user, VIEW, _paintings(), "round__collection")


def get_painting(user: User, pk: Any, action: str = VIEW) -> Painting:
    """One painting for an action; refused as `get_round` does."""
    return find(user, _paintings(), pk, view=VIEW, action=action, path="round__collection")


def collections_to_paint_in(user: User) -> QuerySet[Collection]:
    """The collections in which a person may order paintings."""
    return scope(user, ADD, Collection.objects.all(), "self").order_by("name", "pk")


def rounds_of_tree(shown: Round) -> QuerySet[Round]:
    """Every round of the tree that a round belongs to, the first one first; they are all of one collection."""
    first = shown.first
    rounds = _rounds().filter(pk=first.pk) | _rounds().filter(root=first)
    return rounds.order_by("created_at", "pk")


@dataclass
class Branch:
    """A round, its paintings, and the rounds that go on from each of them (by the painting's primary key)."""

    round: Round
    paintings: list[Painting]
    later: dict[Any, list["Branch"]] = field(default_factory=dict)


def tree_of(shown: Round) -> Branch:
    """The whole tree that a round belongs to, in two queries."""
    branches = {row.pk: Branch(row, list(row.paintings.all())) for row in rounds_of_tree(shown)}
    grown = {painting.pk: branch for branch in branches.values() for painting in branch.paintings}
    for branch in branches.values():
        if branch.round.parent_id in grown:
            grown[branch.round.parent_id].later.setdefault(branch.round.parent_id, []).append(branch)
    return branches[shown.first.pk]


def _rounds() -> QuerySet[Round]:
    paintings = Prefetch("paintings", Painting.objects.select_related("picture"))
    rows = Round.objects.select_related("job__owner", "collection", "root", "parent__picture", "parent__round")
    return rows.prefetch_related(paintings)


def _paintings() -> QuerySet[Painting]:
    related = ("round__collection", "round__job", "round__root", "round__parent__picture", "picture")
    return Painting.objects.select_related(*related)
