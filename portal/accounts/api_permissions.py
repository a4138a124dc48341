"""API permissions: denied unless a view names the action of the policy that it needs."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from portal.accounts import policy


class Denied(BasePermission):
    """The default of every API view; a view that forgets to say who may use it serves nobody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False


def by_policy(**actions: str) -> type[BasePermission]:
    """A permission class from the policy action that each of a view's actions needs.

    `permission_classes = [by_policy(list="catalogue.view_artwork", create="catalogue.add_artwork")]`. Nobody may use an
    action that is not named. The token's scope is judged here, before any row is looked up; the person's roles are
    judged by selectors and services, which know the object.
    """
    unknown = set(actions.values()) - policy.IN_COLLECTION.keys() - policy.ON_SITE.keys()
    if unknown:
        raise ValueError(f"The policy knows no action {', '.join(sorted(unknown))}.")

    class ByPolicy(BasePermission):
        def has_permission(self, request: Request, view: Any) -> bool:
            if not (request.user and request.user.is_authenticated):
                return False
            if view.action is None:
                return True  # the address does not know this verb, and the view says so (405)
            action = actions.get(view.action)
            if action is None:
                return False
            if action in policy.ON_SITE:
                return request.user.has_perm(action)
            return policy.in_token_scope(request.user, action)

        def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
            return request.user.has_perm(actions[view.action], obj)

    return ByPolicy
