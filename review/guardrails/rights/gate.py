"""The gate's check of rights: no near copy of what somebody keeps the rights in, unless a rights officer cleared it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from gpu_workers.models import Job
from portal.catalogue.models import Rights
from review.guardrails.models import Clearance, Register, Release
from review.guardrails.rights.near import listed, nearest
from review.guardrails.verdict import BLOCKED, NOT_NEEDED, PASSED, Sentence, Verdict

CHECK = "rights"
OFFICER = _("a rights officer")


def check(release: Release) -> Verdict:
    """Whether the picture copies a reserved training sample or a listed work, or shows a work in copyright."""
    reason, evidence = findings(release)
    link = reverse("checks:rights-case", args=[release.pk])
    said = Clearance.objects.filter(release=release, content_hash=release.content_hash).first()
    if said is not None and not said.cleared:
        refused = _("A rights officer does not clear it: %(reason)s")
        return Verdict(CHECK, BLOCKED, Sentence(refused, reason=said.reason[:500]), OFFICER, link, evidence)
    if reason is None:
        none = _("It copies no reserved sample and no listed work.")
        if not evidence["register"]:
            none = _("It was made without learned weights, and copies no listed work.")
        return Verdict(CHECK, NOT_NEEDED if release.kind == release.Kind.ORIGINAL else PASSED, Sentence(none),
                       evidence=evidence)  # fmt: skip
    if said is None:
        return Verdict(CHECK, BLOCKED, reason, OFFICER, link, evidence)
    evidence |= {"clearance": {"id": said.pk, "by": said.by_id, "at": said.at.isoformat(), "reason": said.reason}}
    cleared = _("A rights officer cleared it: %(reason)s")
    return Verdict(CHECK, PASSED, Sentence(cleared, reason=said.reason[:500]), link=link, evidence=evidence)


def findings(release: Release) -> tuple[Sentence | None, dict[str, Any]]:
    """Why a rights officer has to look, None where nobody has to; and what was compared with what."""
    register = register_of(release)
    near = nearest(release.picture, register) if register else []
    works = listed(release.picture)
    evidence = {
        "register": {"name": register.name, "weights_sha256": register.weights_sha256, "samples": register.count}
        if register
        else None,
        "nearest": [it.facts for it in near],
        "listed": [{"entry": row.pk, "title": row.title, "owner": row.owner, "list": row.listed_in.name, "bits": bits}
                   for row, bits in works],
        "rights": release.artwork.rights,
    }  # fmt: skip
    if copies := [it for it in near if it.blocks]:
        sample = copies[0].sample
        reason = _("It is a near copy of “%(title)s”, on which the weights were trained: %(rights)s.")
        if sample.opted_out:
            reason = _("It is a near copy of “%(title)s”, which its owner has withheld from training (%(rights)s).")
        return Sentence(reason, title=sample.title, rights=sample.rights or sample.get_standing_display()), evidence
    if works:
        row = works[0][0]
        reason = _("It copies “%(title)s” of %(owner)s, as the list “%(list)s” says.")
        return Sentence(reason, title=row.title, owner=row.owner or "?", list=row.listed_in.name), evidence
    if release.artwork.rights == Rights.IN_COPYRIGHT:
        return Sentence(_("The work itself is in copyright, as its entry says.")), evidence
    return None, evidence


def register_of(release: Release) -> Register | None:
    """The register of the weights that a release was made with; None without weights, or where it is not known."""
    digest = weights_of(release)
    return Register.objects.filter(weights_sha256=digest).first() if digest else None


def weights_of(release: Release) -> str:
    """The fingerprint of the weights in the recipe, "" for none."""
    job = job_of(release)
    engine = job.recipe.get("engine") if job else None
    return (engine.get("weights_sha256") or "") if isinstance(engine, dict) else ""


def job_of(release: Release) -> Job | None:
    """The job that made it; None for an original."""
    if release.candidate_id:
        return release.candidate.restoration.job
    return release.painting.round.job if release.painting_id else None
