"""Reads about people, scoped to who asks."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from portal.accounts import policy
from portal.accounts.models import ApiToken, Grant, User


def tokens_for(user: User) -> QuerySet[ApiToken]:
    """The person's own tokens, newest first."""
    return ApiToken.objects.filter(user=user)


def get_token(user: User, pk: Any) -> ApiToken:
    """One of the person's own tokens, else `Http404`."""
    return get_object_or_404(tokens_for(user), pk=pk)


def grants_for(user: User) -> QuerySet[Grant]:
    """What the person was granted."""
    return user.grants.select_related("collection").order_by("role", "collection__name")


def people_for(operator: User) -> QuerySet[User]:
    """Everybody, for an operator; nobody, for anybody else."""
    if not policy.allowed(operator, "accounts.manage_grants"):
        return User.objects.none()
    return User.objects.prefetch_related("grants__collection").order_by("username")
