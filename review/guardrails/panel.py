"""The first check: whether a blind panel looked at the work, agreed, and found it good enough."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from review.guardrails.models import Bars, Release
from review.guardrails.verdict import BLOCKED, NOT_NEEDED, PASSED, Sentence, Verdict
from review.models import Discussion, Item, Study
from review.services.results import verdict
from review.services.unblinding import is_unblinded

WHO = _("the coordinator of the study")
TWO = _("two of coordinator, rights officer and cultural consultant")
RUNS = (Study.State.DRAFT, *Study.OPEN)


@dataclass(frozen=True)
class _Looked:
    """The item of a release in the study that counts: the one under way, else the latest that was closed."""

    item: Item
    study: Study


def check(release: Release) -> Verdict:
    """Whether the panel's verdict reaches the bars of its study, with no discussion open."""
    if release.kind == Release.Kind.ORIGINAL:
        return Verdict("panel", NOT_NEEDED, Sentence(_("The original itself is shown; there is nothing to judge.")))
    looked = _latest(release)
    if looked is None:
        return _blocked(_("No panel has been asked about this picture."), WHO, reverse("review:nominations"))
    study, link = looked.study, reverse("review:study", args=[looked.study.pk])
    if study.state != Study.State.CLOSED:
        return _under_way(looked, link)
    if Discussion.objects.filter(item=looked.item, closed_at=None).exists():
        return _blocked(_("The panel of “%(study)s” still discusses this picture."), WHO, link, study=study.title)
    if not is_unblinded(study):
        return _blocked(_("The study “%(study)s” is closed but still blind; two people lift that together."), TWO, link,
                        study=study.title)  # fmt: skip
    return _over_the_bars(release, study, link)


def finding(release: Release) -> dict[str, Any] | None:
    """What a visitor is told of the panel: nothing before its study is closed and unblinded, nothing of originals."""
    looked = None if release.kind == Release.Kind.ORIGINAL else _latest(release)
    if looked is None or looked.study.state != Study.State.CLOSED or not is_unblinded(looked.study):
        return None
    study, found = looked.study, verdict(looked.study, looked.item)
    if found is None:
        return None
    bars = bars_of(study)
    return {
        "id": str(study.pk), "title": study.title, "title_zh": study.title_zh, "code": looked.item.code,
        "closed_at": study.ended_at.isoformat() if study.ended_at else "", "experts": found.experts,
        "result_sha256": study.result.data_sha256, "total": found.mean, "interval": found.interval,
        "alpha": found.alpha, "alpha_interval": found.alpha_interval, "dissent": found.dissent,
        "bars": {"alpha": str(bars.alpha), "total": str(bars.total)},
    }  # fmt: skip


def bars_of(study: Study) -> Bars:
    """The bars of a study: its own, else those of the house."""
    return Bars.objects.filter(study=study).first() or Bars(study=study)


def _latest(release: Release) -> _Looked | None:
    about = {"candidate": release.candidate} if release.candidate_id else {"painting": release.painting}
    rows = Item.objects.filter(**about, calibration=False).exclude(study__state=Study.State.ABANDONED)
    rows = rows.select_related("study__result", "study__collection").order_by("-study__created_at")
    items = list(rows)
    running = [item for item in items if item.study.state in RUNS]
    closed = sorted((it for it in items if it.study.state == Study.State.CLOSED), key=lambda it: it.study.ended_at)
    item = running[0] if running else closed[-1] if closed else None
    return _Looked(item, item.study) if item else None


def _under_way(looked: _Looked, link: str) -> Verdict:
    if looked.study.state == Study.State.DELPHI:
        return _blocked(_("The panel of “%(study)s” is still in discussion."), WHO, link, study=looked.study.title)
    return _blocked(_("The study “%(study)s” is not over yet."), WHO, link, study=looked.study.title)


def _over_the_bars(release: Release, study: Study, link: str) -> Verdict:
    found, bars = finding(release), bars_of(study)
    evidence = found or {}
    if found is None or found["alpha"] is None or found["total"] is None:
        reason = _("The study “%(study)s” came to no number for this picture, which is never a pass.")
        return _blocked(reason, WHO, link, evidence, study=study.title)
    words = {
        "alpha": f"{found['alpha']:.2f}", "bar": f"{bars.alpha:.2f}", "total": f"{found['total']:.2f}",
        "least": f"{bars.total:.2f}", "experts": found["experts"], "study": study.title,
    }  # fmt: skip
    if found["alpha"] < float(bars.alpha):
        reason = _("The panel of “%(study)s” agrees too little: α is %(alpha)s, and %(bar)s is asked for.")
        return _blocked(reason, WHO, link, evidence, **words)
    if found["total"] < float(bars.total):
        reason = _("The panel of “%(study)s” gave %(total)s of 5, and %(least)s is asked for.")
        return _blocked(reason, WHO, link, evidence, **words)
    reason = _("%(experts)s experts of “%(study)s” gave %(total)s of 5 and agree (α %(alpha)s).")
    return Verdict("panel", PASSED, Sentence(reason, **words), link=link, evidence=evidence)


def _blocked(reason: str, who: str, link: str, evidence: dict | None = None, **words: Any) -> Verdict:
    return Verdict("panel", BLOCKED, Sentence(reason, **words), who, link, evidence or {})
