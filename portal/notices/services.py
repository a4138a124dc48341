"""Writes of notices: making them from events, reading them, choosing what comes by letter (letters: post.py)."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import in_token_scope
from portal.audit.models import Event
from portal.errors import UserError
from portal.notices.models import Kind, Letter, Mail, Notice, Preference
from portal.notices.rules import recipients
from portal.notices.selectors import mail_of, notices_for
from portal.notices.sending import send_due
from portal.notices.unread import forget_after_commit

CHANGE = "notices.change_notice"
__all__ = ["mark_all_read", "mark_read", "notice", "send_due", "set_preferences", "stop_letters"]


def notice(event: Event) -> None:
    """Tell whom an event concerns; called inside the transaction of every event."""
    kind, people = recipients(event)
    if not people:
        return
    active = set(User.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
    mail = mail_of(active, kind)
    rows = [Notice(person_id=pk, event=event, kind=kind, mail=mail[pk]) for pk in sorted(active)]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    forget_after_commit(active)


def mark_read(user: User, read: Notice) -> None:
    """Note that the person has seen a notice; it then comes by no letter. Again changes nothing."""
    _mark(user, Notice.objects.filter(pk=read.pk, person=user))


def mark_all_read(user: User, upto: int | None = None) -> int:
    """The same for all of them, or for those up to an event's key (what a page showed); returns how many."""
    rows = notices_for(user).order_by()
    return _mark(user, rows if upto is None else rows.filter(event_id__lte=upto))


@transaction.atomic
def set_preferences(user: User, chosen: Mapping[str, str]) -> None:
    """Choose for kinds of notices when they come by letter; what still waits for one goes by it, too."""
    if unknown := chosen.keys() - set(Kind.values):
        raise UserError(_("There is no kind of notice called %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if set(chosen.values()) - set(Mail.values):
        raise UserError(_("A letter comes at once, once a day or never."))
    for kind, mail in chosen.items():
        Preference.objects.update_or_create(person=user, kind=kind, defaults={"mail": mail})
        waiting = Notice.objects.filter(person=user, kind=kind, letter=None, read_at=None)
        waiting.exclude(mail="").update(mail=mail)


def stop_letters(user: User) -> None:
    """No more letters of any kind, those included that wait to be sent."""
    with transaction.atomic():
        set_preferences(user, dict.fromkeys(Kind.values, Mail.NEVER))
        Letter.objects.filter(person=user, sent_at=None).update(next_try_at=None)


@transaction.atomic
def _mark(user: User, rows) -> int:
    if not in_token_scope(user, CHANGE):
        return 0
    unread = Notice.objects.filter(pk__in=rows.filter(read_at=None).values("pk"))
    unread.filter(letter=None).update(mail="")
    made = unread.update(read_at=timezone.now())
    forget_after_commit({user.pk})
    return made
