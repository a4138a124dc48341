"""Reads of drafts: each person's own, in collections where that person may draw."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from portal.accounts.models import User
from portal.accounts.policy import scope
from portal.catalogue.files import local_path
from restoration.drafts import tiles
from restoration.drafts.models import DraftTile, MaskDraft
from restoration.models import Mask

ADD_MASK = "restoration.add_mask"


def drafts_for(user: User) -> QuerySet[MaskDraft]:
    """The active drafts of a person, the one drawn on last first."""
    return _own(user).filter(saved_as=None)


def get_draft(user: User, pk: Any) -> MaskDraft:
    """One draft of this person's own, active or saved; `Http404` for any other."""
    return get_object_or_404(_own(user), pk=pk)


def locked(draft: MaskDraft) -> MaskDraft:
    """The draft as it is now, held until the transaction ends; `Http404` when it was discarded.

    Nothing is joined: once PostgreSQL gets the lock it reads the row anew, but not what it joined before it waited.
    """
    return get_object_or_404(MaskDraft.objects.select_for_update(), pk=draft.pk)


def tiles_of(draft: MaskDraft, since: int | None = None) -> QuerySet[DraftTile]:
    """Every tile that marks something, or every one that changed after revision `since`, those wiped clean included."""
    return draft.tiles.filter(marked__gt=0) if since is None else draft.tiles.filter(revision__gt=since)


def tiles_of_mask(mask: Mask) -> Iterator[tiles.Tile]:
    """The tiles of a stored mask that mark something; memory is that of one row of them."""
    with local_path(mask.file) as path:
        yield from tiles.cut(path)


def _own(user: User) -> QuerySet[MaskDraft]:
    drafts = MaskDraft.objects.filter(owner=user).select_related("artwork__collection", "master", "saved_as")
    return scope(user, ADD_MASK, drafts, "artwork__collection")
