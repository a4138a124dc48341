"""The gate's check of sacred imagery: what a community asks for, and what a consultant said of this content."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from review.guardrails.anchoring.gate import texts_of
from review.guardrails.models import Consultation, Protocol, Release
from review.guardrails.sacred import judging as sacred
from review.guardrails.selectors.consent import audience_of, independent, standing_protocols, word_of_each
from review.guardrails.verdict import BLOCKED, NOT_NEEDED, PASSED, Sentence, Verdict

CHECK = sacred.CHECK
CONSULTANT = _("a cultural consultant who has no other part in this work")
COMMUNITY = _("whoever placed the notice, on the community's word")


def check(release: Release) -> Verdict:
    """Whether nobody was asked not to show it, nobody refused it, and where it is sacred a consultant validated it."""
    audience = audience_of(release.artwork)
    if audience != Protocol.Audience.PUBLIC:
        link = reverse("checks:notices", args=[release.artwork_id])
        reason = Sentence(_("A community's notice on this work does not let the public see it."))
        return Verdict(CHECK, BLOCKED, reason, COMMUNITY, link, {"audience": audience})
    texts = texts_of(release)
    words = word_of_each(release)
    found = sacred.findings(release.artwork, *texts)
    evidence = {"found": found, "directional": _kept_directions(release), "consultations": [_said(it) for it in words]}
    if refusal := next((it for it in words if not it.validated), None):
        reason = _("A cultural consultant refused this, and nobody overrules that: %(reason)s")
        return Verdict(CHECK, BLOCKED, Sentence(reason, reason=refusal.reason[:500]), evidence=evidence)
    for text in texts:
        if (verdict := sacred.judge_prompt(text)).blocks:
            return verdict
    if not found:
        return Verdict(CHECK, NOT_NEEDED, Sentence(_("Nothing sacred is known of this work.")), evidence=evidence)
    return _validated(release, words, evidence)


def told(release: Release) -> list[dict[str, Any]]:
    """The notices that visitors read before the picture: a changed one voids what was approved."""
    names = ("kind", "name", "community", "hub_id", "text_en", "text_zh", "text_own", "own_language", "audience")
    return [{name: getattr(row, name) for name in names} for row in standing_protocols(release.artwork).order_by("pk")]


def _validated(release: Release, words: list[Consultation], evidence: dict[str, Any]) -> Verdict:
    link = reverse("checks:consultation", args=[release.pk])
    standing = [it for it in words if it.content_hash == release.content_hash and independent(it.by, release)]
    valid = next((it for it in standing if not it.expired), None)
    if valid is None:
        expired = _("The validation of this sacred image has run out.")
        missing = _("This is sacred imagery, and no cultural consultant has validated it as it is now.")
        return Verdict(CHECK, BLOCKED, Sentence(expired if standing else missing), CONSULTANT, link, evidence)
    if any(it.conditions for it in standing):
        reason = Sentence(_("A cultural consultant validated it, on conditions that each signer confirms."))
    else:
        reason = Sentence(_("A cultural consultant validated it."))
    return Verdict(CHECK, PASSED, reason, link=link, evidence=evidence)


def _kept_directions(release: Release) -> bool | None:
    """Whether its job was bound to mirror and rotate nothing; None for an original."""
    if release.kind == Release.Kind.ORIGINAL:
        return None
    job = release.candidate.restoration.job if release.candidate_id else release.painting.round.job
    return bool(job.parameters.get("constraints"))


def _said(word: Consultation) -> dict[str, Any]:
    until = word.expires_on.isoformat() if word.expires_on else None
    return {"id": word.pk, "by": word.by_id, "at": word.at.isoformat(), "validated": word.validated, "until": until,
            "conditions": word.conditions, "content_hash": word.content_hash}  # fmt: skip
