"""What hangs where. Every change raises the exhibition's version; an order is set against the one it was read at."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.errors import UserError
from portal.exhibitions.models import Exhibition, Hanging, Section
from portal.exhibitions.services.saving import counted, locked, saved
from review.guardrails.models import Release

SECTION_WORDS = ("title", "title_zh", "text", "text_zh")
HANGING_WORDS = ("text", "text_zh", "alt", "alt_zh")
MOST_SECTIONS, MOST_WORKS = 50, 500
Order = Sequence[tuple[UUID, Sequence[UUID]]]


@transaction.atomic
def arrange(user: User, exhibition: Exhibition, version: int, order: Order) -> Exhibition:
    """Set the whole order at once: every section with its works, as `(section, [hanging, …])`.

    Raises `ArrangedMeanwhile` where `version` is not the present one, `UserError` where anything is missing or foreign.
    """
    exhibition = locked(user, exhibition, version)
    sections = {row.pk: row for row in exhibition.sections.all()}
    hangings = {row.pk: row for row in exhibition.hangings.all()}
    named = [pk for _section, works in order for pk in works]
    if sorted(section for section, _works in order) != sorted(sections) or sorted(named) != sorted(hangings):
        raise UserError(_("An order names every section and every work of the exhibition once."))
    for place, (section, works) in enumerate(order):
        sections[section].place = place
        for spot, pk in enumerate(works):
            hangings[pk].section, hangings[pk].place = sections[section], spot
    Section.objects.bulk_update(sections.values(), ["place"])
    Hanging.objects.bulk_update(hangings.values(), ["section", "place"])
    counted(exhibition)
    record("exhibition.arranged", exhibition, actor=user, title=str(exhibition))
    return exhibition


@transaction.atomic
def move(user: User, exhibition: Exhibition, version: int, what: UUID, by: int) -> Exhibition:
    """Move a section or a work one place on (`by` 1) or back (-1); a work goes on into the next section."""
    order = order_of(exhibition)
    ids = [section for section, _works in order]
    if what in ids:
        place = ids.index(what)
        if 0 <= place + by < len(ids):
            order.insert(place + by, order.pop(place))
        return arrange(user, exhibition, version, order)
    for place, (_section, works) in enumerate(order):
        if what in works:
            _shift(order, place, works, what, by)
            return arrange(user, exhibition, version, order)
    raise UserError(_("This does not hang in the exhibition."))


def order_of(exhibition: Exhibition) -> list[tuple[UUID, list[UUID]]]:
    """The present order, as `arrange` takes it."""
    order: dict[UUID, list[UUID]] = {pk: [] for pk in exhibition.sections.values_list("pk", flat=True)}
    for section, pk in exhibition.hangings.values_list("section", "pk"):
        order[section].append(pk)
    return list(order.items())


@transaction.atomic
def hang(user: User, exhibition: Exhibition, release: Release, section: Section | None = None) -> Hanging:
    """Hang a release of the same collection at the end of a section, without one of the last. Hanging there: left."""
    exhibition = locked(user, exhibition)
    if release.artwork.collection_id != exhibition.collection_id:
        raise UserError(_("An exhibition shows works of its own collection."))
    if release.state == Release.State.WITHDRAWN:
        raise UserError(_("This was withdrawn, so it cannot hang anywhere."))
    if release.state == Release.State.DISCARDED:
        raise UserError(_("This was discarded. Prepare another release."))
    if found := exhibition.hangings.filter(release=release).first():
        return found
    section = section or exhibition.sections.last() or Section.objects.create(exhibition=exhibition, place=0)
    if section.exhibition_id != exhibition.pk:
        raise UserError(_("This section belongs to another exhibition."))
    if exhibition.hangings.count() >= MOST_WORKS:
        raise UserError(_("An exhibition has room for %(most)d works.") % {"most": MOST_WORKS})
    last = section.hangings.order_by("-place").values_list("place", flat=True).first()
    place = 0 if last is None else last + 1
    made = Hanging.objects.create(exhibition=exhibition, section=section, release=release, place=place)
    counted(exhibition)
    record("exhibition.hung", exhibition, actor=user, artwork=release.artwork, title=str(exhibition))
    return made


@transaction.atomic
def take_down(user: User, hanging: Hanging) -> None:
    """Take a work out of the exhibition; its release stays as it is."""
    exhibition = locked(user, hanging.exhibition)
    artwork = hanging.release.artwork
    hanging.delete()
    counted(exhibition)
    record("exhibition.taken_down", exhibition, actor=user, artwork=artwork, title=str(exhibition))


@transaction.atomic
def change_hanging(user: User, hanging: Hanging, **words: Any) -> Hanging:
    """Write the wall text and the alternative texts of a work."""
    exhibition = locked(user, hanging.exhibition)
    row = saved(Hanging.objects.select_related("section", "release__artwork").get(pk=hanging.pk), words, HANGING_WORDS)
    counted(exhibition)
    return row


@transaction.atomic
def add_section(user: User, exhibition: Exhibition, **words: Any) -> Section:
    """Add a section at the end."""
    exhibition = locked(user, exhibition)
    places = list(exhibition.sections.values_list("place", flat=True))
    if len(places) >= MOST_SECTIONS:
        raise UserError(_("An exhibition has room for %(most)d sections.") % {"most": MOST_SECTIONS})
    made = saved(Section(exhibition=exhibition, place=max(places, default=-1) + 1), words, SECTION_WORDS)
    counted(exhibition)
    return made


@transaction.atomic
def change_section(user: User, section: Section, **words: Any) -> Section:
    exhibition = locked(user, section.exhibition)
    row = saved(Section.objects.select_related("exhibition").get(pk=section.pk), words, SECTION_WORDS)
    counted(exhibition)
    return row


@transaction.atomic
def remove_section(user: User, section: Section) -> None:
    """Remove a section; its works go to the one before it, or after it. The only section stays."""
    exhibition = locked(user, section.exhibition)
    rows = list(exhibition.sections.all())
    at = next((number for number, row in enumerate(rows) if row.pk == section.pk), None)
    if at is None:
        return
    if len(rows) == 1:
        raise UserError(_("An exhibition keeps at least one section."))
    heir = rows[at - 1] if at else rows[1]
    last = heir.hangings.order_by("-place").values_list("place", flat=True).first()
    for number, row in enumerate(section.hangings.all(), (-1 if last is None else last) + 1):
        row.section, row.place = heir, number
        row.save(update_fields=["section", "place"])
    section.delete()
    counted(exhibition)


def _shift(order: list[tuple[UUID, list[UUID]]], place: int, works: list[UUID], what: UUID, by: int) -> None:
    spot = works.index(what)
    works.remove(what)
    if 0 <= spot + by <= len(works):
        works.insert(spot + by, what)
    elif 0 <= place + by < len(order):
        neighbour = order[place + by][1]
        neighbour.insert(0 if by > 0 else len(neighbour), what)
    else:
        works.insert(spot, what)
