"""What still blocks a work on its way to a study: eight steps, each done or not, and who can take the next one.

Everything is told by one query for any number of works, and the next step is an expression of the database, so that a
list can be narrowed by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, UUIDField, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gpu_workers.models import Job
from portal.accounts.models import Role
from portal.catalogue.models import Artwork
from restoration.models import Candidate, Mask, Restoration
from review.models import Nomination

DONE, OPEN, RUNNING, FAILED, UNNEEDED = "done", "open", "running", "failed", "unneeded"
STATES = {
    DONE: _("done"),
    OPEN: _("not yet"),
    RUNNING: _("on its way"),
    FAILED: _("failed"),
    UNNEEDED: _("not needed"),
}


@dataclass(frozen=True)
class Stage:
    """One step of every work. title: of the step; blocks: the sentence while it is not done; role: who can take it;
    does: the words of the link that leads to it.
    """

    key: str
    title: Any
    blocks: Any
    role: str
    does: Any


STAGES = (
    Stage("photograph", _("Photograph"), _("There is no photograph."), Role.CURATOR, _("Upload its photograph")),
    Stage("mask", _("Mask"), _("Nobody has marked the damage."), Role.CURATOR, _("Mark the damage")),
    Stage("confirmed", _("Mask confirmed"), _("Nobody has confirmed the mask."), Role.CURATOR, _("Look at the mask")),
    Stage("restoration", _("Restoration"), _("Nothing has been restored."), Role.CURATOR, _("Order a restoration")),
    Stage("judged", _("Judged"), _("Nobody has judged the candidates."), Role.CURATOR, _("Judge the candidates")),
    Stage("picked", _("Picked"), _("No candidate has been picked."), Role.CURATOR, _("Pick a candidate")),
    Stage("panel", _("Sent to the panel"), _("The pick has not been sent to the panel."), Role.CURATOR,
          _("Send it to the panel")),
    Stage("study", _("In a study"), _("It waits for a study."), Role.COORDINATOR, _("Look at the nomination")),
)  # fmt: skip
BY_KEY = {stage.key: stage for stage in STAGES}
CLEAR = "clear"  # what comes after the last step: nothing blocks the work


@dataclass(frozen=True)
class Step:
    """A step of one work. `sentence` says what is missing, "" once it is done; `url` leads to where it is done."""

    stage: Stage
    state: str
    sentence: str = ""
    url: str = ""

    @property
    def settled(self) -> bool:
        return self.state in (DONE, UNNEEDED)

    @property
    def state_name(self) -> str:
        return str(STATES[self.state])

    @property
    def who(self) -> str:
        return str(Role(self.stage.role).label)


@dataclass(frozen=True)
class Readiness:
    """All steps of one work in order."""

    artwork: Artwork
    steps: tuple[Step, ...]

    @property
    def next(self) -> Step | None:
        """The first step that is not done; None when nothing blocks the work."""
        return next((step for step in self.steps if not step.settled), None)

    @property
    def settled(self) -> int:
        return sum(step.settled for step in self.steps)


def with_next_step(rows: QuerySet[Artwork]) -> QuerySet[Artwork]:
    """Artworks with `next_step`, the key of the first step that is not done, or "clear", and what `readiness` needs."""
    masks = Mask.objects.filter(artwork=OuterRef("pk"), master=OuterRef("master"))
    orders = Restoration.objects.filter(artwork=OuterRef("pk"), master=OuterRef("master"))
    made = Candidate.objects.filter(restoration__artwork=OuterRef("pk"), restoration__master=OuterRef("master"))
    live = Nomination.objects.filter(
        candidate__restoration__artwork=OuterRef("pk"), candidate__restoration__master=OuterRef("master")
    ).exclude(state=Nomination.State.WITHDRAWN)
    unjudged = ~Exists(Candidate.objects.filter(restoration=OuterRef("pk")).exclude(judgement=""))
    with_any = Exists(Candidate.objects.filter(restoration=OuterRef("pk")))
    newest = orders.filter(with_any).order_by("-created_at")
    return rows.annotate(
        has_mask=Exists(masks),
        has_confirmed=Exists(masks.exclude(confirmed_at=None)),
        to_confirm=_first(masks.filter(confirmed_at=None).order_by("-version")),
        has_candidates=Exists(made),
        to_judge=Coalesce(_first(newest.filter(unjudged)), _first(newest)),
        is_judged=Exists(made.exclude(judgement="")),
        picked_in=_first(made.filter(judgement="picked").order_by("-restoration__created_at"), "restoration"),
        is_nominated=Exists(live),
        in_study=Exists(live.filter(state=Nomination.State.TAKEN)),
        last_job=_first(orders.order_by("-created_at"), "job"),
        last_status=Subquery(orders.order_by("-created_at").values("job__status")[:1]),
    ).annotate(next_step=_next_step())


def readiness(artworks: Iterable[Artwork]) -> dict[Any, Readiness]:
    """Key → readiness of each of some artworks; one query, none for rows that `with_next_step` gave."""
    works = list(artworks)
    told = {work.pk: work for work in works if hasattr(work, "next_step")}
    asked = [work.pk for work in works if work.pk not in told]
    if asked:
        told |= {row.pk: row for row in with_next_step(Artwork.objects.filter(pk__in=asked))}
    return {work.pk: Readiness(work, _steps(told[work.pk])) for work in works if work.pk in told}


def _next_step() -> Case:
    """The same order as `STAGES`; a work that has candidates needs no mask any more."""
    return Case(
        When(master=None, then=Value("photograph")),
        When(Q(has_mask=False, has_candidates=False), then=Value("mask")),
        When(Q(has_confirmed=False, has_candidates=False), then=Value("confirmed")),
        When(Q(has_candidates=False), then=Value("restoration")),
        When(Q(is_judged=False), then=Value("judged")),
        When(Q(picked_in=None), then=Value("picked")),
        When(Q(is_nominated=False), then=Value("panel")),
        When(Q(in_study=False), then=Value("study")),
        default=Value(CLEAR),
        output_field=CharField(),
    )


def _first(rows: QuerySet, value: str = "pk") -> Subquery:
    """The key of the first row, or of what it refers to."""
    return Subquery(rows.values(value)[:1], output_field=UUIDField())


def _steps(row: Any) -> tuple[Step, ...]:
    """The steps of a row of `with_next_step`: those before the next one are settled, those after it are open."""
    settled = True
    steps = []
    for stage in STAGES:
        settled = settled and stage.key != row.next_step
        steps.append(_settled(stage, row) if settled else _open(stage, row))
    return tuple(steps)


def _settled(stage: Stage, row: Any) -> Step:
    missing = (stage.key == "mask" and not row.has_mask) or (stage.key == "confirmed" and not row.has_confirmed)
    return Step(stage, UNNEEDED if missing else DONE)


def _open(stage: Stage, row: Any) -> Step:
    is_next = stage.key == row.next_step
    if stage.key == "restoration" and is_next and row.last_status in (*Job.ACTIVE, Job.Status.FAILED):
        failed = row.last_status == Job.Status.FAILED
        words = gettext("The last restoration failed.") if failed else gettext("A restoration is on its way.")
        return Step(stage, FAILED if failed else RUNNING, words, reverse("jobs:detail", args=[row.last_job]))
    return Step(stage, OPEN, str(stage.blocks), _url(stage.key, row) if is_next else "")


def _url(key: str, row: Any) -> str:
    """Where the next step is done."""
    if key == "photograph":
        return reverse("catalogue:artwork-master", args=[row.pk])
    if key == "mask":
        return reverse("restoration:masks", args=[row.pk])
    if key == "confirmed":
        return reverse("restoration:mask", args=[row.to_confirm])
    if key == "restoration":
        return reverse("restoration:order", args=[row.pk])
    if key in ("judged", "picked"):
        return reverse("restoration:detail", args=[row.to_judge])
    return reverse("restoration:detail", args=[row.picked_in])
