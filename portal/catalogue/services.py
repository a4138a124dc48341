"""Writes to the catalogue. Each checks the policy, then does one thing, whole or not at all."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.deletion import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import policy
from portal.accounts.models import User
from portal.accounts.services import make_curator_of
from portal.audit.services import record
from portal.catalogue import files
from portal.catalogue.models import Artwork, Collection, Picture
from portal.catalogue.sealing import Source, discard, seal_picture, seal_stored, store_picture
from portal.errors import UserError

ARTWORK_FIELDS = (
    "title", "title_zh", "maker", "period", "date_text", "school", "category", "technique", "subjects", "medium",
    "height_mm", "width_mm", "holder", "accession_number", "credit_line", "rights", "sacred",
)  # fmt: skip

__all__ = [
    "ARTWORK_FIELDS",
    "attach_master",
    "create_artwork",
    "create_collection",
    "delete_artwork",
    "discard",
    "make_master",
    "seal_picture",
    "seal_stored",
    "store_picture",
    "update_artwork",
    "update_collection",
]


@transaction.atomic
def create_collection(user: User, *, name: str, description: str = "") -> Collection:
    """Make a collection; whoever makes it becomes its curator."""
    policy.require(user, "catalogue.add_collection")
    collection = _saved(Collection(name=name.strip(), description=description, created_by=user))
    make_curator_of(user, collection)
    record("collection.created", collection, actor=user, name=collection.name)
    return collection


def update_collection(user: User, collection: Collection, **fields: Any) -> Collection:
    """Change name or description."""
    policy.require(user, "catalogue.change_collection", collection)
    return _saved(_with(collection, fields, ("name", "description")))


@transaction.atomic
def create_artwork(user: User, collection: Collection, **fields: Any) -> Artwork:
    """Catalogue a work; `fields` are of `ARTWORK_FIELDS`. Its master is attached afterwards."""
    policy.require(user, "catalogue.add_artwork", collection)
    artwork = _saved(_with(Artwork(collection=collection, created_by=user), fields, ARTWORK_FIELDS))
    record("artwork.created", artwork, actor=user)
    return artwork


@transaction.atomic
def update_artwork(user: User, artwork: Artwork, **fields: Any) -> Artwork:
    """Correct what the catalogue says of a work."""
    policy.require(user, "catalogue.change_artwork", artwork)
    stored = Artwork.objects.select_for_update(of=("self",)).filter(pk=artwork.pk).first()
    if stored is None:
        raise UserError(_("This work was deleted meanwhile."))
    saved = _saved(_with(artwork, fields, ARTWORK_FIELDS))
    if changed := _changed(stored, saved):
        record("artwork.changed", saved, actor=user, fields=changed)
    return saved


def delete_artwork(user: User, artwork: Artwork) -> None:
    """Delete a work with its masks and its master. One that was restored, or prepared for the public, stays: its
    history must not vanish.
    """
    policy.require(user, "catalogue.delete_artwork", artwork)
    with transaction.atomic():
        pictures = _pictures_of(artwork)
        names = _file_names(pictures) | _file_names(artwork.masks.all())
        record("artwork.deleted", artwork.collection, actor=user, title=artwork.title)
        try:
            artwork.delete()
        except ProtectedError as error:
            raise UserError(_stays(error)) from error
        for picture in pictures:
            _delete_if_free(picture)
        transaction.on_commit(lambda: files.delete_unused(names))


def _stays(error: ProtectedError) -> str:
    if any(row._meta.model_name == "release" for row in error.protected_objects):
        return _("This artwork was prepared for the public, so it stays, with its history.")
    return _("This artwork was restored; it stays, with its history.")


def attach_master(user: User, artwork: Artwork, upload: Source, name: str | None = None) -> Picture:
    """Seal a photograph and make it the artwork's master; an earlier master stays as it was."""
    policy.require(user, "catalogue.change_artwork", artwork)
    picture = seal_picture(upload, collection=artwork.collection, user=user, name=name or "")
    make_master(user, artwork, picture)
    return picture


@transaction.atomic
def make_master(user: User, artwork: Artwork, picture: Picture) -> None:
    """Let a sealed picture of its collection be the artwork's master. Quick."""
    Artwork.objects.filter(pk=artwork.pk).update(master=picture, updated_at=timezone.now())
    artwork.master = picture
    record("artwork.master_attached", artwork, actor=user)


def _with(obj: models.Model, fields: dict[str, Any], known: tuple[str, ...]) -> Any:
    if unknown := fields.keys() - set(known):
        raise TypeError(f"{type(obj).__name__} has no field {', '.join(sorted(unknown))}.")
    for field, value in fields.items():
        setattr(obj, field, value.strip() if isinstance(value, str) else value)
    return obj


def _saved(obj: Any) -> Any:
    try:
        obj.full_clean()
        with transaction.atomic():
            obj.save()
    except ValidationError as error:
        raise UserError(_first_sentence(obj, error)) from error
    except IntegrityError as error:
        raise UserError(_("Somebody saved the same at the same moment; look again.")) from error
    return obj


def _changed(before: Artwork, after: Artwork) -> list[str]:
    """The names of the fields that differ."""
    columns = {name: Artwork._meta.get_field(name).attname for name in ARTWORK_FIELDS}
    return [name for name, column in columns.items() if getattr(before, column) != getattr(after, column)]


def _first_sentence(obj: models.Model, error: ValidationError) -> str:
    field, sentences = next(iter(error.message_dict.items()))
    if field == "__all__":
        return sentences[0]
    label = getattr(obj._meta.get_field(field), "verbose_name", field)
    return f"{str(label).capitalize()}: {sentences[0]}"


def _pictures_of(artwork: Artwork) -> list[Picture]:
    """Its master and every earlier master a mask was drawn on."""
    found = models.Q(artworks=artwork) | models.Q(masks__artwork=artwork)
    return list(Picture.objects.filter(found).distinct())


def _file_names(rows: Any) -> set[str]:
    return {
        getattr(row, field.name).name
        for row in rows
        for field in row._meta.concrete_fields
        if isinstance(field, models.FileField)
    }


def _delete_if_free(picture: Picture) -> None:
    try:
        with transaction.atomic():
            picture.delete()
    except ProtectedError:
        pass  # another artwork shows it
