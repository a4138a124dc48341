"""Writes about people: tokens and grants (the people of the demo are made in demo.py)."""

from collections.abc import Collection as Items
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import policy
from portal.accounts.demo import DemoPeople, make_demo_people
from portal.accounts.models import ApiToken, Grant, Role, User
from portal.accounts.tokens import digest, new_key
from portal.errors import UserError

MAX_TOKEN_DAYS = 365
__all__ = [
    "DemoPeople",
    "create_token",
    "grant_role",
    "make_curator_of",
    "make_demo_people",
    "revoke_role",
    "revoke_token",
]


def create_token(user: User, *, name: str, scopes: Items[str], days: int = 90) -> tuple[ApiToken, str]:
    """Make a key for a program and return its row and the key, which nobody can read again.

    scopes: at least one of `policy.SCOPES`; days: until it expires, 1 to 365.
    """
    unknown = set(scopes) - policy.SCOPES.keys()
    if unknown or not scopes:
        raise UserError(_("Choose at least one scope of: %(names)s.") % {"names": ", ".join(policy.SCOPES)})
    if not 1 <= days <= MAX_TOKEN_DAYS:
        raise UserError(_("A token lasts between one day and one year."))
    if not (name := name.strip()) or len(name) > 100:
        raise UserError(_("Give the token a name of at most 100 characters."))
    if user.token_scopes is not None:
        raise UserError(_("A token cannot make tokens: sign in on the site."))
    key = new_key()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest(key),
        scopes=sorted(set(scopes)),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token, key


def revoke_token(user: User, token: ApiToken) -> bool:
    """End a token at once: its owner may, and an operator. False when it was revoked before."""
    if token.user_id != user.pk:
        policy.require(user, "accounts.manage_grants")
    now = timezone.now()
    token.revoked_at = token.revoked_at or now
    return bool(ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now))


@transaction.atomic
def grant_role(operator: User, user: User, role: str, collection: Any = None) -> Grant:
    """Grant a role, in one collection or (None) site-wide; granting it twice changes nothing."""
    policy.require(operator, "accounts.manage_grants")
    if role not in Role.values:
        raise UserError(_("There is no role called “%(role)s”.") % {"role": role})
    if role == Role.OPERATOR and collection is not None:
        raise UserError(_("An operator steers the whole site, not one collection."))
    return _grant(user, role, collection, operator)


@transaction.atomic
def revoke_role(operator: User, grant: Grant) -> None:
    """Take a role back. The last operator cannot be removed: nobody could grant the role again."""
    policy.require(operator, "accounts.manage_grants")
    if grant.role == Role.OPERATOR:
        others = Grant.objects.select_for_update().filter(role=Role.OPERATOR, user__is_active=True).exclude(pk=grant.pk)
        if not list(others):
            raise UserError(_("This is the last operator; make another one first."))
    Grant.objects.filter(pk=grant.pk).delete()
    _let_operators_into_the_admin(grant.user)


def make_curator_of(user: User, collection: Any) -> Grant:
    """Give whoever made a collection the curator's role in it; only `create_collection` calls this."""
    return _grant(user, Role.CURATOR, collection, None)


def _grant(user: User, role: str, collection: Any, granted_by: User | None) -> Grant:
    try:
        with transaction.atomic():
            grant, _made = Grant.objects.get_or_create(
                user=user, role=role, collection=collection, defaults={"granted_by": granted_by}
            )
    except IntegrityError:  # somebody granted the same at the same moment
        grant = Grant.objects.get(user=user, role=role, collection=collection)
    _let_operators_into_the_admin(user)
    return grant


def _let_operators_into_the_admin(user: User) -> None:
    user.is_staff = Grant.objects.filter(user=user, role=Role.OPERATOR, collection=None).exists()
    user.save(update_fields=["is_staff"])
