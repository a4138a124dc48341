"""Judging a candidate: what was said of it, by whom, and the forms to say something else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from portal.accounts.models import User
from portal.errors import UserError
from portal.phrases import said
from restoration import selectors
from restoration.forms import JudgementForm
from restoration.judging import JUDGE, JudgedMeanwhile, judge_candidate
from restoration.models import Candidate, Judgement
from review.selectors.nominations import live_nominations
from review.services.nominations import NOMINATE


@dataclass
class Verdict:
    """All that a page says of the judgement of a candidate. `history`: the latest first; `sentences`: mistakes."""

    candidate: Candidate
    history: list[Judgement]
    nomination: Any
    may_judge: bool
    may_nominate: bool
    sentences: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)  # what a person filled in that was not right

    @property
    def seen(self) -> int:
        return self.history[0].pk if self.history else 0

    @property
    def reasons(self) -> list[tuple[str, str]]:
        return Candidate.Reason.choices

    @property
    def note(self) -> str:
        return self.said.get("note", self.candidate.judgement_note)

    @property
    def reason(self) -> str:
        return self.said.get("reason", self.candidate.judgement_reason)


def verdicts(user: User, candidates: Sequence[Candidate]) -> list[Verdict]:
    """The verdicts of candidates of one work, by a fixed number of questions to the database."""
    if not candidates:
        return []
    prefetch_related_objects(candidates, "judgements__by")
    nominations = live_nominations(user, candidates)
    may_judge, may_nominate = user.has_perm(JUDGE, candidates[0]), user.has_perm(NOMINATE, candidates[0])
    return [
        Verdict(it, list(it.judgements.all()), nominations.get(it.pk), may_judge, may_nominate) for it in candidates
    ]


@require_POST
def judge(request: HttpRequest, pk) -> HttpResponse:
    """Pick a candidate, reject it with a reason, or take that back."""
    candidate = selectors.get_candidate(request.user, pk, JUDGE)
    form, status = JudgementForm(request.POST), 400
    if form.is_valid():
        try:
            judge_candidate(request.user, candidate, **form.cleaned_data)
            return answer(request, pk)
        except UserError as error:
            form.add_error(None, said(str(error)))
            status = 409 if isinstance(error, JudgedMeanwhile) else 400
    return answer(request, pk, form, status)


def answer(request: HttpRequest, pk: Any, form: Any = None, status: int = 200) -> HttpResponse:
    """The verdict as it is now: alone for a script; else the page the person came from, or one with the mistake."""
    candidate = selectors.get_candidate(request.user, pk)
    if form is None and not request.htmx:
        return redirect(_back(request, candidate))
    verdict = verdicts(request.user, [candidate])[0]
    if form is not None:
        verdict.sentences = [str(error) for errors in form.errors.values() for error in errors]
        verdict.said = {name: request.POST.get(name, "")[:500] for name in ("note", "reason")}
    context = {"verdict": verdict, "back": _back(request, candidate), "artwork": candidate.restoration.artwork}
    name = "restoration/verdict.html" if request.htmx else "restoration/judge.html"
    return render(request, name, context | {"answered": True}, status=status)


def _back(request: HttpRequest, candidate: Candidate) -> str:
    """The page of this site that a form names as ``next``, else that of the candidate."""
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return f"{wanted}#verdict-{candidate.pk}"
    page = reverse("restoration:detail", args=[candidate.restoration_id])
    return f"{page}?candidate={candidate.number}#verdict-{candidate.pk}"
