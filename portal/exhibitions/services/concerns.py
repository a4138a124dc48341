"""Reports of visitors: taken from anybody within limits, answered by a curator, read under a private address."""

import hashlib
import logging
from datetime import timedelta

from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from portal import post
from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.services import record
from portal.errors import UserError
from portal.exhibitions.models import Concern
from review.guardrails.models import Release

logger = logging.getLogger("lacuna.exhibitions")
SALT = "portal.exhibitions.concerns"
HOUR = 3600
PER_VISITOR, PER_WORK = 5, 30  # reports an hour
EDIT = "exhibitions.edit"


class TooMany(UserError):
    """More reports than a person writes in an hour."""


@transaction.atomic
def report(release: Release, *, kind: str, text: str, email: str = "", visitor: str = "") -> Concern:
    """Take a visitor's report about a work on show. `visitor`: their address; a count of it is kept for an hour.

    Raises `TooMany` beyond the limits, `UserError` for what is not a report.
    """
    text, email = text.strip(), email.strip()
    if kind not in Concern.Kind.values or not 5 <= len(text) <= 2000:
        raise UserError(_("Say in a few words what it is about; at most 2,000 characters."))
    _check_email(email)
    lately = Concern.objects.filter(release=release, created_at__gt=timezone.now() - timedelta(hours=1))
    if lately.count() >= PER_WORK or not _counted(visitor):
        raise TooMany(_("Many reports came within the last hour. Please write again later; nothing was kept."))
    made = Concern.objects.create(release=release, kind=kind, text=text, email=email, language=get_language() or "")
    record("concern.reported", made, artwork=release.artwork, about=str(made.pk))
    return made


@transaction.atomic
def answer(user: User, concern: Concern, text: str) -> Concern:
    """Answer a report, or correct the answer; who left an e-mail address gets a letter."""
    require(user, EDIT, concern)
    text = text.strip()
    if not 2 <= len(text) <= 4000:
        raise UserError(_("Write the answer that the visitor reads; at most 4,000 characters."))
    row = Concern.objects.select_for_update(of=("self",)).get(pk=concern.pk)
    row.answer, row.answered_by, row.answered_at = text, user, timezone.now()
    row.letter_due_at, row.letter_tries = row.answered_at if row.email else None, 0
    row.save()
    record("concern.answered", row, actor=user, artwork=concern.release.artwork, about=str(row.pk))
    if row.letter_due_at:
        post.call_after_commit()
    return row


def link(concern: Concern) -> str:
    """The private address of a report and its answer; whoever has it may read them."""
    return reverse("exhibitions:concern", args=[signing.Signer(salt=SALT).sign(str(concern.pk)).replace(":", "~")])


def behind(token: str) -> Concern | None:
    """The report of a private address; None for one that this site never wrote."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token.replace("~", ":"))
    except signing.BadSignature:
        return None
    return Concern.objects.select_related("release").filter(pk=pk).first()


def _check_email(email: str) -> None:
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise UserError(_("This is not an e-mail address.")) from error


def _counted(visitor: str) -> bool:
    """Count a report of this address; False when it was one too many. While the cache is away nobody is counted."""
    key = f"concerns:{hashlib.sha256(visitor.encode()).hexdigest()[:32]}"
    try:
        cache.add(key, 0, HOUR)
        return cache.incr(key) <= PER_VISITOR
    except (RedisError, ValueError) as error:
        logger.warning("Reports are not counted: %s", error)
        return True
