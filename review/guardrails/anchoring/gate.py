"""The gate's check of style anchoring: all that went into a work is of the time that its entry names, or excepted."""

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from generation.models import Painting
from portal.catalogue.models import Artwork
from review.guardrails.anchoring import judging as anchoring
from review.guardrails.models import Release
from review.guardrails.verdict import BLOCKED, NOT_NEEDED, PASSED, Sentence, Verdict

CHECK = anchoring.CHECK


def check(release: Release) -> Verdict:
    """Whether prompts, references and the entry's own school and technique belong to the period of the work."""
    if release.kind == Release.Kind.ORIGINAL:
        return Verdict(CHECK, NOT_NEEDED, Sentence(_("The original itself is shown; nothing was added to it.")))
    anchor = anchoring.anchor_of(release.artwork)
    if anchor is None:
        link = reverse("catalogue:artwork-edit", args=[release.artwork_id])
        reason = Sentence(_("The work is anchored to no period: its entry names none."))
        return Verdict(CHECK, BLOCKED, reason, anchoring.CURATOR, link)
    verdicts = [anchoring.judge_prompt(anchor, text) for text in (*texts_of(release), _entry(anchor))]
    verdicts += [anchoring.judge_reference(anchor, work, strict=True) for work in references_of(release)]
    if blocked := anchoring.first_blocked(verdicts):
        return blocked
    if _lost_reference(release):
        reason = Sentence(_("The style reference of this restoration is gone, so its period cannot be shown."))
        return Verdict(CHECK, BLOCKED, reason, anchoring.CURATOR, evidence={"anchor": anchor.facts})
    said = [
        {"reason": str(it.reason.source), "words": it.reason.words, **it.evidence} for it in verdicts if it.evidence
    ]
    reason = Sentence(_("Everything that went into it is of the time of the work or was let pass: %(period)s."),
                      period=f"{anchor.period.name_en} {anchor.period.name_zh}")  # fmt: skip
    return Verdict(CHECK, PASSED, reason, evidence={"anchor": anchor.facts, "looked_at": said})


def texts_of(release: Release) -> list[str]:
    """Every text that a release was made from: the hint of a restoration, or the words of all rounds of a painting."""
    if release.candidate_id:
        return [text for text in [release.candidate.restoration.prompt] if text]
    return [f"{it.round.prompt}. {it.round.caption}" for it in line_of(release.painting)] if release.painting_id else []


def line_of(painting: Painting) -> list[Painting]:
    """A painting and those that it was changed from, the first one last."""
    line, seen = [painting], {painting.pk}
    while (parent := line[-1].round.parent) and parent.pk not in seen:
        line.append(parent)
        seen.add(parent.pk)
    return line


def references_of(release: Release) -> list[Artwork]:
    """The works that lent a restoration their manner or colours."""
    if not release.candidate_id:
        return []
    order = release.candidate.restoration
    rows = order.references.select_related("artwork__period")
    return [*([order.style_reference] if order.style_reference else []), *(it.artwork for it in rows if it.artwork)]


def _entry(anchor: anchoring.Anchor) -> str:
    return ". ".join(filter(None, (anchor.school, anchor.technique)))


def _lost_reference(release: Release) -> bool:
    if not release.candidate_id:
        return False
    order = release.candidate.restoration
    inputs = order.job.parameters.get("inputs") or {}
    return bool(inputs.get("style")) and order.style_reference is None
