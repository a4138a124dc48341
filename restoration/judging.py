"""Judging candidates: who picked or rejected which, when and why. Nothing that was said is lost."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.services import record
from portal.errors import UserError
from restoration.models import Candidate, Judgement

JUDGE = "restoration.judge_candidate"
MAX_NOTE = 500
PICKED, REJECTED, NONE = Candidate.Judgement.PICKED, Candidate.Judgement.REJECTED, Candidate.Judgement.NONE
EVENTS: dict[str, str] = {
    PICKED: "candidate.picked",
    REJECTED: "candidate.rejected",
    NONE: "candidate.judgement_withdrawn",
}


class JudgedMeanwhile(UserError):
    """Somebody else judged the candidate since the person looked at it."""


@transaction.atomic
def judge_candidate(
    user: User, candidate: Candidate, judgement: str, note: str = "", *, reason: str = "", seen: int | None = None
) -> Candidate:
    """Pick or reject a candidate, or take the judgement back with "".

    Args:
        note: at most 500 characters; whatever is longer is cut.
        reason: a key of `Candidate.Reason`; a rejection must have one, and "other" a note as well.
        seen: the key of the last `Judgement` that the person saw, 0 for none; None asks for no such check.

    Saying the same once more adds nothing. Raises `JudgedMeanwhile` when `seen` is no longer the last one, `UserError`
    for any other mistake.
    """
    require(user, JUDGE, candidate)
    note, reason = note.strip()[:MAX_NOTE] if judgement else "", reason if judgement == REJECTED else ""
    _check(judgement, reason, note)
    now = Candidate.objects.select_for_update(of=("self",)).select_related("restoration__artwork").get(pk=candidate.pk)
    said = {"judgement": judgement, "judgement_reason": reason, "judgement_note": note}
    if all(getattr(now, name) == value for name, value in said.items()) and now.judged_by_id in (None, user.pk):
        return _same(candidate, now)
    if seen is not None and seen != last_judgement(now):
        raise JudgedMeanwhile(_("Somebody else judged this candidate meanwhile. Look at it, then judge again."))
    for name, value in (said | _by(user, judgement)).items():
        setattr(now, name, value)
    now.save(update_fields=["judgement", "judgement_reason", "judgement_note", "judged_by", "judged_at"])
    about = {"judgement": judgement, "reason": reason, "note": note}
    Judgement.objects.create(candidate=now, by=user, at=timezone.now(), **about)
    record(EVENTS[judgement], now, actor=user, artwork=now.restoration.artwork, number=now.number, reason=reason)
    return _same(candidate, now)


def last_judgement(candidate: Candidate) -> int:
    """The key of the last judgement of a candidate, 0 where there is none; `seen` of `judge_candidate`."""
    return candidate.judgements.values_list("pk", flat=True).first() or 0


def _check(judgement: str, reason: str, note: str) -> None:
    if judgement not in Candidate.Judgement.values:
        raise UserError(_("A candidate is picked, rejected or not judged."))
    if judgement != REJECTED:
        return
    if reason not in Candidate.Reason.values:
        raise UserError(_("Say why it is rejected: choose a reason."))
    if reason == Candidate.Reason.OTHER and not note:
        raise UserError(_("Say in a few words what the other reason is."))


def _by(user: User, judgement: str) -> dict[str, Any]:
    return {"judged_by": user, "judged_at": timezone.now()} if judgement else {"judged_by": None, "judged_at": None}


def _same(candidate: Candidate, now: Candidate) -> Candidate:
    """The caller's own object, brought up to what the database says."""
    for name in ("judgement", "judgement_reason", "judgement_note", "judged_by", "judged_at"):
        setattr(candidate, name, getattr(now, name))
    return candidate
