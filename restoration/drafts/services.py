"""Drawing a mask: open a draft, lay patches over it, or discard it; saving is in `saving.py`.

Windows of one draft may send patches at the same moment. Each is taken in under the lock of the draft's row, pixel by
pixel over what is there, so that none undoes another's strokes.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import require
from portal.catalogue.models import Artwork, Picture
from portal.errors import UserError
from restoration.checks import check_feather, master_of
from restoration.drafts import tiles
from restoration.drafts.models import DraftPatch, DraftTile, MaskDraft
from restoration.drafts.selectors import ADD_MASK, drafts_for, locked, tiles_of_mask
from restoration.models import Mask

MAX_DRAFTS = 50  # unfinished ones of a person
MAX_TILES = 600  # of a patch
ROWS = 100  # written at once


class DraftConflict(UserError):
    """What is asked for does not fit what has become of the draft, or of its master, since."""


class SentTile(NamedTuple):
    """A tile of a patch as it was sent: column, row, and the bytes of a PNG."""

    x: int
    y: int
    png: bytes


def open_draft(
    user: User, artwork: Artwork, *, based_on: Mask | None = None, restart: bool = False
) -> tuple[MaskDraft, bool]:
    """The person's active draft of an artwork, and whether it is new.

    based_on: the mask of the present master that a new draft starts from, else it starts empty. restart: discard the
    draft that is there and begin anew. Raises `DraftConflict` for a draft of an earlier master.
    """
    require(user, ADD_MASK, artwork)
    master = master_of(artwork)
    mine = drafts_for(user)
    if not restart and (there := mine.filter(artwork=artwork).first()):
        return _of_present_master(there, artwork), False
    rows = _rows_of(based_on, artwork) if based_on else []
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # one at a time
        if there := mine.filter(artwork=artwork).first():
            if not restart:
                return _of_present_master(there, artwork), False
            there.delete()
        if mine.count() >= MAX_DRAFTS:
            raise UserError(_("You have %(most)d unfinished drafts; save or discard one first.") % {"most": MAX_DRAFTS})
        draft = MaskDraft.objects.create(
            owner=user, artwork=artwork, master=master, based_on=based_on, feather=based_on.feather if based_on else 0
        )
        for row in rows:
            row.draft = draft
        DraftTile.objects.bulk_create(rows, batch_size=ROWS)
    return draft, True


def apply_patch(user: User, draft: MaskDraft, patch: UUID, sent: Sequence[SentTile]) -> int:
    """Lay the tiles of a patch over the draft, all or none, and return the draft's revision.

    A patch that was taken in before changes nothing. Raises `UserError` with a sentence for a tile that is not in the
    picture, comes twice or is no tile of labels, `DraftConflict` for a draft that was saved meanwhile.
    """
    require(user, ADD_MASK, draft)
    changes = _decoded(draft.master, sent)
    with transaction.atomic():
        draft = active(locked(draft))
        _taken, new = DraftPatch.objects.get_or_create(draft=draft, patch=patch)
        if new:
            draft.revision += 1
            draft.save(update_fields=["revision", "updated_at"])
            _lay(draft, changes)
    return draft.revision


def describe_draft(user: User, draft: MaskDraft, *, note: str | None = None, feather: int | None = None) -> MaskDraft:
    """Keep the note and the feather that the person is going to save the draft with; None leaves one as it is."""
    require(user, ADD_MASK, draft)
    with transaction.atomic():
        draft = active(locked(draft))
        draft.note = draft.note if note is None else note[:500]
        draft.feather = draft.feather if feather is None else check_feather(feather)
        draft.save(update_fields=["note", "feather", "updated_at"])
    return draft


def discard_draft(user: User, draft: MaskDraft) -> None:
    """Throw an active draft away; of a saved one there is nothing left to throw away."""
    require(user, ADD_MASK, draft)
    MaskDraft.objects.filter(pk=draft.pk, saved_as=None).delete()


def active(draft: MaskDraft) -> MaskDraft:
    """The draft, unless it was saved."""
    if draft.saved_as is not None:
        raise DraftConflict(
            _("This draft was saved as version %(version)d; open a new one to draw on.")
            % {"version": draft.saved_as.version}
        )
    return draft


def _of_present_master(draft: MaskDraft, artwork: Artwork) -> MaskDraft:
    if draft.master_id != artwork.master_id:
        raise DraftConflict(
            _("Your draft was drawn on an earlier photograph of this work; discard it to draw on the present one.")
        )
    return draft


def _rows_of(mask: Mask, artwork: Artwork) -> list[DraftTile]:
    """The tiles that a draft starts with, not saved yet."""
    if mask.artwork_id != artwork.pk:
        raise UserError(_("This mask belongs to another artwork."))
    if mask.master_id != artwork.master_id:
        raise UserError(_("This mask was made for an earlier master; make a new version for the present one."))
    try:
        return [_row(tile, 0) for tile in tiles_of_mask(mask)]
    except FileNotFoundError:
        raise UserError(_("The file of the mask is missing from the archive.")) from None


def _decoded(master: Picture, sent: Sequence[SentTile]) -> list[tiles.Tile]:
    if not 1 <= len(sent) <= MAX_TILES:
        raise UserError(_("A patch has 1 to %(most)d tiles.") % {"most": MAX_TILES})
    if len({(x, y) for x, y, _png in sent}) < len(sent):
        raise UserError(_("A patch names each tile once."))
    changes = []
    for x, y, png in sent:
        size = tiles.size_of(x, y, master.width, master.height)
        if size is None:
            raise UserError(_("The picture has no tile in column %(x)d, row %(y)d.") % {"x": x, "y": y})
        changes.append(tiles.Tile(x, y, tiles.decode_patch(png, size)))
    return changes


def _lay(draft: MaskDraft, changes: list[tiles.Tile]) -> None:
    """Write every tile that comes out otherwise than it was."""
    columns, rows = {tile.x for tile in changes}, {tile.y for tile in changes}
    there = {(row.x, row.y): row for row in draft.tiles.filter(Q(x__in=columns) & Q(y__in=rows))}
    written = []
    for x, y, patch in changes:
        row = there.get((x, y))
        before = tiles.decode(bytes(row.png)) if row else np.zeros_like(patch)
        after = tiles.merged(before, patch)
        if not np.array_equal(before, after):
            written.append(_row(tiles.Tile(x, y, after), draft.revision, draft))
    DraftTile.objects.bulk_create(
        written,
        batch_size=ROWS,
        update_conflicts=True,
        unique_fields=["draft", "y", "x"],
        update_fields=["revision", "marked", "png"],
    )


def _row(tile: tiles.Tile, revision: int, draft: MaskDraft | None = None) -> DraftTile:
    marked, png = int(np.count_nonzero(tile.labels)), tiles.encode(tile.labels)
    return DraftTile(draft=draft, x=tile.x, y=tile.y, revision=revision, marked=marked, png=png)
