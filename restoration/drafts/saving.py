"""Ending a draft: its tiles become a file, the file the next version of the mask."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import require
from portal.catalogue.models import Artwork
from restoration.drafts import tiles
from restoration.drafts.models import MaskDraft
from restoration.drafts.selectors import ADD_MASK, locked
from restoration.drafts.services import DraftConflict, describe_draft
from restoration.masks import check_mask
from restoration.models import Mask
from restoration.storing import StoredFiles, in_words, latest_of, save_drawn, store_mask

TRIES = 4  # to save what is still being drawn on


def save_draft(
    user: User, draft: MaskDraft, *, note: str | None = None, feather: int | None = None
) -> tuple[Mask, bool]:
    """Make a draft the next version of the mask, confirmed by who drew it; also whether it was saved only now.

    Saving it once more gives the same mask. Raises `UserError` where nothing or everything is marked; `DraftConflict`
    where the master has changed since, or somebody goes on drawing in another window all the while.
    """
    require(user, ADD_MASK, draft)
    if draft.saved_as is None and (note is not None or feather is not None):
        draft = describe_draft(user, draft, note=note, feather=feather)
    for _again in range(TRIES):
        if draft.saved_as is not None:
            return draft.saved_as, False
        _check_master(draft.artwork, draft)
        stored = _stored(draft)
        try:
            with transaction.atomic():
                now = locked(draft)
                if now.saved_as is None and now.revision == draft.revision:
                    return _end(user, now, stored), True
        except BaseException:
            stored.discard()
            raise
        stored.discard()
        draft = now
    raise DraftConflict(_("The draft was drawn on in another window while it was saved; save it again."))


def _stored(draft: MaskDraft) -> StoredFiles:
    """The picture of labels in storage. Slow, so nobody waits for it; `revision` tells whether it is still true."""
    with in_words():
        parts = (tiles.Tile(row.x, row.y, tiles.decode(bytes(row.png))) for row in draft.tiles.iterator(50))
        labels = check_mask(tiles.compose(parts, draft.master.width, draft.master.height))
        return store_mask(draft.master, labels, draft.based_on or latest_of(draft.master, draft.artwork))


def _end(user: User, draft: MaskDraft, stored: StoredFiles) -> Mask:
    artwork = Artwork.objects.select_for_update().get(pk=draft.artwork_id)
    _check_master(artwork, draft)
    about = {"master": draft.master, "source": Mask.Source.DRAWN, "note": draft.note, "feather": draft.feather}
    draft.saved_as = save_drawn(artwork, stored, user=user, **about)
    draft.save(update_fields=["saved_as", "updated_at"])
    draft.tiles.all().delete()
    draft.patches.all().delete()
    return draft.saved_as


def _check_master(artwork: Artwork, draft: MaskDraft) -> None:
    if artwork.master_id != draft.master_id:
        raise DraftConflict(
            _("The photograph of this work was replaced while you drew; the draft does not fit the new one.")
        )
