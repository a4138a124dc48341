"""What consultants and communities say of a work."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.services import record
from portal.catalogue.models import Artwork
from portal.errors import UserError
from review.guardrails.models import Consultation, Protocol, Release
from review.guardrails.selectors.consent import VALIDATE, part_of
from review.guardrails.services.locking import locked, renewed
from review.guardrails.services.preparing import judged
from review.guardrails.services.publishing import withdraw

PLACE, LIFT = "guardrails.place_notice", "guardrails.lift_notice"
LEAST = 20  # letters of a refusal's reason


def validate(
    user: User, release: Release, *, content_hash: str, conditions: str = "", told: bool = False,
    expires_on: date | None = None,
) -> Consultation:  # fmt: skip
    """Say that a draft, as it was looked at, may be shown; on conditions and until a day, where these are given.
    `told`: visitors read the conditions. What is published is validated anew, on no other conditions than its signers
    confirmed.

    By somebody who is neither its curator, nor who asked for it, nor a coordinator of its study. Raises `UserError`.
    """
    require(user, VALIDATE, release)
    if part := part_of(user, release):
        raise UserError(said_part(part))
    if expires_on is not None and expires_on <= timezone.localdate():
        raise UserError(_("A validation ends on a day to come."))
    conditions = conditions.strip()[:2000]
    about = {"validated": True, "conditions": conditions, "told": told and bool(conditions), "expires_on": expires_on}
    with transaction.atomic():
        release = locked(release)
        draft = release.state == Release.State.DRAFT
        if not draft:
            _refuse_new_conditions(release, conditions)
        release = renewed(release) if draft else release
        if release.content_hash == content_hash:
            made = Consultation.objects.create(release=release, content_hash=content_hash, by=user, **about)
            record("sacred.validated", release, actor=user, artwork=release.artwork, number=release.number)
            if draft:
                judged(user, release)
            return made
    raise UserError(_("The work has changed since you looked at it. Look again before you validate it."))


@transaction.atomic
def refuse(user: User, release: Release, *, reason: str, whole_work: bool = False) -> Consultation:
    """Say that a picture, or with `whole_work` anything of the work, may not be shown. Nobody overrules it; what is
    public is withdrawn at once. Raises `UserError`.
    """
    require(user, VALIDATE, release)
    reason = reason.strip()
    if len(reason) < LEAST:
        raise UserError(_("Say in at least %(least)d letters why it may not be shown.") % {"least": LEAST})
    release = locked(release)
    about = {"reason": reason[:2000], "whole_work": whole_work, "content_hash": release.content_hash}
    made = Consultation.objects.create(release=release, validated=False, by=user, **about)
    record("sacred.refused", release, actor=user, artwork=release.artwork, number=release.number)
    rows = Release.objects.filter(artwork=release.artwork_id)
    rows = rows if whole_work else rows.filter(picture=release.picture_id)
    _take_back(user, rows, reason)
    if release.state == Release.State.DRAFT:
        judged(user, renewed(release))
    return made


@transaction.atomic
def place_protocol(user: User, artwork: Artwork, **fields: Any) -> Protocol:
    """Put a community's label, or a notice, on a work. One that keeps the public out withdraws what is public.

    fields: of `Protocol`. A label is the community's own: it needs its number at the Local Contexts Hub. `UserError`.
    """
    require(user, PLACE, artwork)
    made = Protocol(artwork=artwork, placed_by=user, **fields)
    if made.kind == Protocol.Kind.LABEL and not (made.hub_id.strip() and made.community.strip()):
        raise UserError(_("A label is a community's own: name the community and its number at the Local Contexts Hub."))
    if not made.name.strip() or not made.text_en.strip():
        raise UserError(_("A notice has a name and a text."))
    if made.text_own and not made.own_language:
        raise UserError(_("Say in which language the community's own text is."))
    made.save()
    record("protocol.placed", made, actor=user, artwork=artwork, name=made.name)
    if made.audience != Protocol.Audience.PUBLIC:
        _take_back(user, Release.objects.filter(artwork=artwork), made.name)
    return made


@transaction.atomic
def lift_protocol(user: User, protocol: Protocol, reason: str) -> Protocol:
    """Take a notice off, on the community's word; `reason` says whose. It stays as a record."""
    require(user, LIFT, protocol)
    if not reason.strip():
        raise UserError(_("Say on whose word it is taken off."))
    row = Protocol.objects.select_for_update(of=("self",)).get(pk=protocol.pk)
    if row.lifted_at is None:
        row.lifted_by, row.lifted_at, row.lifted_because = user, timezone.now(), reason.strip()[:500]
        row.save(update_fields=["lifted_by", "lifted_at", "lifted_because"])
        record("protocol.lifted", row, actor=user, artwork=row.artwork, name=row.name)
    return row


def said_part(part: str) -> str:
    """Why somebody with a part in a work cannot validate it."""
    return {
        "curator": _("You are a curator here, so you cannot validate this. Another consultant has to."),
        "coordinator": _("You coordinate studies here, so you cannot validate this. Another consultant has to."),
    }.get(part, _("You had a part in making this, so you cannot validate it. Another consultant has to."))


def _refuse_new_conditions(release: Release, conditions: str) -> None:
    """Of what is not in preparation: only what is public is validated anew, and nobody signs it again."""
    if release.state != Release.State.PUBLISHED:
        raise UserError(_("Only what is in preparation or public is validated."))
    confirmed = release.consultations.filter(content_hash=release.content_hash, validated=True)
    if conditions and conditions not in confirmed.values_list("conditions", flat=True):
        raise UserError(_("Its signers confirmed other conditions. New ones need another release."))


def _take_back(user: User, rows: Any, reason: str) -> None:
    for row in rows.filter(state=Release.State.PUBLISHED):
        withdraw(user, row, reason)
