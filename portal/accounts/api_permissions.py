"""API permissions: denied unless a view names the action of the policy that it needs."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from portal.accounts import policy


class Denied(BasePermission):
    """The default of every API view; a view that forgets to say who may use it serves nobody."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False


def by_policy(**actions: str | tuple[str, ...]) -> type[BasePermission]:
    """A permission class from the policy action that each of a view's actions needs.

    `permission_classes = [by_policy(list="catalogue.view_artwork", create="catalogue.add_artwork")]`. Nobody may use an
    action that is not named. The token's scope is judged here, before any row is looked up; the person's roles are
    judged by selectors and services, which know the object. Of several actions one is enough here; the service asks for
    the one that the object needs.
    """
    named = {name: (action,) if isinstance(action, str) else action for name, action in actions.items()}
    wanted = {action for some in named.values() for action in some}
    unknown = wanted - policy.IN_COLLECTION.keys() - policy.ON_SITE.keys() - policy.OWN
    if unknown:
        raise ValueError(f"The policy knows no action {', '.join(sorted(unknown))}.")

    class ByPolicy(BasePermission):
        def has_permission(self, request: Request, view: Any) -> bool:
            if not (request.user and request.user.is_authenticated):
                return False
            if view.action is None:
                return True  # the address does not know this verb, and the view says so (405)
            user, some = request.user, named.get(view.action, ())
            return any(user.has_perm(it) if it in policy.ON_SITE else policy.in_token_scope(user, it) for it in some)

        def has_object_permission(self, request: Request, view: Any, obj: Any) -> bool:
            return any(request.user.has_perm(action, obj) for action in named[view.action])

    return ByPolicy
