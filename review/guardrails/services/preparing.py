"""A release from nothing to what its signers look at: prepared, judged by the checks, and told what still blocks it."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from generation.models import Painting
from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.services import record
from portal.catalogue.models import Artwork
from portal.errors import UserError
from restoration.models import Candidate
from review.guardrails import checks
from review.guardrails.content import GONE, canonical, content_hash, content_of
from review.guardrails.models import Evidence, Release
from review.guardrails.sacred.gate import CONSULTANT
from review.guardrails.selectors import lapsed, newest
from review.guardrails.services.approvals import standing
from review.guardrails.services.locking import locked, renewed
from review.guardrails.verdict import BLOCKED, Sentence, Verdict

PREPARE, VIEW = "guardrails.prepare", "guardrails.view_release"
CURATORS = gettext_noop("a curator")
SIGNERS = gettext_noop("a curator, a coordinator or a rights officer")
SIGNATURES = 2


@transaction.atomic
def prepare(user: User, artwork: Artwork, what: Candidate | Painting | None = None) -> Release:
    """Begin to publish a restoration or a generated painting under the entry of a work, or (None) the original itself.

    A draft of the same that is there already is given back. Raises `UserError`.
    """
    require(user, PREPARE, artwork)
    artwork = Artwork.objects.select_for_update(of=("self",)).get(pk=artwork.pk)
    about = _about(artwork, what)
    about = {"artwork": artwork, **about}
    if found := Release.objects.filter(state=Release.State.DRAFT, **about).first():
        return found
    number = (Release.objects.filter(artwork=artwork).aggregate(last=Max("number"))["last"] or 0) + 1
    release = Release(number=number, prepared_by=user, **about)
    content = content_of(release)
    release.content, release.content_hash = canonical(content), content_hash(content)
    release.save(force_insert=True)
    record("release.prepared", release, actor=user, artwork=artwork, number=number, kind_of=release.kind)
    return release


@transaction.atomic
def judge(user: User, release: Release) -> list[Verdict]:
    """Ask every check about a draft as it is now, and keep what they say as evidence. What was said before stays, too;
    the newest counts. A published or withdrawn release keeps the evidence that it has.
    """
    require(user, VIEW, release)
    release = locked(release)
    if release.state != Release.State.DRAFT:
        raise UserError(_("This is no longer in preparation, so it is not judged again."))
    return judged(user, renewed(release))


def judged(user: User, release: Release) -> list[Verdict]:
    """The verdicts on a locked draft, each kept as evidence unless the newest says the same."""
    said = newest(release)
    found = checks.run(release)
    for verdict in found:
        row = _row(verdict) | {"content_hash": release.content_hash}
        before = said.get(verdict.check)
        if before is None or any(getattr(before, name) != value for name, value in row.items()):
            Evidence.objects.create(release=release, name=verdict.check, judged_by=user, **row)
    return found


def what_blocks(user: User, release: Release) -> list[Verdict]:
    """What still stands between a draft and the public, each with whose step lifts it; empty: it can be published.
    Of what is published: why visitors do not see it, where a consultant's validation has run out.

    Files are not hashed again here; publishing does.
    """
    require(user, VIEW, release)
    if release.state == Release.State.PUBLISHED and lapsed().filter(pk=release.pk).exists():
        reason = gettext_noop("A consultant validated this until a day that is over. Visitors do not see it until a "
                              "consultant has validated it anew.")  # fmt: skip
        link = reverse("checks:consultation", args=[release.pk])
        return [Verdict("sacred", BLOCKED, Sentence(reason), CONSULTANT, link)]
    if release.state != Release.State.DRAFT:
        return []
    digest = content_hash(content_of(release, look=False))
    unsigned = _unsigned(release, digest, reverse("guardrails:release", args=[release.pk]))
    return [verdict for verdict in verdicts(release, digest) if verdict.blocks] + unsigned


def verdicts(release: Release, digest: str) -> list[Verdict]:
    """What each check last said of the content with this hash; one that said nothing of it blocks."""
    link = reverse("guardrails:release", args=[release.pk])
    current = {name: row for name, row in newest(release).items() if row.content_hash == digest}
    return [_of(name, current.get(name), link) for name in checks.NAMES]


def blocked_by_files(release: Release) -> str:
    """A sentence when a file of a renewed draft is not what it was sealed as, else ""."""
    sealed = {"picture": release.picture, "master": release.master, "mask": release.mask}
    shown = release.shown
    for name, row in sealed.items():
        if row is not None and shown[name]["sha256"] != row.sha256:
            gone = shown[name]["sha256"] == GONE
            return (
                _("A file of this work cannot be read.") if gone else _("A file of this work was altered in storage.")
            )
    return ""


def _about(artwork: Artwork, what: Any) -> dict[str, Any]:
    """Kind, pictures and mask of what is to be published; refuses what does not belong to the work."""
    if what is None:
        if artwork.master_id is None:
            raise UserError(_("“%(work)s” has no photograph, so it cannot be shown.") % {"work": artwork})
        return {"kind": Release.Kind.ORIGINAL, "picture": artwork.master}
    if isinstance(what, Candidate):
        order = what.restoration
        if order.artwork_id != artwork.pk:
            raise UserError(_("This restoration is of another work."))
        made_from = {"master": order.master, "mask": order.mask}
        return {"kind": Release.Kind.RESTORATION, "candidate": what, "picture": what.picture, **made_from}
    if what.round.collection_id != artwork.collection_id:
        raise UserError(_("This painting is of another collection."))
    return {"kind": Release.Kind.PAINTING, "painting": what, "picture": what.picture}


def _row(verdict: Verdict) -> dict[str, Any]:
    source = verdict.reason.source if isinstance(verdict.reason, Sentence) else verdict.reason
    words = verdict.reason.words if isinstance(verdict.reason, Sentence) else {}
    about = {"who": verdict.who, "link": verdict.link, "evidence": verdict.evidence}
    return {"outcome": verdict.outcome, "reason": source, "words": words, **about}


def _of(name: str, row: Evidence | None, link: str) -> Verdict:
    """Evidence that counts as a verdict again; without any, the check has not been asked about this content."""
    if row is None:
        reason = Sentence(gettext_noop("This was not checked since the work was last changed."))
        return Verdict(name, BLOCKED, reason, CURATORS, link)
    return Verdict(name, row.outcome, row.sentence, row.who, row.link or link, row.evidence)


def _unsigned(release: Release, digest: str, link: str) -> list[Verdict]:
    count = len(standing(release, digest))
    if count >= SIGNATURES:
        return []
    reason = gettext_noop("Nobody has signed this yet; two people have to.")
    if count:
        reason = gettext_noop("A second person has to sign.")
    return [Verdict("signatures", BLOCKED, Sentence(reason), SIGNERS, link)]
