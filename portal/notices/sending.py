"""Letters: notices gathered for each person, sent once, kept and tried again while the mail server is away.

Every step may be done by two workers at once. A letter is made under a lock on its person, so that no notice stands in
two letters; it is sent by whoever raised its number of tries first, and that number also says when the next try may be.
Only a worker that dies between the server's "250 OK" and the note of it sends a letter twice, with the same Message-ID.
"""

import logging
import time
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min

from portal.accounts.models import User
from portal.notices.letters import write
from portal.notices.models import Letter, Mail, Notice

logger = logging.getLogger("lacuna.notices")
GATHER = timedelta(minutes=2)  # a notice waits so long for others that belong to the same letter
PAUSE = timedelta(minutes=30)  # between two letters that are sent at once, so that fifty jobs make few letters
MAX_TRIES = 12
LONGEST_WAIT = timedelta(hours=6)  # 1, 2, 4 … minutes, then this: more than a day in all
PEOPLE, LETTERS, SECONDS = 200, 100, 60  # of one round


def send_due(now: datetime) -> int:
    """Gather what is due into letters and send those that may be tried; returns how many were sent."""
    waiting = Notice.objects.filter(letter=None, read_at=None).exclude(mail="")
    for pk in waiting.order_by("person").values_list("person", flat=True).distinct()[:PEOPLE]:
        _gather(pk, now)
    due = Letter.objects.filter(next_try_at__lte=now).order_by("next_try_at", "pk")
    sent, until = 0, time.monotonic() + SECONDS
    for letter in due.select_related("person")[:LETTERS]:
        outcome = _try(letter, now)
        if outcome is None or time.monotonic() > until:
            break  # the server is away: the others need not find that out one by one
        sent += outcome
    return sent


@transaction.atomic
def _gather(pk: int, now: datetime) -> None:
    """Put the person's notices that are due into a letter each for what comes at once and what comes daily."""
    person = User.objects.select_for_update(no_key=True).get(pk=pk)
    rows = Notice.objects.filter(person=person, letter=None, read_at=None)
    if not (person.email and person.is_active):
        rows.update(mail="")
        return
    for mail, is_due in ((Mail.AT_ONCE, _at_once_is_due), (Mail.DAILY, _daily_is_due)):
        waiting = rows.filter(mail=mail)
        first = waiting.aggregate(at=Min("event__at"))["at"]
        last_letter = Letter.objects.filter(person=person, mail=mail).aggregate(at=Max("made_at"))["at"]
        if first is not None and is_due(now, first, last_letter):
            letter = Letter.objects.create(person=person, mail=mail, made_at=now, next_try_at=now)
            waiting.update(letter=letter)


def _at_once_is_due(now: datetime, first: datetime, last_letter: datetime | None) -> bool:
    return first <= now - GATHER and (last_letter is None or last_letter <= now - PAUSE)


def _daily_is_due(now: datetime, first: datetime, last_letter: datetime | None) -> bool:
    """Whether the hour of the day has struck since the last letter, and since the first of what it will tell."""
    struck = now.replace(hour=settings.DIGEST_HOUR, minute=0, second=0, microsecond=0)
    struck -= timedelta(days=1) if struck > now else timedelta()
    return first < struck and (last_letter is None or last_letter < struck)


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
