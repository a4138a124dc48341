"""Reads of the restoration app, each scoped to what the person may see."""

from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import find, scope
from portal.catalogue.models import Artwork, Picture
from restoration.models import Candidate, Judgement, Mask, Reference, Restoration
from restoration.nearness import VERSION
from restoration.ordering import looks

VIEW_MASK = "restoration.view_mask"
VIEW_RESTORATION = "restoration.view_restoration"
REFERENCES = 100
SEARCHED = 10_000


def masks_for(user: User, artwork: Artwork | None = None) -> QuerySet[Mask]:
    """The masks that a person may see, of one artwork or all, the latest version first."""
    masks = scope(user, VIEW_MASK, _masks(), "artwork__collection")
    return masks.filter(artwork=artwork) if artwork else masks


def get_mask(user: User, pk: Any, action: str = VIEW_MASK) -> Mask:
    """One mask for an action: Http404 where the person may not see it, PermissionDenied where not more than that."""
    return find(user, _masks(), pk, view=VIEW_MASK, action=action, path="artwork__collection")


def restorations_for(user: User, artwork: Artwork | None = None) -> QuerySet[Restoration]:
    """The restorations that a person may see, of one artwork or all, the latest first."""
    restorations = scope(user, VIEW_RESTORATION, _restorations(), "artwork__collection")
    return restorations.filter(artwork=artwork) if artwork else restorations


def get_restoration(user: User, pk: Any, action: str = VIEW_RESTORATION) -> Restoration:
    """One restoration with its candidates, for an action; refused as `get_mask` does."""
    return find(user, _restorations(), pk, view=VIEW_RESTORATION, action=action, path="artwork__collection")


def candidates_for(user: User, artwork: Artwork | None = None) -> QuerySet[Candidate]:
    """The candidates that a person may see, of one artwork or all; those of the latest order first."""
    rows = scope(user, VIEW_RESTORATION, _candidates(), "restoration__artwork__collection")
    rows = rows.order_by("-restoration__created_at", "restoration", "number")
    return rows.filter(restoration__artwork=artwork) if artwork else rows


def get_candidate(user: User, pk: Any, action: str = VIEW_RESTORATION) -> Candidate:
    """One candidate for an action; refused as `get_mask` does."""
    path = "restoration__artwork__collection"
    return find(user, _candidates(), pk, view=VIEW_RESTORATION, action=action, path=path)


def judgements_of(candidate: Candidate) -> QuerySet[Judgement]:
    """Every judgement of a candidate that was fetched by one of these selectors, the latest first."""
    return candidate.judgements.select_related("by")


def references_seen(user: User, restoration: Restoration) -> list[tuple[Reference, bool]]:
    """The references of a colour reconstruction, each with whether the person may see that work."""
    rows = list(restoration.references.all())
    works = Artwork.objects.filter(pk__in=[row.artwork_id for row in rows])
    seen = set(scope(user, "catalogue.view_artwork", works).values_list("pk", flat=True))
    return [(row, row.artwork_id in seen) for row in rows]


def references_for(user: User, artwork: Artwork) -> list[tuple[Artwork, str]]:
    """The works a person may take manner or colours from, the nearest first, each with a verdict on how near it is.

    Same period counts most, then school, then technique; among works that share as much, those that look nearest stand
    first. `look` of each work says in words how near it looks, or is empty. At most a hundred of ten thousand.
    """
    near = {
        "same_period": Q(period=artwork.period_id) if artwork.period_id else None,
        "same_school": Q(school__iexact=artwork.school) if artwork.school else None,
        "same_technique": Q(technique__iexact=artwork.technique) if artwork.technique else None,
    }
    works = scope(user, "catalogue.view_artwork", Artwork.objects.all())
    works = works.exclude(pk=artwork.pk).exclude(master=None).annotate(**{
        name: Case(When(same, then=1), default=0, output_field=IntegerField()) if same else Value(0)
        for name, same in near.items()
    }, nearness=F("same_period") * 4 + F("same_school") * 2 + F("same_technique"))  # fmt: skip
    works = works.order_by("-nearness", "title", "pk")
    about = ("pk", "nearness", "master", "master__look__version", "master__look__data")
    rows = list(works.values_list(*about)[:SEARCHED])
    distances = _distances(artwork, [row[2:] for row in rows])
    rows.sort(key=lambda row: (-row[1], distances[row[2]].both if row[2] in distances else looks.UNSEEN))
    found = works.select_related("master", "period", "collection").in_bulk([row[0] for row in rows[:REFERENCES]])
    ranked = [found[row[0]] for row in rows[:REFERENCES] if row[0] in found]
    for work in ranked:
        work.look = looks.words(distances.get(work.master_id))
    return [(work, _verdict(work)) for work in ranked]


def _distances(artwork: Artwork, masters: list[tuple]) -> dict[Any, looks.Distance]:
    """Key of a master → how far it looks from that of the artwork. Some that nobody has looked at are looked at now.

    masters: of each the key, and version and data of its look, both None where there is none.
    """
    own = looks.look_of(artwork.master) if artwork.master else None
    if own is None:
        return {}
    known = {pk: data for pk, version, data in masters if version == VERSION}
    unseen = [pk for pk, *_look in masters if pk not in known][: looks.AT_ONCE]
    made = looks.note_looks(Picture.objects.filter(pk__in=unseen)) if unseen else {}
    return looks.compare(own, known | made)


def _verdict(work: Any) -> str:
    shared = [work.same_period, work.same_school, work.same_technique]
    if all(shared):
        return _("Same period, school and technique")
    words = [_("period"), _("school"), _("technique")]
    if any(shared):
        same = ", ".join(word for word, is_same in zip(words, shared, strict=True) if is_same)
        other = ", ".join(word for word, is_same in zip(words, shared, strict=True) if not is_same)
        return _("Same %(same)s; %(other)s differs or is not known") % {"same": same, "other": other}
    return _("Period, school and technique differ or are not known: what comes from it may be foreign to this work")


def _masks() -> QuerySet[Mask]:
    return Mask.objects.select_related("artwork__collection", "master", "created_by", "confirmed_by", "job")


def _restorations() -> QuerySet[Restoration]:
    related = ("job__owner", "artwork__collection", "artwork__master", "master", "mask", "style_reference__master")
    rows = Restoration.objects.select_related(*related)
    return rows.prefetch_related("candidates__picture", "candidates__judged_by", "references__artwork__master")


def _candidates() -> QuerySet[Candidate]:
    return Candidate.objects.select_related("restoration__artwork__collection", "picture", "judged_by")
