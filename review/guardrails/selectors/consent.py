"""Reads of consent: who may see a work, what consultants said of it, and what waits for one of them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from portal.accounts.models import Role, User
from portal.accounts.policy import scope
from portal.catalogue.models import Artwork
from review.guardrails.models import Consultation, Evidence, Protocol, Release
from review.guardrails.selectors.releases import lapsed
from review.guardrails.verdict import BLOCKED
from review.models import Study

VALIDATE = "guardrails.validate_sacred"
NARROWEST = (Protocol.Audience.NOBODY, Protocol.Audience.MEMBERS, Protocol.Audience.PUBLIC)


def audience_of(artwork: Artwork) -> str:
    """Who may see a work: the narrowest of all notices that stand."""
    asked = set(standing_protocols(artwork).values_list("audience", flat=True))
    return next((it for it in NARROWEST if it in asked), Protocol.Audience.PUBLIC).value


def standing_protocols(artwork: Artwork) -> QuerySet[Protocol]:
    """The notices of a work that were not taken back, for whoever shows it: they stand before the picture."""
    return Protocol.objects.filter(artwork=artwork, lifted_at=None)


def protocols_for(user: User) -> QuerySet[Protocol]:
    """The notices, taken back or not, on works that a person may see."""
    rows = Protocol.objects.select_related("artwork__collection", "placed_by", "lifted_by")
    return scope(user, "catalogue.view_artwork", rows, "artwork__collection")


def consultations_for(user: User) -> QuerySet[Consultation]:
    """What was said of releases that a person may see, the latest first."""
    rows = Consultation.objects.select_related("release__artwork", "by")
    return scope(user, "guardrails.view_release", rows, "release__artwork__collection")


def word_of_each(release: Release) -> list[Consultation]:
    """The latest word of each consultant on this picture, or on another of this work where it was of the whole work."""
    rows = Consultation.objects.filter(release__artwork=release.artwork_id).select_related("release", "by")
    latest: dict[Any, Consultation] = {}
    for word in rows.order_by("id"):
        if word.whole_work or word.release.picture_id == release.picture_id or word.release_id == release.pk:
            latest[word.by_id] = word
    return [latest[key] for key in sorted(latest)]


def independent(user: User, release: Release) -> bool:
    """Whether a consultant is neither curator nor coordinator here, and had no part in this work."""
    return not part_of(user, release)


def part_of(user: User, release: Release) -> str:
    """Which part a person has in a work: curator, coordinator, maker, or "" for none."""
    collection = release.artwork.collection_id
    roles = set(user.grants.filter(collection=collection).values_list("role", flat=True))
    if Role.CURATOR in roles:
        return "curator"
    if Role.COORDINATOR in roles or _set_up_its_study(user, release):
        return "coordinator"
    return "maker" if user.pk in _makers(release) else ""


def waiting_for_consultant(user: User) -> QuerySet[Release]:
    """What a consultant's word is missing for, in the collections of this consultant: drafts, as the gate last found,
    and what was published, whose validation has run out."""
    rows = Release.objects.filter(Q(pk__in=lapsed().values("pk")) | Q(pk__in=held_up_by("sacred").values("pk")))
    return scope(user, VALIDATE, _as_shown(rows), "artwork__collection")


def conditions_of(release: Release, digest: str) -> list[Consultation]:
    """The conditions that stand on showing the content with this hash: of each consultant as last said, even of one
    whose validation has run out while another's stands. One query."""
    latest = {word.by_id: word for word in release.consultations.select_related("by").order_by("id")}
    return [it for it in latest.values() if it.validated and it.conditions and it.content_hash == digest]


def held_up_by(check: str) -> QuerySet[Release]:
    """The drafts that a check blocks, as it last said of each."""
    newest = Evidence.objects.filter(release=OuterRef("release"), name=check).order_by("-id").values("pk")[:1]
    blocked = Evidence.objects.filter(name=check, outcome=BLOCKED, pk=Subquery(newest)).values("release")
    return _as_shown(Release.objects.filter(state=Release.State.DRAFT, pk__in=blocked))


def _as_shown(rows: QuerySet[Release]) -> QuerySet[Release]:
    related = ("artwork__collection", "artwork__period", "picture", "prepared_by", "candidate__restoration")
    return rows.select_related(*related).order_by("prepared_at", "pk")


def _set_up_its_study(user: User, release: Release) -> bool:
    if release.candidate_id:
        return Study.objects.filter(items__candidate=release.candidate_id, created_by=user).exists()
    if release.painting_id:
        return Study.objects.filter(items__painting=release.painting_id, created_by=user).exists()
    return False


def _makers(release: Release) -> Iterable[Any]:
    """Who entered the work, uploaded its master, ordered the job, or prepared the release."""
    made = {release.prepared_by_id, release.artwork.created_by_id, release.picture.created_by_id}
    if release.candidate_id:
        order = release.candidate.restoration
        made |= {order.job.owner_id, order.mask.created_by_id if order.mask else None, order.master.created_by_id}
    if release.painting_id:
        made.add(release.painting.round.job.owner_id)
    return made
