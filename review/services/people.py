"""The panel: invitations by letter, answers, conflicts of interest, check of the display, reminders, replacement."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal import post
from portal.accounts.models import Grant, Role, User
from portal.accounts.policy import require
from portal.audit.services import record
from portal.errors import UserError
from review.models import Conflict, Item, Presentation, Seat, Study
from review.services import letters, orders
from review.services.sheets import sees_works
from review.services.studies import MANAGE, locked

OPEN = (Seat.State.INVITED, Seat.State.ACCEPTED)
REMIND_AFTER, MAX_REMINDERS = timedelta(days=3), 5
MAX_SEATS = 60
PAUSE = timedelta(minutes=5)  # between two links that somebody asks for
GRAY_STEPS = 10  # of the display check; at least this many of the darkest and lightest have to be told apart
LEAST_STEPS = 7


@transaction.atomic
def invite(
    user: User, study: Study, *, email: str, name: str = "", language: str = "en", expertise: str = "",
    replaces: Seat | None = None,
) -> Seat:  # fmt: skip
    """Invite an expert by letter, with a link that can be used once. Inviting again sends a new link.

    While a study is a draft anybody may be invited; afterwards only in the place of one who left.
    """
    study = locked(user, study)
    if study.state in (Study.State.CLOSED, Study.State.ABANDONED) or (study.frozen_at and replaces is None):
        raise UserError(_("This study has started: only an expert who left can be replaced."))
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise UserError(_("“%(email)s” is no e-mail address.") % {"email": email[:100]}) from error
    if language not in ("en", "zh-hans"):
        raise UserError(_("The letter is written in English or in Chinese."))
    if study.seats.count() >= MAX_SEATS:
        raise UserError(_("A panel has at most %(most)d experts.") % {"most": MAX_SEATS})
    about = {"name": name.strip()[:150], "language": language, "expertise": expertise.strip()[:200]}
    seat, fresh = study.seats.get_or_create(email=email, defaults=about | {"replaces": replaces})
    if not fresh and seat.state not in OPEN:
        raise UserError(_("This person has declined or left; invite somebody else."))
    if seat.state == Seat.State.INVITED:
        _send(seat, Seat.Letter.INVITATION)
    if fresh:
        record("study.expert_invited", study, actor=user, title=study.title)
    return seat


@transaction.atomic
def resend(user: User, seat: Seat) -> Seat:
    """Send the link once more; the earlier one ends."""
    locked(user, seat.study)
    seat.refresh_from_db()
    if seat.state not in OPEN:
        raise UserError(_("This person has declined or left; invite somebody else."))
    _send(seat, Seat.Letter.LINK if seat.user_id else Seat.Letter.INVITATION)
    return seat


def send_links(email: str) -> None:
    """Send new links to an address, for each panel where it has a seat; no answer tells whether it has one."""
    rows = Seat.objects.filter(email=email.strip().lower()[:254], state__in=OPEN)
    waits = Q(letter_at__isnull=False, letter_tries__lt=letters.MAX_TRIES)
    recent = waits | Q(token_expires_at__gt=timezone.now() + letters.LINK_LASTS - PAUSE)
    for seat in rows.exclude(recent).filter(study__state__in=(Study.State.DRAFT, *Study.OPEN))[:20]:
        with transaction.atomic():
            _send(seat, Seat.Letter.LINK if seat.user_id else Seat.Letter.INVITATION)


def seat_of(token: str) -> Seat | None:
    """The seat that a link leads to, while it may be used; None for any other word."""
    rows = Seat.objects.select_related("study__collection", "user")
    seat = rows.filter(token_hash=letters.digest(token)).exclude(token_hash="").first()
    over = seat is None or seat.state not in OPEN or seat.study.state in (Study.State.CLOSED, Study.State.ABANDONED)
    return None if over or (seat.token_expires_at and seat.token_expires_at < timezone.now()) else seat


@transaction.atomic
def accept(token: str) -> Seat:
    """Accept an invitation by its link, which is used up; the expert's account is made where there is none.

    For who has accepted before it only signs in. Raises `UserError` for a link that leads nowhere.
    """
    found = seat_of(token)
    if found is None:
        raise UserError(_("This link was used or has expired. Ask for a new one."))
    Study.objects.select_for_update().get(pk=found.study_id)
    seat = Seat.objects.select_for_update(of=("self",)).select_related("study").get(pk=found.pk)
    if not seat.token_hash or seat.token_hash != letters.digest(token):
        raise UserError(_("This link was used or has expired. Ask for a new one."))
    seat.token_hash = ""
    if seat.state == Seat.State.INVITED:
        _take(seat, _account(seat))
    else:
        seat.save(update_fields=["token_hash"])
    return seat


@transaction.atomic
def accept_own(user: User, seat: Seat) -> Seat:
    """Accept an invitation as somebody who is signed in and known to read the mail of its address; again: as it is.

    Raises `UserError` for an invitation that is somebody else's, was answered otherwise, or to a study that ended.
    """
    Study.objects.select_for_update().get(pk=seat.study_id)
    seat = Seat.objects.select_for_update(of=("self",)).select_related("study").get(pk=seat.pk)
    if seat.holder_id == user.pk:
        return seat
    _answerable(user, seat)
    seat.token_hash = ""
    _take(seat, user)
    return seat


@transaction.atomic
def decline(token: str, reason: str) -> Seat:
    """Decline an invitation; the reason is for the coordinator alone."""
    seat = seat_of(token)
    if seat is None or seat.state != Seat.State.INVITED:
        raise UserError(_("This link was used or has expired. Ask for a new one."))
    return _decline(seat, reason)


@transaction.atomic
def decline_own(user: User, seat: Seat, reason: str = "") -> Seat:
    """Decline it in the same way."""
    _answerable(user, seat)
    return _decline(seat, reason)


def addresses_of(user: User) -> set[str]:
    """Addresses whose mail the person is known to read: confirmed ones, and those of letters that were answered."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    answered = Seat.objects.filter(user=user).values_list("email", flat=True)
    return {email.lower() for email in (*confirmed, *answered)}


def readers_of(email: str) -> set[int]:
    """Whose mail it is known to be: the keys of the people of whom `addresses_of` has the address."""
    confirmed = EmailAddress.objects.filter(email__iexact=email, verified=True).values_list("user", flat=True)
    answered = Seat.objects.filter(email=email.lower(), user__isnull=False).values_list("user", flat=True)
    return {*confirmed, *answered}


def _answerable(user: User, seat: Seat) -> None:
    ended = seat.study.state in (Study.State.CLOSED, Study.State.ABANDONED)
    if ended or seat.state != Seat.State.INVITED or seat.email not in addresses_of(user):
        raise UserError(_("There is no invitation here that you could answer."))


def _take(seat: Seat, user: User) -> None:
    """Give an invited seat, whose row the caller holds, to a person."""
    seat.user, seat.state, seat.answered_at = user, Seat.State.ACCEPTED, timezone.now()
    _check_person(seat)
    seat.save()
    _note_known_conflicts(seat)
    if seat.study.frozen_at:
        _seat_later(seat)
    record("study.expert_accepted", seat.study, title=seat.study.title)


def _decline(seat: Seat, reason: str) -> Seat:
    Seat.objects.filter(pk=seat.pk, state=Seat.State.INVITED).update(
        state=Seat.State.DECLINED, reason=reason.strip()[:500], token_hash="", answered_at=timezone.now()
    )
    seat.refresh_from_db()
    record("study.expert_declined", seat.study, title=seat.study.title)
    return seat


@transaction.atomic
def withdraw(user: User, seat: Seat, reason: str) -> Seat:
    """End a place: the expert's own wish, or the coordinator's. Scores of who left do not count."""
    if seat.holder_id != user.pk:
        require(user, MANAGE, seat)
    study = Study.objects.select_for_update().get(pk=seat.study_id)
    if study.state in (Study.State.CLOSED, Study.State.ABANDONED):
        raise UserError(_("This study has ended; nobody leaves it any more."))
    by = None if seat.holder_id == user.pk else user
    gone = Seat.objects.filter(pk=seat.pk, state__in=OPEN).update(
        state=Seat.State.WITHDRAWN, reason=reason.strip()[:500], token_hash=""
    )
    if gone:
        record("study.expert_left", study, actor=by, title=study.title)
    seat.refresh_from_db()
    return seat


def replace(user: User, seat: Seat, **about: Any) -> Seat:
    """Invite somebody into the place of an expert who left: `invite`'s arguments."""
    if seat.state not in (Seat.State.WITHDRAWN, Seat.State.DECLINED):
        raise UserError(_("Only an expert who left can be replaced."))
    return invite(user, seat.study, **about, replaces=seat)


@transaction.atomic
def declare(user: User, seat: Seat, answers: Mapping[str, bool], note: str = "") -> None:
    """Conflicts of interest: the code of each item → whether there is one. What the portal knows stays."""
    require(user, "review.view_seat", seat)
    items = {item.code: item for item in seat.study.items.all()}
    if answers.keys() - items.keys():
        raise UserError(_("There is no such picture in this study."))
    ruled = set(seat.conflicts.filter(by_rule=True).values_list("item", flat=True))
    for code, present in answers.items():
        if items[code].pk not in ruled:
            Conflict.objects.update_or_create(
                seat=seat, item=items[code], defaults={"present": bool(present), "note": note.strip()[:300]}
            )
    conflicting = seat.conflicts.filter(present=True).values("item")
    Presentation.objects.filter(seat=seat, item__in=conflicting, sheet=None).delete()


@transaction.atomic
def check_display(user: User, seat: Seat, answers: Mapping[str, Any]) -> Seat:
    """Keep what the expert saw on the page that checks the display.

    answers: `dark` and `light`, how many of ten gray steps were told apart at each end; `width`, `height`, `ratio` of
    the screen; `neutral`, that the surroundings are neutral. Raises `UserError` for a display that shows too little.
    """
    require(user, "review.view_seat", seat)
    steps = [answers.get(end) for end in ("dark", "light")]
    if any(type(step) is not int or not 0 <= step <= GRAY_STEPS for step in steps):
        raise UserError(_("Say how many steps you can tell apart."))
    if min(steps) < LEAST_STEPS:
        raise UserError(_("This display shows too few steps of gray: make it brighter, or use another one."))
    seat.display = {name: answers.get(name) for name in ("dark", "light", "width", "height", "ratio", "neutral")}
    seat.display_checked_at = timezone.now()
    seat.save(update_fields=["display", "display_checked_at"])
    return seat


def send_reminders(now: datetime) -> int:
    """Remind who has not answered or finished; every three days, five times at most. The post calls it."""
    quiet = Q(reminded_at=None) | Q(reminded_at__lt=now - REMIND_AFTER)
    rows = Seat.objects.filter(quiet, reminders__lt=MAX_REMINDERS, invited_at__lt=now - REMIND_AFTER)
    invited = Q(state=Seat.State.INVITED, study__state=Study.State.DRAFT)
    seated = Q(state=Seat.State.ACCEPTED, study__state__in=Study.OPEN)
    sent = 0
    for pk in rows.filter(invited | seated).values_list("pk", flat=True)[:100]:
        with transaction.atomic():
            seat = Seat.objects.select_for_update(of=("self",)).select_related("study").filter(quiet, pk=pk).first()
            if seat is None or not (seat.state == Seat.State.INVITED or letters.has_to_do(seat)):
                continue
            seat.reminded_at, seat.reminders = now, seat.reminders + 1
            seat.save(update_fields=["reminded_at", "reminders"])
            _send(seat, Seat.Letter.REMINDER)
            sent += 1
    return sent


def _send(seat: Seat, letter: str) -> None:
    """A letter has to leave; the post writes it, with a fresh link, and tries again while the mail server is away."""
    seat.letter, seat.letter_at, seat.letter_tries = letter, timezone.now(), 0
    seat.save(update_fields=["letter", "letter_at", "letter_tries"])
    post.call_after_commit()


def _account(seat: Seat) -> User:
    found = User.objects.filter(email__iexact=seat.email, is_active=True).first()
    if found:
        return found
    made = User(username=f"expert-{secrets.token_hex(6)}", email=seat.email, display_name=seat.name)
    made.language = seat.language
    made.set_unusable_password()
    made.save()
    return made


def _check_person(seat: Seat) -> None:
    """Nobody sits on two chairs: who steers the study cannot score in it, and nobody has two places."""
    steers = Grant.objects.filter(user=seat.user, role=Role.COORDINATOR, collection=seat.study.collection).exists()
    if steers or seat.study.created_by_id == seat.user_id:
        raise UserError(_("Who coordinates a study cannot score in it."))
    if seat.study.seats.filter(user=seat.user).exclude(pk=seat.pk).exists():
        raise UserError(_("You have a place on this panel already."))


def enters_by_letter(user: User) -> bool:
    """Whether a letter's link signs this person in: only into an account that has nothing but places on panels.

    Who has a password, a role or the machine in hand signs in as always; a mailbox does not stand in for that.
    """
    return not (user.has_usable_password() or user.is_staff or Grant.objects.filter(user=user).exists())


def known_conflicts(seat: Seat) -> list[Item]:
    """Items that the expert made, requested, nominated, or can look up: known to the portal, so nobody has to ask."""
    user = seat.user_id
    if sees_works(user, seat.study.collection):
        return list(seat.study.items.all())
    mine = (
        Q(candidate__restoration__job__owner=user) | Q(candidate__judged_by=user) | Q(painting__round__job__owner=user)
    )
    mine |= Q(candidate__nominations__by=user)
    mine |= Q(artwork__created_by=user) | Q(candidate__restoration__artwork__created_by=user)
    return list(seat.study.items.filter(mine).distinct())


def _note_known_conflicts(seat: Seat) -> None:
    for item in known_conflicts(seat):
        Conflict.objects.update_or_create(seat=seat, item=item, defaults={"present": True, "by_rule": True})


def _seat_later(seat: Seat) -> None:
    """Who comes after the start gets a number and the orders of the rounds that are open."""
    study = seat.study
    orders.draw_labels(study)
    seat.refresh_from_db()
    rounds = list(study.calibrations.filter(closed_at=None).values_list("number", flat=True))
    for number in rounds if study.state == Study.State.CALIBRATION else [0]:
        orders.draw_order_for(seat, number)
