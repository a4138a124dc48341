"""Letters: notices gathered for each person, sent once, kept and tried again while the mail server is away.

Every step may be done by two workers at once. A letter is made under a lock on its person, so that no notice stands in
two letters; it is sent by whoever raised its number of tries first, and that number also says when the next try may be.
Only a worker that dies between the server's "250 OK" and the note of it sends a letter twice, with the same Message-ID.
"""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.notices.letters import write
from portal.notices.models import Letter, Mail, Notice

logger = logging.getLogger("lacuna.notices")
GATHER = timedelta(minutes=2)  # a notice waits so long for others that belong to the same letter
PAUSE = timedelta(minutes=30)  # between two letters that are sent at once, so that fifty jobs make few letters
MAX_TRIES = 12
LONGEST_WAIT = timedelta(hours=6)  # 1, 2, 4 … minutes, then this: more than a day in all
PEOPLE, LETTERS, SECONDS = 200, 100, 60  # of one round; whoever is beyond them comes with the next


def send_due(now: datetime) -> int:
    """Gather what is due into letters and send those that may be tried; returns how many were sent."""
    for mail, bars in _bars(now).items():
        for pk in _due(mail, bars).values_list("person", flat=True).distinct()[:PEOPLE]:
            _gather(pk, mail, bars, now)
    due = Letter.objects.filter(next_try_at__lte=now).order_by("next_try_at", "pk")
    sent, until = 0, time.monotonic() + SECONDS
    for letter in due.select_related("person")[:LETTERS]:
        outcome = _try(letter, now)
        if outcome is None or time.monotonic() > until:
            break  # the server is away: the others need not find that out one by one
        sent += outcome
    return sent


@dataclass(frozen=True)
class Bars:
    """A letter is due when something in it happened by `happened`, and no letter of its kind was made after `made`."""

    happened: datetime
    made: datetime


def _bars(now: datetime) -> dict[str, Bars]:
    """What comes daily is due once the hour has struck after it happened; so is what comes at once, minutes after."""
    struck = now.replace(hour=settings.DIGEST_HOUR, minute=0, second=0, microsecond=0)
    before = struck - timedelta(days=struck > now, microseconds=1)
    return {Mail.AT_ONCE: Bars(now - GATHER, now - PAUSE), Mail.DAILY: Bars(before, before)}


def _due(mail: str, bars: Bars) -> QuerySet[Notice]:
    """Of everybody to whom a letter of this kind is due, the notices that make it so."""
    lately = Letter.objects.filter(mail=mail, made_at__gt=bars.made).values("person")
    rows = Notice.objects.filter(letter=None, read_at=None, mail=mail, event__at__lte=bars.happened)
    return rows.exclude(person__in=lately).order_by("person")


@transaction.atomic
def _gather(pk: int, mail: str, bars: Bars, now: datetime) -> None:
    """Put all that waits for a person's letter of this kind into one, unless another worker has just done so."""
    person = User.objects.select_for_update(no_key=True).get(pk=pk)
    if not _due(mail, bars).filter(person=person).exists():
        return
    waiting = Notice.objects.filter(person=person, letter=None, read_at=None, mail=mail)
    if person.email and person.is_active:
        letter = Letter.objects.create(person=person, mail=mail, made_at=now, next_try_at=now)
        waiting.update(letter=letter)
    else:
        waiting.update(mail="")


def _try(letter: Letter, now: datetime) -> bool | None:
    """Send a letter if nobody else is at it; None when the server cannot be reached."""
    tries = letter.tries + 1
    wait = min(timedelta(minutes=2**letter.tries), LONGEST_WAIT)
    claim = Letter.objects.filter(pk=letter.pk, tries=letter.tries, sent_at=None, next_try_at__lte=now)
    if not claim.update(tries=tries, next_try_at=now + wait if tries < MAX_TRIES else None):
        return False
    message = write(letter)
    if message is None:  # nothing in it is still to be told
        Letter.objects.filter(pk=letter.pk).update(next_try_at=None)
        return False
    try:
        message.send()
    except (SMTPException, OSError) as error:
        logger.warning(
            "A letter to person %s was not sent (try %s of %s): %s", letter.person_id, tries, MAX_TRIES, error
        )
        about_this_letter = isinstance(error, SMTPRecipientsRefused | SMTPResponseException)
        return False if about_this_letter else None
    Letter.objects.filter(pk=letter.pk).update(sent_at=now, next_try_at=None)
    return True
