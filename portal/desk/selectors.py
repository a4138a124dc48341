"""What lies on a person's desk: what waits for the person, what runs, what failed. Scoped, and every list bounded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, ExpressionWrapper, F, FloatField, Min, OuterRef, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generation.corpus.agreement import LARGEST_VARIANCE, LEAST_VALIDATORS
from generation.models import CaptionSample
from generation.selectors.captions import ARBITRATE, SCORE
from gpu_workers.models import Job
from gpu_workers.outlook import Outlook, outlooks
from gpu_workers.selectors import jobs_for
from portal.accounts.models import Role, User
from portal.accounts.policy import allowed, scope
from portal.catalogue.models import Artwork, Collection
from portal.catalogue.selectors import artworks_for
from portal.desk.naming import engine_name, fitted, kind_name, thumbnail, works_of
from restoration.models import Candidate, Mask, Restoration
from review.guardrails.models import Release
from review.guardrails.selectors.checks import waiting_for_officer
from review.guardrails.selectors.consent import waiting_for_consultant
from review.models import Nomination
from review.selectors.nominations import nominations_for

EACH = 6  # cards of one kind on the desk
ALL = 60  # the same on the page of all of them
JOBS = 6
FAILED_DAYS = 14


@dataclass(frozen=True)
class Task:
    """One thing that waits for the person: a picture, what it is about, one sentence, one action.

    image: address of a picture and its width and height, or None.
    """

    kind: str
    title: str
    sentence: str
    does: str
    url: str
    at: datetime | None
    image: tuple[str, int, int] | None = None


@dataclass(frozen=True)
class Pile:
    """Tasks of one kind, the latest first: those shown, and how many there are."""

    kind: str
    name: str
    tasks: list[Task]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.tasks)


def waiting(user: User, most: int = EACH) -> list[Pile]:
    """What waits for the person, kind by kind; kinds of which there is nothing are left out."""
    piles = (pile(user, most) for pile in PILES)
    return [pile for pile in piles if pile.count]


@dataclass(frozen=True)
class Running:
    """A job that waits or works, with the work it is about where the person may see it."""

    job: Job
    name: str
    artwork: Artwork | None
    outlook: Outlook


def running(user: User) -> tuple[list[Running], int]:
    """The person's own jobs that have not ended, those at work first; and how many there are."""
    rows = jobs_for(user).filter(owner=user, status__in=Job.ACTIVE).select_related("restoration")
    shown = list(rows.order_by(F("started_at").asc(nulls_last=True), "queued_at")[:JOBS])
    works, when = works_of(user, shown), outlooks(shown)
    count = rows.count() if len(shown) == JOBS else len(shown)
    return [Running(job, kind_name(job.kind), works.get(job.pk), when[job.pk]) for job in shown], count


def failed(user: User) -> tuple[list[Running], int]:
    """The person's own jobs that failed within two weeks and were not done since; and how many there are."""
    since = timezone.now() - timedelta(days=FAILED_DAYS)
    again = Job.objects.filter(
        fingerprint=OuterRef("fingerprint"),
        collection=OuterRef("collection"),
        status__in=(*Job.ACTIVE, Job.Status.SUCCEEDED),
        created_at__gt=OuterRef("created_at"),
    )
    rows = jobs_for(user).filter(~Exists(again), owner=user, status=Job.Status.FAILED, finished_at__gte=since)
    shown = list(rows.select_related("restoration").order_by("-finished_at", "pk")[:JOBS])
    works = works_of(user, shown)
    count = rows.count() if len(shown) == JOBS else len(shown)
    return [Running(job, kind_name(job.kind), works.get(job.pk), Outlook()) for job in shown], count


def recent_works(user: User, most: int = EACH) -> list[Artwork]:
    """The works that were changed last."""
    return list(artworks_for(user).order_by("-updated_at", "pk")[:most])


@dataclass(frozen=True)
class Queue:
    """What an operator looks at in the morning."""

    waiting: int
    running: int
    quarantined: list[Job]


def queue(user: User) -> Queue | None:
    """The whole queue in numbers, for who steers it."""
    if not allowed(user, "gpu_workers.view_queue"):
        return None
    counts = dict(Job.objects.filter(status__in=Job.ACTIVE).order_by().values_list("status").annotate(Count("pk")))
    stopped = Job.objects.filter(status=Job.Status.FAILED, quarantined=True).select_related("owner", "collection")
    return Queue(
        counts.get(Job.Status.QUEUED, 0),
        counts.get(Job.Status.RUNNING, 0),
        list(stopped.order_by("-finished_at")[:JOBS]),
    )


def roles_of(user: User) -> set[str]:
    """Every role that the person has anywhere."""
    return set(user.grants.values_list("role", flat=True))


def curated_by(user: User) -> set[Any]:
    """The keys of the collections in which the person can take the steps of a curator."""
    return set(scope(user, "catalogue.change_artwork", Collection.objects.all(), "self").values_list("pk", flat=True))


def sacred_works(user: User, most: int = EACH) -> list[Artwork]:
    """Works with sacred imagery in the collections where the person is a cultural consultant."""
    grants = user.grants.filter(role=Role.CONSULTANT).exclude(collection=None).values("collection")
    return list(artworks_for(user).filter(sacred=True, collection__in=grants).order_by("-updated_at", "pk")[:most])


def _masks(user: User, most: int) -> Pile:
    """Masks that a program made of the present photograph and that no later confirmed one has replaced."""
    later = Mask.objects.filter(artwork=OuterRef("artwork"), version__gt=OuterRef("version")).exclude(confirmed_at=None)
    rows = scope(user, "restoration.confirm_mask", Mask.objects.all(), "artwork__collection")
    rows = rows.filter(~Exists(later), confirmed_at=None, master=F("artwork__master"))
    rows = rows.select_related("artwork", "master").order_by("-created_at", "pk")
    return _pile("mask", _("Masks to confirm"), rows, most, _mask)


def _mask(mask: Mask) -> Task:
    sides = fitted(mask.master, 1600)
    return Task(
        "mask", str(mask.artwork), _("A program marked this damage. Is it right?"), _("Look and confirm"),
        reverse("restoration:mask", args=[mask.pk]), mask.created_at,
        (reverse("restoration:mask-overlay", args=[mask.pk]), *sides),
    )  # fmt: skip


def _candidates(user: User, most: int) -> Pile:
    """Orders that brought candidates of which nobody has judged any."""
    judged = Candidate.objects.filter(restoration=OuterRef("pk")).exclude(judgement="")
    rows = scope(user, "restoration.judge_candidate", Restoration.objects.all(), "artwork__collection")
    rows = rows.filter(~Exists(judged), job__status=Job.Status.SUCCEEDED, candidates__isnull=False).distinct()
    rows = rows.select_related("artwork", "job").prefetch_related("candidates__picture").order_by("-created_at", "pk")
    return _pile("candidate", _("Candidates to judge"), rows, most, _restoration)


def _restoration(order: Restoration) -> Task:
    made = list(order.candidates.all())
    words = {"count": len(made), "engine": engine_name(order.engine)}
    sentence = ngettext("%(count)d candidate by %(engine)s.", "%(count)d candidates by %(engine)s.", len(made)) % words
    url = reverse("restoration:detail", args=[order.pk])
    return Task(
        "candidate", str(order.artwork), sentence, _("Compare and judge"), url, order.job.finished_at,
        thumbnail(made[0].picture),
    )  # fmt: skip


def _nominations(user: User, most: int) -> Pile:
    """Candidates that wait for a study, for the coordinators of their collections."""
    if not user.grants.filter(role=Role.COORDINATOR).exclude(collection=None).exists():
        return Pile("nomination", "", [], 0)
    grants = user.grants.filter(role=Role.COORDINATOR).values("collection")
    rows = nominations_for(user).filter(
        state=Nomination.State.WAITING, candidate__restoration__artwork__collection__in=grants
    )
    return _pile("nomination", _("Sent to the panel"), rows.order_by("-at", "pk"), most, _nomination)


def _nomination(nomination: Nomination) -> Task:
    candidate = nomination.candidate
    words = {"who": nomination.by, "number": candidate.number}
    return Task(
        "nomination", str(candidate.restoration.artwork), _("%(who)s sent candidate %(number)s.") % words,
        _("Look at the candidate"),
        f"{reverse('restoration:detail', args=[candidate.restoration_id])}?candidate={candidate.number}",
        nomination.at, thumbnail(candidate.picture),
    )  # fmt: skip


def _rights(user: User, most: int) -> Pile:
    """Pictures whose rights are to be cleared, for the rights officers of their collections."""
    rows = waiting_for_officer(user)
    return _pile("rights", _("Rights to clear"), rows, most, _case)


def _case(release: Release) -> Task:
    sentence = _("This comes near to a work in which somebody keeps the rights.")
    url = reverse("checks:rights-case", args=[release.pk])
    image = thumbnail(release.picture)
    return Task("rights", str(release.artwork), sentence, _("Look and decide"), url, release.prepared_at, image)


def _consultations(user: User, most: int) -> Pile:
    """Sacred images that wait for a consultant's word."""
    rows = waiting_for_consultant(user)
    return _pile("consultation", _("Sacred images"), rows, most, _consultation)


def _consultation(release: Release) -> Task:
    sentence = _("May this be shown, and how?")
    url = reverse("checks:consultation", args=[release.pk])
    image = thumbnail(release.picture)
    return Task("consultation", str(release.artwork), sentence, _("Look and say"), url, release.prepared_at, image)


def _captions(user: User, most: int) -> Pile:
    """Collections with captions that the person has not scored."""
    rows = (
        scope(user, SCORE, CaptionSample.objects.all())
        .exclude(scores__validator=user)
        .exclude(arbitration__isnull=False)
    )
    name, does, route = _("Captions to score"), _("Go on scoring"), "generation:next"
    return _by_collection("caption", name, rows, most, does, route, _left)


def _left(count: int) -> str:
    words = ngettext("%(count)d caption is left for you.", "%(count)d captions are left for you.", count)
    return words % {"count": count}


def _disputes(user: User, most: int) -> Pile:
    """Collections with captions on which the validators differ and no arbiter has decided."""
    n, total, squares = F("n"), F("total"), F("squares")
    given = F("scores__score")
    rows = scope(user, ARBITRATE, CaptionSample.objects.filter(arbitration=None))
    rows = rows.annotate(n=Count("scores"), total=Sum(given), squares=Sum(given * given))
    # a variance above the bar, times n (n - 1), so that no database is asked for the variance of a single score
    beyond = ExpressionWrapper(n * squares - total * total - LARGEST_VARIANCE * n * (n - 1), FloatField())
    disputed = rows.annotate(beyond=beyond).filter(n__gte=LEAST_VALIDATORS, beyond__gt=0).order_by().values("pk")
    rows = CaptionSample.objects.filter(pk__in=disputed)
    name, does, route = _("Captions to decide"), _("Decide"), "generation:collection"
    return _by_collection("dispute", name, rows, most, does, route, _disputed)


def _disputed(count: int) -> str:
    words = ngettext(
        "On %(count)d caption the validators differ.", "On %(count)d captions the validators differ.", count
    )
    return words % {"count": count}


def _by_collection(
    kind: str, name: str, rows: QuerySet, most: int, does: str, route: str, say: Callable[[int], str]
) -> Pile:
    """A task for each collection that has captions among `rows`, with the picture of one of them."""
    about = {"count": Count("pk", distinct=True), "first": Min("sha256")}
    counts = {row["collection"]: row for row in rows.order_by().values("collection").annotate(**about)}
    places = list(Collection.objects.filter(pk__in=counts).order_by("name", "pk")[:most])
    firsts = [counts[place.pk]["first"] for place in places]
    found = CaptionSample.objects.filter(collection__in=places, sha256__in=firsts) if places else []
    samples = {(sample.collection_id, sample.sha256): sample for sample in found}
    tasks = []
    for place in places:
        sample = samples[place.pk, counts[place.pk]["first"]]
        image = (reverse("generation:picture", args=[sample.pk]), sample.size, sample.size)
        url = reverse(route, args=[place.pk])
        tasks.append(Task(kind, place.name, say(counts[place.pk]["count"]), does, url, sample.created_at, image))
    return Pile(kind, name, tasks, len(counts))


def _pile(kind: str, name: str, rows: QuerySet, most: int, say: Callable[[Any], Task]) -> Pile:
    shown = list(rows[: most + 1])
    count = len(shown) if len(shown) <= most else rows.count()
    return Pile(kind, name, [say(row) for row in shown[:most]], count)


PILES: Iterable[Callable[[User, int], Pile]] = (
    _consultations, _rights, _candidates, _masks, _nominations, _captions, _disputes,
)  # fmt: skip
