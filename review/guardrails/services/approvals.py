"""Signatures: a person stands for exactly this content, and for nothing that it becomes later."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import allowed, require
from portal.audit.services import record
from portal.errors import UserError
from review.guardrails.models import CHECKS, Confirmation, Release, Signature
from review.guardrails.selectors import newest
from review.guardrails.selectors.consent import conditions_of
from review.guardrails.services.locking import locked, renewed
from review.guardrails.verdict import BLOCKED

SIGN = "guardrails.sign"


def sign(user: User, release: Release, content_hash: str, met: Collection[int] = ()) -> Signature:
    """Sign a draft as it was shown: `content_hash` is of what the person looked at, `met` are the consultations whose
    conditions the person confirms. Signed before: left as it is, but for conditions that were set since.

    Raises `UserError` where the content is another one by now, where a check still blocks, or nothing is to be signed.
    What was found changed is kept, so that the next look shows it.
    """
    require(user, SIGN, release)
    with transaction.atomic():
        release = renewed(locked_draft(release))
        asked = [it.pk for it in conditions_of(release, content_hash)]
        refused = _refusal(release, content_hash) or _unconfirmed(asked, met)
        if not refused:
            made, fresh = Signature.objects.get_or_create(release=release, content_hash=content_hash, signer=user)
            known = set(made.confirmations.values_list("consultation", flat=True))
            new = [Confirmation(signature=made, consultation_id=pk) for pk in asked if pk not in known]
            Confirmation.objects.bulk_create(new)
            if fresh or new:
                about = {"number": release.number, "content_hash": content_hash, "conditions": asked}
                record("release.signed", release, actor=user, artwork=release.artwork, **about)
            return made
    raise UserError(refused)


def standing(release: Release, digest: str) -> list[Signature]:
    """The signatures of this content by people who may still sign, and who confirmed every condition that stands."""
    rows = Signature.objects.filter(release=release, content_hash=digest).select_related("signer")
    asked = {it.pk for it in conditions_of(release, digest)}
    if asked:
        rows = rows.prefetch_related("confirmations")
    return [row for row in rows if allowed(row.signer, SIGN, release) and (not asked or asked <= _confirmed(row))]


def locked_draft(release: Release) -> Release:
    """A release in preparation under its locks. Raises `UserError` for any other."""
    release = locked(release)
    if release.state == Release.State.WITHDRAWN:
        raise UserError(_("This was withdrawn, which is final. Prepare another release."))
    if release.state == Release.State.DISCARDED:
        raise UserError(_("This was discarded. Prepare another release."))
    if release.state != Release.State.DRAFT:
        raise UserError(_("This is published already."))
    return release


def _confirmed(row: Signature) -> set[int]:
    return {it.consultation_id for it in row.confirmations.all()}


def _unconfirmed(asked: Collection[int], met: Collection[int]) -> str:
    return "" if set(asked) <= set(met) else _("A consultant set conditions. Confirm that each is met before you sign.")


def _refusal(release: Release, digest: str) -> str:
    if digest != release.content_hash:
        return _("The work has changed since you looked at it. Look again before you sign.")
    said = newest(release)
    for name in CHECKS:
        row = said.get(name)
        if row is None or row.content_hash != digest:
            return _("Not every check has looked at the work as it is now.")
        if row.outcome == BLOCKED:
            return row.sentence
    return ""
