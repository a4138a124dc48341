"""What every write here shares."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import require
from portal.errors import UserError
from portal.exhibitions.errors import ArrangedMeanwhile
from portal.exhibitions.models import Exhibition

EDIT = "exhibitions.edit"


def locked(user: User, exhibition: Exhibition, version: int | None = None) -> Exhibition:
    """The exhibition read anew under lock, for who may edit it; `version`: what the editor looked at."""
    require(user, EDIT, exhibition)
    row = Exhibition.objects.select_for_update(of=("self",)).select_related("collection").get(pk=exhibition.pk)
    if version is not None and version != row.version:
        raise ArrangedMeanwhile(
            _("Somebody else changed this exhibition meanwhile. Look again, then repeat your change.")
        )
    return row


def counted(exhibition: Exhibition) -> None:
    """One version more, of a locked exhibition."""
    exhibition.version += 1
    exhibition.save(update_fields=["version", "updated_at"])


def saved(obj: Any, fields: dict[str, Any], known: tuple[str, ...]) -> Any:
    """Set `fields` (only `known` ones), check, and save. Raises `UserError` with the first mistake."""
    if unknown := fields.keys() - set(known):
        raise TypeError(f"{type(obj).__name__} has no field {', '.join(sorted(unknown))}.")
    for name, value in fields.items():
        setattr(obj, name, value.strip() if isinstance(value, str) else value)
    try:
        obj.full_clean()
    except ValidationError as error:
        raise UserError(_first(obj, error)) from error
    obj.save()
    return obj


def _first(obj: Any, error: ValidationError) -> str:
    name, sentences = next(iter(error.message_dict.items()))
    if name == "__all__":
        return sentences[0]
    return f"{str(obj._meta.get_field(name).verbose_name).capitalize()}: {sentences[0]}"
