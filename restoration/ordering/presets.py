"""Presets: kept, found, renamed, shared and deleted. An own one is its owner's alone; a shared one is its curators'."""

from typing import Any

from django.db import IntegrityError, models, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import in_token_scope, require, scope
from portal.catalogue.models import Collection
from portal.errors import UserError
from restoration import checks
from restoration.ordering.models import Preset

VIEW, ADD, CHANGE = "restoration.view_preset", "restoration.add_preset", "restoration.change_preset"
MOST = 100  # of one person, and of one collection
SETTINGS = ("engine", "candidates", "seed_policy", "seed", "steps", "prompt")


def presets_for(user: User, collection: Collection | None = None) -> models.QuerySet[Preset]:
    """The presets that a person may use: the own ones, and those of the collections; or of one collection alone."""
    shared = scope(user, VIEW, Preset.objects.exclude(collection=None)).values("pk")
    own = models.Q(owner=user, collection=None) if in_token_scope(user, VIEW) else models.Q(pk=None)
    rows = Preset.objects.filter(own | models.Q(pk__in=shared)).select_related("owner", "collection")
    if collection is not None:
        rows = rows.filter(models.Q(collection=None) | models.Q(collection=collection))
    return rows.order_by("name", "created_at")


def get_preset(user: User, pk: Any, action: str = VIEW) -> Preset:
    """One preset for an action: `Http404` where the person may not see it, `PermissionDenied` where no more."""
    preset = presets_for(user).filter(pk=pk).first()
    if preset is None:
        raise Http404
    if action != VIEW and preset.collection_id:
        require(user, action, preset)
    return preset


def add_preset(user: User, *, name: str, collection: Collection | None = None, **settings: Any) -> Preset:
    """Keep settings under a name: for oneself, or in a collection for all its curators.

    settings: of `SETTINGS`; what the engine cannot use is left out. Raises `UserError`.
    """
    if collection is not None:
        require(user, ADD, collection)
    whose = {"collection": collection} if collection else {"collection": None, "owner": user}
    if Preset.objects.filter(**whose).count() >= MOST:
        raise UserError(_("There are %(most)d presets already; delete some first.") % {"most": MOST})
    return _saved(Preset(owner=user, collection=collection, name=_name(name), **_checked(settings)))


def change_preset(user: User, preset: Preset, **changes: Any) -> Preset:
    """Rename a preset or change its settings."""
    _require_change(user, preset)
    if "name" in changes:
        preset.name = _name(changes.pop("name"))
    settings = {name: getattr(preset, name) for name in SETTINGS} | changes
    for name, value in _checked(settings).items():
        setattr(preset, name, value)
    return _saved(preset)


def delete_preset(user: User, preset: Preset) -> None:
    """Forget a preset; what was ordered with it stays."""
    _require_change(user, preset)
    preset.delete()


def _require_change(user: User, preset: Preset) -> None:
    if preset.collection_id or preset.owner_id != user.pk:
        require(user, CHANGE, preset)


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        raise UserError(_("Give the preset a name of up to 80 characters."))
    return name


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings that an order could have, without what the engine cannot use."""
    if unknown := settings.keys() - set(SETTINGS):
        raise TypeError(f"A preset has no {', '.join(sorted(unknown))}.")
    spec = checks.engine_called(settings["engine"])
    found = {"engine": spec.name, "candidates": settings.get("candidates", 2), "seed": settings.get("seed", 0)}
    found["steps"] = settings.get("steps") if spec.stochastic else None
    found["prompt"] = checks.clean_prompt(settings.get("prompt", ""), spec) if spec.accepts_prompt else ""
    found["seed_policy"] = settings.get("seed_policy", Preset.SeedPolicy.FRESH)
    if found["seed_policy"] not in Preset.SeedPolicy.values:
        raise UserError(_("A preset takes another seed each time, or always the same."))
    checks.check_numbers(found["candidates"], found["seed"], found["steps"])
    return found


def _saved(preset: Preset) -> Preset:
    try:
        with transaction.atomic():
            preset.save()
    except IntegrityError as error:
        raise UserError(_("There is a preset of this name already.")) from error
    return preset
