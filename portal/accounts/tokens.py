"""Programs sign in with `Authorization: Bearer lac_…`; the database knows only the key's SHA-256."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from portal.accounts.models import ApiToken, User

PREFIX = "lac_"
LAST_USED_RESOLUTION = timedelta(minutes=1)


def new_key() -> str:
    """A fresh key with 256 random bits; the prefix lets secret scanners find one that leaked."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(key: str) -> str:
    """SHA-256 in hexadecimal. A key is random, not a password, so a slow hash would protect nothing."""
    return hashlib.sha256(key.encode()).hexdigest()


class TokenAuthentication(BaseAuthentication):
    """Sign in the owner of a key, with `user.token_scopes` narrowing what the owner may do in this request."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).decode("latin-1").split()
        if not words or words[0].lower() != "bearer":
            return None
        token = ApiToken.objects.select_related("user").filter(digest=digest(" ".join(words[1:]))).first()
        if token is None or not token.usable or not token.user.is_active:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked."))
        _note_use(token)
        token.user.token_scopes = list(token.scopes)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Lacuna API"'


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    stale = now - LAST_USED_RESOLUTION
    if token.last_used_at is None or token.last_used_at < stale:
        rows = ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=stale), pk=token.pk)
        rows.update(last_used_at=now)
