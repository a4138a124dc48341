"""Writes of the review: sending a picked candidate to the panel, and taking it back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.models import Event
from portal.audit.services import record
from portal.errors import UserError
from restoration.models import Candidate
from review.models import Nomination

NOMINATE = "review.nominate"
MAX_NOTE = 500


@transaction.atomic
def nominate(user: User, candidate: Candidate, note: str = "") -> Nomination:
    """Send a picked candidate to the panel, where it waits for a study; one that waits already is given as it is.

    note: for the coordinator, at most 500 characters; whatever is longer is cut. `UserError` unless it is picked.
    """
    require(user, NOMINATE, candidate)
    now = Candidate.objects.select_for_update(of=("self",)).select_related("restoration__artwork").get(pk=candidate.pk)
    if live := now.nominations.exclude(state=Nomination.State.WITHDRAWN).first():
        return live
    if now.judgement != Candidate.Judgement.PICKED:
        raise UserError(_("Only a picked candidate can be sent to the panel: pick it first."))
    made = Nomination.objects.create(candidate=now, by=user, note=note.strip()[:MAX_NOTE])
    record("candidate.nominated", now, actor=user, artwork=now.restoration.artwork, number=now.number)
    return made


@transaction.atomic
def withdraw(user: User, nomination: Nomination) -> Nomination:
    """Take a waiting nomination back; once withdrawn it stays so. `UserError` when a study has taken it."""
    require(user, NOMINATE, nomination)
    Candidate.objects.select_for_update(of=("self",)).get(pk=nomination.candidate_id)
    nomination.refresh_from_db(fields=["state", "ended_by", "ended_at"])
    if nomination.state == Nomination.State.TAKEN:
        raise UserError(_("A study has taken this candidate; it can no longer be withdrawn."))
    if nomination.state == Nomination.State.WAITING:
        _withdraw(user, nomination)
    return nomination


def withdraw_with_the_pick(event: Event) -> None:
    """A candidate that is no longer picked does not wait for the panel either; called for every event."""
    if event.action not in ("candidate.rejected", "candidate.judgement_withdrawn") or event.actor is None:
        return
    waiting = Nomination.objects.filter(candidate=event.subject_id, state=Nomination.State.WAITING)
    for nomination in waiting.select_related("candidate__restoration__artwork"):
        _withdraw(event.actor, nomination)


def _withdraw(user: User, nomination: Nomination) -> None:
    nomination.state, nomination.ended_by, nomination.ended_at = Nomination.State.WITHDRAWN, user, timezone.now()
    nomination.save(update_fields=["state", "ended_by", "ended_at"])
    candidate = nomination.candidate
    work = candidate.restoration.artwork
    record("candidate.nomination_withdrawn", candidate, actor=user, artwork=work, number=candidate.number)
