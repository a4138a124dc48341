"""One letter to a visitor whose report was answered, sent by the light worker, tried again while the server is away."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from portal.exhibitions.models import Concern
from portal.exhibitions.services.concerns import link
from portal.notices.letters import site

logger = logging.getLogger("lacuna.exhibitions")
MOST, TRIES = 50, 12  # letters of one round; tries of one letter, 1, 2, 4 … minutes apart, six hours at most
LONGEST_WAIT = timedelta(hours=6)


def send_answers(now: datetime) -> int:
    """Send what is due; returns how many left. Whoever moves the next try on first sends the letter."""
    due = Concern.objects.filter(letter_due_at__lte=now).select_related("release__artwork")
    return sum(_try(concern, now) for concern in due.order_by("letter_due_at")[:MOST])


def _try(concern: Concern, now: datetime) -> bool:
    tries = concern.letter_tries + 1
    wait = min(timedelta(minutes=2**concern.letter_tries), LONGEST_WAIT)
    claim = Concern.objects.filter(pk=concern.pk, letter_tries=concern.letter_tries, letter_due_at__lte=now)
    if not claim.update(letter_tries=tries, letter_due_at=now + wait if tries < TRIES else None):
        return False
    try:
        _letter(concern).send()
    except (SMTPException, OSError) as error:
        logger.warning("The answer to concern %s was not sent (try %s of %s): %s", concern.pk, tries, TRIES, error)
        return False
    Concern.objects.filter(pk=concern.pk, answered_at=concern.answered_at).update(letter_due_at=None)
    return True


def _letter(concern: Concern) -> EmailMessage:
    with translation.override(concern.language or "en"):
        text = _("You wrote to us about a work on show. This is our answer:\n\n%(answer)s\n\nIt stays here: %(link)s\n")
        words = {"answer": concern.answer, "link": site(link(concern))}
        headers = {"Auto-Submitted": "auto-generated"}
        return EmailMessage(_("An answer to what you reported"), text % words, to=[concern.email], headers=headers)
