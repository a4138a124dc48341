"""Reads of the caption review, scoped to who asks. Nobody reads others' scores of what is still to be scored."""

from dataclasses import dataclass
from statistics import mean
from typing import Any

from django.db.models import Count, Q, QuerySet

from generation.corpus.agreement import LEAST_VALIDATORS, needs_arbiter, variance
from generation.models import Arbitration, CaptionSample, CaptionScore
from portal.accounts import policy
from portal.accounts.models import User
from portal.catalogue.models import Collection
from review.statistics import Kappa, fleiss_kappa

VIEW, RESULT = "generation.view_captions", "generation.view_agreement"
SCORE, ARBITRATE = "generation.score_caption", "generation.arbitrate_caption"


def collections_for(user: User) -> QuerySet[Collection]:
    """The collections with captions that the person may see, with `samples` in all and `scored` by the person."""
    rows = policy.scope(user, VIEW, Collection.objects.all(), "self")
    mine = Q(caption_samples__scores__validator=user)
    return rows.annotate(
        samples=Count("caption_samples", distinct=True),
        scored=Count("caption_samples__scores", filter=mine, distinct=True),
    ).filter(samples__gt=0).order_by("name", "pk")  # fmt: skip


def get_collection(user: User, pk: Any, action: str = VIEW) -> Collection:
    return policy.find(user, Collection.objects.all(), pk, view=VIEW, action=action, path="self")


def get_sample(user: User, pk: Any, action: str = VIEW) -> CaptionSample:
    return policy.find(user, CaptionSample.objects.select_related("collection"), pk, view=VIEW, action=action)


def left_for(user: User, collection: Collection) -> QuerySet[CaptionSample]:
    """What the person has not scored yet; what fewest have scored stands first. Nothing for who may not score."""
    rows = policy.scope(user, SCORE, CaptionSample.objects.filter(collection=collection))
    return rows.exclude(scores__validator=user).annotate(known=Count("scores")).order_by("known", "sha256")


@dataclass(frozen=True)
class Disputed:
    """A sample whose `given` scores have a variance (`spread`) above 1.5, and the arbiter's decision, if any."""

    sample: CaptionSample
    given: list[int]
    spread: float
    decision: Arbitration | None


@dataclass(frozen=True)
class Agreement:
    """How far the validators of a collection's captions agree.

    `waiting`: what is disputed and no arbiter has decided; `judged`: how many samples have two scores or more; `final`:
    the mean final score of these, None where there is none.
    """

    kappa: Kappa
    samples: int
    judged: int
    final: float | None
    disputed: list[Disputed]

    @property
    def waiting(self) -> list[Disputed]:
        return [row for row in self.disputed if row.decision is None]


def agreement(collection: Collection) -> Agreement:
    """The agreement on a collection's captions, in three queries."""
    scores: dict[Any, list[int]] = {}
    rows = CaptionScore.objects.filter(sample__collection=collection).order_by("pk").values_list("sample_id", "score")
    for key, score in rows:
        scores.setdefault(key, []).append(score)
    decisions = {row.sample_id: row for row in Arbitration.objects.filter(sample__collection=collection)}
    disputed, final, samples = [], [], CaptionSample.objects.filter(collection=collection)
    for sample in samples:
        given = sorted(scores.get(sample.pk, []))
        decision = decisions.get(sample.pk)
        if len(given) >= LEAST_VALIDATORS:
            final.append(decision.score if decision else mean(given))
        if needs_arbiter(given):
            disputed.append(Disputed(sample, given, variance(given), decision))
    kappa = fleiss_kappa(list(scores.values()))
    return Agreement(kappa, len(samples), len(final), mean(final) if final else None, disputed)


def without_unscored(user: User, found: Agreement, collection: Collection) -> list[Disputed]:
    """The disputed samples whose scores the person may read: not those that the person has still to score."""
    unseen = set(left_for(user, collection).values_list("pk", flat=True))
    return [row for row in found.disputed if row.sample.pk not in unseen]
