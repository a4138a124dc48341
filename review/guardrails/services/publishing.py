"""The step to the public, and the step back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.services import record
from portal.errors import UserError
from review.guardrails.models import Release
from review.guardrails.services.approvals import locked_draft, standing
from review.guardrails.services.listening import PUBLISHED, WITHDRAWN, tell
from review.guardrails.services.locking import locked, renewed
from review.guardrails.services.preparing import SIGNATURES, blocked_by_files, judged

PUBLISH, WITHDRAW, DISCARD = "guardrails.publish", "guardrails.withdraw", "guardrails.discard"


def publish(user: User, release: Release) -> Release:
    """Publish a draft that nothing blocks: its content is computed again under lock, every check is asked again.

    Raises `UserError` with the first reason that blocks; what the checks said then is kept.
    """
    require(user, PUBLISH, release)
    with transaction.atomic():
        release = renewed(locked_draft(release))
        refused = _refusal(user, release)
        if not refused:
            release.state, release.published_by, release.published_at = Release.State.PUBLISHED, user, timezone.now()
            release.save(update_fields=["state", "published_by", "published_at"])
            about = {"number": release.number, "content_hash": release.content_hash}
            record("release.published", release, actor=user, artwork=release.artwork, **about)
            tell(PUBLISHED, release)
            return release
    raise UserError(refused)


@transaction.atomic
def withdraw(actor: User, release: Release, reason: str) -> Release:
    """Take a published release back, at once and for good. Withdrawn already: left as it is. Raises `UserError`."""
    require(actor, WITHDRAW, release)
    release = locked(release)
    if release.state == Release.State.WITHDRAWN:
        return release
    if release.state != Release.State.PUBLISHED:
        raise UserError(_("Only what is published can be withdrawn."))
    if not reason.strip():
        raise UserError(_("Say why this is withdrawn; visitors are told."))
    release.state, release.withdrawn_by, release.withdrawn_at = Release.State.WITHDRAWN, actor, timezone.now()
    release.withdrawn_because = reason.strip()[:500]
    release.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawn_because"])
    record("release.withdrawn", release, actor=actor, artwork=release.artwork, number=release.number, reason=reason)
    tell(WITHDRAWN, release)
    return release


@transaction.atomic
def discard(user: User, release: Release) -> Release:
    """Give up a draft, for good; what was said of it stays as a record. Discarded already: left as it is. Raises
    `UserError`."""
    require(user, DISCARD, release)
    release = locked(release)
    if release.state == Release.State.DISCARDED:
        return release
    if release.state != Release.State.DRAFT:
        raise UserError(_("Only what is in preparation is discarded; what is public is withdrawn."))
    release.state = Release.State.DISCARDED
    release.save(update_fields=["state"])
    record("release.discarded", release, actor=user, artwork=release.artwork, number=release.number)
    return release


def _refusal(user: User, release: Release) -> str:
    if broken := blocked_by_files(release):
        return broken
    taken = Release.objects.filter(artwork=release.artwork_id, kind=release.kind, state=Release.State.PUBLISHED)
    if taken.exists():
        return _("Another release of this kind is public; withdraw it first.")
    for verdict in judged(user, release):
        if verdict.blocks:
            return str(verdict.reason)
    if len(standing(release, release.content_hash)) < SIGNATURES:
        return _("Two different people have to sign exactly this; a change voids what was signed before.")
    return ""
