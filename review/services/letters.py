"""Letters to experts: invitations, links and reminders, in the expert's language; sent by the post, kept till then.

A letter's link is made when it is sent, and the database keeps its digest alone: who reads the database cannot use it.
"""

import hashlib
import logging
import secrets
from datetime import datetime, timedelta
from smtplib import SMTPException
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal import post
from review.models import Argument, Seat, Sheet, Study

logger = logging.getLogger("lacuna.review")
LINK_LASTS = timedelta(days=30)
MAX_TRIES = 12
LONGEST_WAIT = timedelta(hours=6)
LETTERS = 50  # of one round


def digest(token: str) -> str:
    """What the database keeps of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def send_due(now: datetime) -> int:
    """Send the letters that are due; returns how many left. Two workers at once send none twice."""
    due = Seat.objects.exclude(letter="").filter(letter_at__lte=now, letter_tries__lt=MAX_TRIES)
    return sum(_try(pk, now) for pk in due.order_by("letter_at").values_list("pk", flat=True)[:LETTERS])


def tell_panel(study: Study, letter: Seat.Letter = Seat.Letter.REMINDER) -> None:
    """A round has opened: whoever has something to do in it gets a letter, and reminders begin anew."""
    now = timezone.now()
    seats = study.seats.filter(state=Seat.State.ACCEPTED).select_related("study")
    waiting = [seat.pk for seat in seats if has_to_do(seat)]
    Seat.objects.filter(pk__in=waiting).update(
        letter=letter, letter_at=now, letter_tries=0, reminded_at=now, reminders=0
    )
    post.call_after_commit()


def has_to_do(seat: Seat) -> bool:
    """Whether an expert has something left to answer in the round that is open."""
    if seat.study.state == Study.State.DELPHI:
        return Argument.objects.filter(seat=seat, flagged=True, answered_at=None, discussion__closed_at=None).exists()
    opened = seat.study.calibrations.filter(closed_at=None).order_by("number").last()
    number = opened.number if seat.study.state == Study.State.CALIBRATION and opened else 0
    done = Sheet.objects.filter(presentation__seat=seat, presentation__round=number, submitted_at__isnull=False)
    return seat.presentations.filter(round=number).count() > done.count()


def _try(pk: object, now: datetime) -> bool:
    with transaction.atomic():
        rows = Seat.objects.select_for_update(of=("self",)).select_related("study").exclude(letter="")
        seat = rows.filter(pk=pk, letter_at__lte=now).first()
        if seat is None:
            return False
        kind, token = seat.letter, secrets.token_urlsafe(32)
        wait = min(timedelta(minutes=2**seat.letter_tries), LONGEST_WAIT)
        seat.token_hash, seat.token_expires_at = digest(token), now + LINK_LASTS
        seat.letter_tries, seat.letter_at = seat.letter_tries + 1, now + wait
        seat.save(update_fields=["token_hash", "token_expires_at", "letter_tries", "letter_at"])
    try:
        write(seat, kind, token).send()
    except (SMTPException, OSError):
        logger.warning("A letter of the study %s could not be sent; it is tried again.", seat.study_id)
        return False
    Seat.objects.filter(pk=pk, letter=kind).update(letter="", letter_at=None)
    return True


def write(seat: Seat, kind: str, token: str) -> EmailMessage:
    """The letter. It names the study and its deadline, and no other expert."""
    with translation.override(seat.language):
        words = {
            "seat": seat,
            "study": seat.study,
            "kind": kind,
            "link": urljoin(settings.SITE_URL, reverse("panel:invitation", args=[token])),
            "days": LINK_LASTS.days,
        }
        subject = {
            Seat.Letter.INVITATION: _("Invitation to an expert panel: %(title)s"),
            Seat.Letter.LINK: _("Your link to the expert panel: %(title)s"),
            Seat.Letter.REMINDER: _("The expert panel waits for you: %(title)s"),
            Seat.Letter.FURTHER: _("A further round of calibration: %(title)s"),
        }[Seat.Letter(kind)] % {"title": str(seat.study)[:120]}
        body = render_to_string("review/letter.txt", words)
        return EmailMessage(" ".join(subject.split()), body, to=[seat.email])
