"""An exhibition from its first draft to its last day."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.services import record
from portal.catalogue.models import Collection
from portal.errors import UserError
from portal.exhibitions.models import Exhibition, Hanging, Section
from portal.exhibitions.models.exhibitions import RESERVED
from portal.exhibitions.services.saving import EDIT, counted, locked, saved

WORDS = ("title", "title_zh", "introduction", "introduction_zh")


@transaction.atomic
def create(user: User, collection: Collection, *, slug: str = "", **words: Any) -> Exhibition:
    """Make an exhibition of a collection, with one empty section. Without a `slug` its title makes one."""
    require(user, EDIT, collection)
    exhibition = Exhibition(collection=collection, created_by=user, slug=_slug(slug, words))
    _need_title(words)
    saved(exhibition, words, WORDS)
    Section.objects.create(exhibition=exhibition, place=0)
    record("exhibition.created", exhibition, actor=user, title=str(exhibition))
    return exhibition


@transaction.atomic
def change(user: User, exhibition: Exhibition, *, cover: Hanging | str | None = "", **words: Any) -> Exhibition:
    """Change its words and the work that stands for it (`cover`: one of its hangings, or None for the first)."""
    exhibition = locked(user, exhibition)
    if not isinstance(cover, str):
        if cover is not None and cover.exhibition_id != exhibition.pk:
            raise UserError(_("This work does not hang in the exhibition."))
        exhibition.cover = cover
    _need_title({name: words.get(name, getattr(exhibition, name)) for name in ("title", "title_zh")})
    saved(exhibition, words, WORDS)
    counted(exhibition)
    record("exhibition.changed", exhibition, actor=user, title=str(exhibition))
    return exhibition


@transaction.atomic
def open_(
    user: User, exhibition: Exhibition, opens_at: datetime | None = None, closes_at: datetime | None = None
) -> Exhibition:
    """Open it now, or from `opens_at` on; until `closes_at`, or for good. Open already: the days are changed.

    Only works whose release is published are seen; what is not yet published comes by itself once it is.
    """
    exhibition, now = locked(user, exhibition), timezone.now()
    if not exhibition.hangings.exists():
        raise UserError(_("Nothing hangs here yet, so there is nothing to open."))
    shown = exhibition.stage == "open" and opens_at is None
    opens_at = exhibition.opens_at if shown else opens_at or now
    if closes_at and closes_at <= max(opens_at, now):
        raise UserError(_("It would close before it opens, or in the past."))
    exhibition.state, exhibition.opens_at, exhibition.closes_at = Exhibition.State.OPEN, opens_at, closes_at
    exhibition.save(update_fields=["state", "opens_at", "closes_at", "updated_at"])
    days = {name: value.isoformat() if value else "" for name, value in (("from_", opens_at), ("until", closes_at))}
    record("exhibition.opened", exhibition, actor=user, title=str(exhibition), **days)
    return exhibition


@transaction.atomic
def close(user: User, exhibition: Exhibition) -> Exhibition:
    """Close it at once. One that was only to open becomes a draft again; one that is closed is left as it is."""
    exhibition = locked(user, exhibition)
    if exhibition.state != Exhibition.State.OPEN:
        return exhibition
    now = timezone.now()
    if exhibition.opens_at > now:
        exhibition.state, exhibition.opens_at, exhibition.closes_at = Exhibition.State.DRAFT, None, None
    else:
        exhibition.state, exhibition.closes_at = Exhibition.State.CLOSED, min(exhibition.closes_at or now, now)
    exhibition.save(update_fields=["state", "opens_at", "closes_at", "updated_at"])
    record("exhibition.closed", exhibition, actor=user, title=str(exhibition))
    return exhibition


@transaction.atomic
def remove(user: User, exhibition: Exhibition) -> None:
    """Delete a draft. What was once open stays, so that its address can say what was there."""
    exhibition = locked(user, exhibition)
    if exhibition.state != Exhibition.State.DRAFT:
        raise UserError(_("It was open to the public; close it instead."))
    record("exhibition.deleted", exhibition, actor=user, title=str(exhibition))
    exhibition.delete()


def _need_title(words: dict[str, Any]) -> None:
    if not any((words.get(name) or "").strip() for name in ("title", "title_zh")):
        raise UserError(_("Give it a title, in English or in Chinese."))


def _slug(wanted: str, words: dict[str, Any]) -> str:
    if wanted:
        if wanted in RESERVED or Exhibition.objects.filter(slug=wanted).exists():
            raise UserError(_("Another page has this address; choose another."))
        return wanted
    base = slugify(words.get("title", ""))[:50].strip("-") or "exhibition"
    if base in RESERVED:
        base = f"{base}-exhibition"
    taken = set(Exhibition.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        name for number in range(1, len(taken) + 3) if (name := f"{base}-{number}" if number > 1 else base) not in taken
    )
