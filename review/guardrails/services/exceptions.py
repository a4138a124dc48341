"""Written exceptions of scholars from the style anchor."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import allowed, require
from portal.audit.services import record
from portal.catalogue.models import Artwork, Period
from portal.errors import UserError
from review.guardrails.models import AnchorException, AnchorTerm

EXCEPT = "guardrails.except_anchor"
LEAST, MOST = 40, 2000  # letters of a reason


@transaction.atomic
def make_exception(
    user: User, artwork: Artwork, reason: str, *, reference: Artwork | None = None, term: AnchorTerm | None = None,
    period: Period | None = None,
) -> AnchorException:  # fmt: skip
    """Let a reference, a term or a period pass for this work although it is of another time. Raises `UserError`.

    reason: at least 40 letters that others can judge. One that stands already for the same thing is given back.
    """
    require(user, EXCEPT, artwork)
    about: dict[str, Any] = {"reference": reference, "term": term, "period": period}
    if sum(it is not None for it in about.values()) != 1:
        raise UserError(_("An exception is for one thing: a reference, a term, or a period."))
    reason = reason.strip()
    if not LEAST <= len(reason) <= MOST:
        raise UserError(_("Give a reason of %(least)d to %(most)d letters that others can judge.")
                        % {"least": LEAST, "most": MOST})  # fmt: skip
    if reference is not None and not _may_lend(user, artwork, reference):
        raise UserError(_("There is no such reference."))
    if artwork.period_id is None:
        raise UserError(_("The work names no period, so there is nothing to except from."))
    Artwork.objects.select_for_update(of=("self",)).get(pk=artwork.pk)
    if standing := AnchorException.objects.filter(artwork=artwork, withdrawn_at=None, **about).first():
        return standing
    made = AnchorException.objects.create(artwork=artwork, reason=reason, by=user, **about)
    record("anchor.excepted", made, actor=user, artwork=artwork, what=_name(made.subject))
    return made


@transaction.atomic
def withdraw_exception(user: User, exception: AnchorException) -> AnchorException:
    """Take an exception back; what rests on it is blocked again. It stays as a record."""
    require(user, EXCEPT, exception)
    row = AnchorException.objects.select_for_update(of=("self",)).get(pk=exception.pk)
    if row.withdrawn_at is None:
        row.withdrawn_by, row.withdrawn_at = user, timezone.now()
        row.save(update_fields=["withdrawn_by", "withdrawn_at"])
        record("anchor.exception_withdrawn", row, actor=user, artwork=row.artwork, what=_name(row.subject))
    return row


def _may_lend(user: User, artwork: Artwork, reference: Artwork) -> bool:
    """References are works of the same collection, or works that the person may see."""
    same = reference.collection_id == artwork.collection_id
    return reference.pk != artwork.pk and (same or allowed(user, "catalogue.view_artwork", reference))


def _name(what: Any) -> str:
    return what.title if isinstance(what, Artwork) else f"{what.name_en} {what.name_zh}"
