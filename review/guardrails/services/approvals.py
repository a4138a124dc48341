"""Signatures: a person stands for exactly this content, and for nothing that it becomes later."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import allowed, require
from portal.audit.services import record
from portal.errors import UserError
from review.guardrails.models import CHECKS, Release, Signature
from review.guardrails.selectors import newest
from review.guardrails.services.locking import locked, renewed
from review.guardrails.verdict import BLOCKED

SIGN = "guardrails.sign"


def sign(user: User, release: Release, content_hash: str) -> Signature:
    """Sign a draft as it was shown: `content_hash` is of what the person looked at. Signed before: left as it is.

    Raises `UserError` where the content is another one by now, where a check still blocks, or nothing is to be signed.
    What was found changed is kept, so that the next look shows it.
    """
    require(user, SIGN, release)
    with transaction.atomic():
        release = renewed(locked_draft(release))
        refused = _refusal(release, content_hash)
        if not refused:
            made, fresh = Signature.objects.get_or_create(release=release, content_hash=content_hash, signer=user)
            if fresh:
                about = {"number": release.number, "content_hash": content_hash}
                record("release.signed", release, actor=user, artwork=release.artwork, **about)
            return made
    raise UserError(refused)


def standing(release: Release, digest: str) -> list[Signature]:
    """The signatures of this content by people who may still sign."""
    rows = Signature.objects.filter(release=release, content_hash=digest).select_related("signer")
    return [row for row in rows if allowed(row.signer, SIGN, release)]


def locked_draft(release: Release) -> Release:
    """A release in preparation under its locks. Raises `UserError` for any other."""
    release = locked(release)
    if release.state == Release.State.WITHDRAWN:
        raise UserError(_("This was withdrawn, which is final. Prepare another release."))
    if release.state != Release.State.DRAFT:
        raise UserError(_("This is published already."))
    return release


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
