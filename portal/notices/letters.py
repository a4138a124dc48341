"""What a letter says: plain text in its reader's language, with a way to have no more of them."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from portal.accounts.models import User
from portal.audit.selectors import told
from portal.notices.models import Letter, Mail
from portal.notices.selectors import notices_for

SALT = "portal.notices.letters"
MOST = 40  # notices told one by one
SUBJECT = 120  # characters


def write(letter: Letter) -> EmailMessage | None:
    """The letter as a message; None when the person has read, or may no longer see, all that it would tell."""
    rows = notices_for(letter.person).filter(letter=letter, read_at=None)
    count = rows.count()
    if not count or not letter.person.is_active:
        return None
    with translation.override(letter.person.language):
        news = told(notice.event for notice in rows[:MOST])
        lines = [{"told": row, "url": site(row.url or reverse("notices:list"))} for row in news]
        stop = site(reverse("notices:stop", args=[token_of(letter.person)]))
        words = {
            "person": letter.person,
            "lines": lines,
            "more": count - len(lines),
            "daily": letter.mail == Mail.DAILY,
            "list": site(reverse("notices:list")),
            "preferences": site(reverse("notices:preferences")),
            "stop": stop,
        }
        return EmailMessage(
            _subject(news, count),
            render_to_string("notices/letter.txt", words),
            to=[letter.person.email],
            headers=_headers(letter, stop),
        )


def token_of(person: User) -> str:
    """What the link in a person's letters says, so that it works without signing in: it can stop letters, no more."""
    return signing.Signer(salt=SALT).sign_object(person.pk)


def person_of(token: str) -> User | None:
    """Whose link it is; None for one that this site never wrote."""
    try:
        return User.objects.filter(pk=signing.Signer(salt=SALT).unsign_object(token)).first()
    except signing.BadSignature:
        return None


def site(path: str) -> str:
    """The absolute address of a path of this site."""
    return urljoin(settings.SITE_URL, path)


def _subject(news: list[Any], count: int) -> str:
    if count == 1:
        words = " ".join(news[0].sentence.split())  # a title may hold a line break, a subject may not
        return words if len(words) <= SUBJECT else f"{words[: SUBJECT - 1]}…"
    return ngettext("Lacuna: %(count)d notice", "Lacuna: %(count)d notices", count) % {"count": count}


def _headers(letter: Letter, stop: str) -> dict[str, str]:
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return {
        "Message-ID": f"<notices-{letter.pk}@{host}>",
        "Auto-Submitted": "auto-generated",
        "List-Id": f"Lacuna <notices.{host}>",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
