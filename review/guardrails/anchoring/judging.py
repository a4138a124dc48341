"""Style anchoring: whether a reference, or what a text names, belongs to the period that a work is anchored to.

What is of another time is refused, unless a scholar has said in writing why it suits this work.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from portal.catalogue.models import Artwork, Period
from review.guardrails.models import AnchorException, AnchorTerm
from review.guardrails.verdict import BLOCKED, NOT_NEEDED, PASSED, Sentence, Verdict
from review.guardrails.vocabulary import anchor_terms_in, periods_in

CHECK = "anchor"
SCHOLAR = _("a scholar: an expert or a coordinator of this collection, in writing")
CURATOR = _("a curator")


@dataclass(frozen=True)
class Anchor:
    """What a job is held to: a period with its years, school and technique. artwork: the work, where there is one."""

    period: Period
    school: str = ""
    technique: str = ""
    artwork: Artwork | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """For evidence."""
        return {"period": _named(self.period), "years": _years(self.period), "school": self.school,
                "technique": self.technique}  # fmt: skip


def anchor_of(artwork: Artwork) -> Anchor | None:
    """The anchor of a work: the period that its entry names; None where it names none."""
    return Anchor(artwork.period, artwork.school, artwork.technique, artwork) if artwork.period_id else None


def anchor_in(text: str) -> Anchor | None:
    """The anchor of a description that belongs to no work: the first period that it names."""
    named = periods_in(text)
    return Anchor(named[0][0]) if named else None


def judge_reference(anchor: Anchor | None, reference: Artwork, strict: bool = False) -> Verdict:
    """Whether a work may lend its manner or its colours. strict: one of which nobody has noted the period may not."""
    if anchor is None:
        return Verdict(CHECK, NOT_NEEDED, Sentence(_("The work names no period that a reference could be held to.")))
    dated = reference.period or _dated_school(reference)
    about = {"reference": str(reference.pk), "title": reference.title, "anchor": anchor.facts}
    if dated is None:
        reason = _("Nobody has noted the period of the reference “%(reference)s”.")
        outcome = BLOCKED if strict and not _excepted(anchor, reference=reference) else PASSED
        return Verdict(CHECK, outcome, Sentence(reason, reference=reference.title), CURATOR, _page(reference), about)
    about |= {"of": _named(dated), "of_years": _years(dated)}
    words = {"reference": reference.title, "of": _said(dated), "anchor": _said(anchor.period)}
    if _meet(anchor.period, dated):
        reason = _("The reference “%(reference)s” is of the time of the work: %(of)s and %(anchor)s.")
        return Verdict(CHECK, PASSED, Sentence(reason, **words), evidence=about)
    if excepted := _excepted(anchor, reference=reference):
        return _let_pass(excepted, about)
    reason = _("The reference “%(reference)s” is of another period (%(of)s) than this work (%(anchor)s).")
    return Verdict(CHECK, BLOCKED, Sentence(reason, **words), SCHOLAR, _exceptions_page(anchor), about)


def judge_prompt(anchor: Anchor | None, text: str, language: str = "") -> Verdict:
    """Whether a text names something of another time. Without an anchor it is held to the period that it names first.

    language: of the text, for the evidence; both languages are always looked for.
    """
    anchor = anchor or anchor_in(text)
    if anchor is None or not text.strip():
        return Verdict(CHECK, NOT_NEEDED, Sentence(_("There is no period, or no text, to be held to one.")))
    about = {"text": text, "language": language, "anchor": anchor.facts}
    let = []
    for what, written in _of_other_times(anchor, text):
        name = {"term" if isinstance(what, AnchorTerm) else "period": what}
        if excepted := _excepted(anchor, **name):
            let.append(excepted)
            continue
        words = {"word": written, "name": _named(what), "years": _years(what), "anchor": _said(anchor.period)}
        reason = _("“%(word)s” is an anachronism here: %(name)s is dated %(years)s, and this is held to %(anchor)s.")
        about |= {"found": {"name": _named(what), "years": _years(what), "written": written, "source": what.source}}
        return Verdict(CHECK, BLOCKED, Sentence(reason, **words), SCHOLAR, _exceptions_page(anchor), about)
    if let:
        return _let_pass(let[0], about | {"exceptions": [it.pk for it in let]})
    reason = _("Nothing in the text is of another time than %(anchor)s.")
    return Verdict(CHECK, PASSED, Sentence(reason, anchor=_said(anchor.period)), evidence=about)


def first_blocked(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The first that blocks."""
    return next((verdict for verdict in verdicts if verdict.blocks), None)


def _of_other_times(anchor: Anchor, text: str) -> list[tuple[Any, str]]:
    """Terms and periods of the text whose years do not meet the anchor's, terms first: they say more."""
    terms = [(term, found.text) for term, found in anchor_terms_in(text) if not _meet(anchor.period, term)]
    return terms + [(it, found.text) for it, found in periods_in(text) if not _meet(anchor.period, it)]


def _meet(one: Any, other: Any) -> bool:
    (start, end), (from_, to) = _span(one), _span(other)
    return from_ < end and start < to


def _span(dated: Any) -> tuple[int, int]:
    """First and last year. Periods that follow each other share a year, which is no overlap."""
    if isinstance(dated, Period):
        return dated.start_year, dated.end_year
    start = dated.from_year if dated.from_year is not None else -Period.OPEN_END
    return start, dated.to_year if dated.to_year is not None else Period.OPEN_END


def _dated_school(reference: Artwork) -> AnchorTerm | None:
    """The school of a work without a period, where the vocabulary dates it."""
    found = anchor_terms_in(reference.school)
    return found[0][0] if found else None


def _excepted(anchor: Anchor, **about: Any) -> AnchorException | None:
    if anchor.artwork is None:
        return None
    return AnchorException.objects.filter(artwork=anchor.artwork, withdrawn_at=None, **about).first()


def _let_pass(excepted: AnchorException, about: dict[str, Any]) -> Verdict:
    reason = _("A scholar has let it pass in writing: %(reason)s")
    said = {"exception": {"id": excepted.pk, "by": str(excepted.by_id), "at": excepted.at.isoformat(),
                          "reason": excepted.reason}}  # fmt: skip
    return Verdict(CHECK, PASSED, Sentence(reason, reason=excepted.reason[:300]), evidence=about | said)


def _named(dated: Any) -> str:
    return f"{dated.name_en} {dated.name_zh}"


def _years(dated: Any) -> str:
    start, end = _span(dated)
    return f"{'' if start == -Period.OPEN_END else start}–{'' if end == Period.OPEN_END else end}"


def _said(dated: Any) -> str:
    return f"{_named(dated)} ({_years(dated)})"


def _page(artwork: Artwork) -> str:
    return reverse("catalogue:artwork", args=[artwork.pk])


def _exceptions_page(anchor: Anchor) -> str:
    return reverse("checks:anchor", args=[anchor.artwork.pk]) if anchor.artwork else ""
