"""Who may do what: one table, everything else denied.

``user.has_perm("catalogue.view_artwork", artwork)`` asks it through Django's own interface; there is no superuser
short cut: an operator steers the machine, not the collections. An object belongs to the collection its ``collection``
attribute names (a collection belongs to itself); actions on no object need a site-wide grant. Lists are scoped by
``scope()`` with the same table, so that a page and its list can never disagree.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Grant, Role

MEMBERS = frozenset({Role.CURATOR, Role.COORDINATOR, Role.CONSULTANT, Role.RIGHTS_OFFICER})
CURATORS = frozenset({Role.CURATOR})
EXPERTS = frozenset({Role.EXPERT})
COORDINATORS = frozenset({Role.COORDINATOR})
CONSULTANTS = frozenset({Role.CONSULTANT})
RIGHTS_OFFICERS = frozenset({Role.RIGHTS_OFFICER})
OPERATORS = frozenset({Role.OPERATOR})

# action → the roles that may do it in a collection where they are granted
IN_COLLECTION: dict[str, frozenset[str]] = {
    "catalogue.view_collection": MEMBERS,
    "catalogue.change_collection": CURATORS,
    "catalogue.view_artwork": MEMBERS,
    "catalogue.add_artwork": CURATORS,
    "catalogue.change_artwork": CURATORS,
    "catalogue.delete_artwork": CURATORS,
    "catalogue.view_picture": MEMBERS,
    "audit.view_activity": MEMBERS,
    "notices.view_notice": MEMBERS | EXPERTS,
    "notices.change_notice": MEMBERS | EXPERTS,
    "hooks.manage_webhooks": CURATORS,
    "restoration.view_mask": MEMBERS,
    "restoration.add_mask": CURATORS,
    "restoration.confirm_mask": CURATORS,
    "restoration.view_restoration": MEMBERS,
    "restoration.add_restoration": CURATORS,
    "restoration.cancel_restoration": CURATORS,
    "restoration.judge_candidate": CURATORS,
    "restoration.view_preset": CURATORS,
    "restoration.add_preset": CURATORS,
    "restoration.change_preset": CURATORS,
    "generation.view_painting": MEMBERS,
    "generation.add_painting": CURATORS,
    "generation.view_captions": MEMBERS | EXPERTS,
    "generation.import_captions": CURATORS,
    "generation.score_caption": CURATORS | EXPERTS,
    "generation.arbitrate_caption": COORDINATORS,
    "generation.view_agreement": MEMBERS,
    "review.view_nominations": CURATORS | COORDINATORS,
    "review.nominate": CURATORS | COORDINATORS,
    "review.view_study": COORDINATORS,
    "review.manage_study": COORDINATORS,
    "review.view_result": MEMBERS,
    "review.unblind": COORDINATORS | {Role.RIGHTS_OFFICER, Role.CONSULTANT},
    "guardrails.view_release": MEMBERS,
    "guardrails.prepare": CURATORS,
    "guardrails.sign": CURATORS | COORDINATORS | RIGHTS_OFFICERS,
    "guardrails.publish": CURATORS,
    "guardrails.discard": CURATORS,
    "guardrails.withdraw": CURATORS | CONSULTANTS | RIGHTS_OFFICERS,
    "guardrails.clear_rights": RIGHTS_OFFICERS,
    "guardrails.validate_sacred": CONSULTANTS,
    "guardrails.except_anchor": EXPERTS | COORDINATORS,
    "guardrails.view_anchor": MEMBERS | EXPERTS,
    "guardrails.place_notice": CURATORS | CONSULTANTS,
    "guardrails.lift_notice": CONSULTANTS,
    "exhibitions.view": MEMBERS,
    "exhibitions.edit": CURATORS,
}

# actions on what is a person's own, whatever the roles: the object says whose it is by `holder_id`
OWN = frozenset({"review.view_seat", "review.score", "review.argue"})

# action → the roles that may do it with a site-wide grant
ON_SITE: dict[str, frozenset[str]] = {
    "catalogue.add_collection": CURATORS,
    "catalogue.change_period": OPERATORS,
    "guardrails.edit_vocabulary": CURATORS | OPERATORS,
    "accounts.manage_grants": OPERATORS,
    "gpu_workers.view_queue": OPERATORS,
    "gpu_workers.steer_queue": OPERATORS,
}

# an API token's scope → the actions it opens (never more than its owner may do)
SCOPES: dict[str, frozenset[str]] = {
    "read": frozenset(a for a in IN_COLLECTION if ".view_" in a),
    "catalogue": frozenset(a for a in IN_COLLECTION if a.startswith("catalogue.")) | {"catalogue.add_collection"},
    "generation": frozenset(a for a in IN_COLLECTION if a.startswith("generation.") or ".view_" in a),
    "restoration": frozenset(a for a in IN_COLLECTION if a.startswith("restoration.") or ".view_" in a),
    "webhooks": frozenset({"hooks.manage_webhooks", "catalogue.view_collection"}),
    "review": frozenset(a for a in IN_COLLECTION if a.startswith("review.") or ".view_" in a) | OWN,
    "notices": frozenset(a for a in IN_COLLECTION if a.startswith("notices.") or ".view_" in a),
    "publication": frozenset(a for a in IN_COLLECTION if a.startswith(("guardrails.", "exhibitions.")) or ".view_" in a)
    | {"guardrails.edit_vocabulary"},
}


def collection_of(obj: Any) -> Any:
    """The collection an object belongs to; None when it belongs to none (and then nothing is allowed on it)."""
    from portal.catalogue.models import Collection

    return obj if isinstance(obj, Collection) else getattr(obj, "collection", None)


def in_token_scope(user: Any, action: str) -> bool:
    """Whether the token this request came with opens the action; a person without a token is not narrowed."""
    scopes = getattr(user, "token_scopes", None)  # set by TokenAuthentication
    return scopes is None or any(action in SCOPES.get(scope, ()) for scope in scopes)


def allowed(user: Any, action: str, obj: Any = None) -> bool:
    """Whether the table lets this user do this action on this object (or on the site, when there is none)."""
    if not getattr(user, "is_active", False):
        return False
    if not in_token_scope(user, action):
        return False
    if action in OWN:
        return obj is not None and getattr(obj, "holder_id", None) == user.pk
    if obj is None:
        roles = ON_SITE.get(action, frozenset())
        return bool(roles) and Grant.objects.filter(user=user, role__in=roles, collection=None).exists()
    collection = collection_of(obj)
    roles = IN_COLLECTION.get(action, frozenset())
    if collection is None or not roles:
        return False
    return Grant.objects.filter(user=user, role__in=roles, collection=collection).exists()


def scope(user: Any, action: str, queryset: QuerySet, path: str = "collection") -> QuerySet:
    """The rows of queryset on which the user may do the action; ``path`` leads from a row to its collection."""
    roles = IN_COLLECTION.get(action, frozenset())
    if not getattr(user, "is_active", False) or not roles or not in_token_scope(user, action):
        return queryset.none()
    granted = Grant.objects.filter(user=user, role__in=roles).exclude(collection=None).values("collection")
    return queryset.filter(Q(**{f"{'pk' if path == 'self' else path}__in": granted}))


def require(user: Any, action: str, obj: Any = None) -> None:
    """Raise `PermissionDenied` unless the table allows it; services call it before they write."""
    if not allowed(user, action, obj):
        raise PermissionDenied(_("Your roles do not allow this."))


def find(user: Any, queryset: QuerySet, pk: Any, *, view: str, action: str, path: str = "collection") -> Any:
    """The row `pk` for an action: `Http404` where the user may not even `view` it, `PermissionDenied` where no more."""
    obj = get_object_or_404(scope(user, view, queryset, path), pk=pk)
    if action != view:
        require(user, action, obj)
    return obj
