"""Many orders at once: one work with several engines, or many works with one recipe.

`plan` says what would be ordered and what would not, and why, and writes nothing; `order` does exactly that. The batch
and its items are written first, then each order is placed in a transaction of its own: sending the same form twice, or
again after a crash, places what is not placed yet and nothing twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from gpu_workers import services as jobs
from gpu_workers.models import Job
from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.services import record
from portal.catalogue.models import Artwork
from portal.errors import UserError
from restoration import checks, services
from restoration.models import Mask, Restoration
from restoration.ordering.models import Batch, BatchItem
from review.guardrails.vocabulary import read_once

ADD, CANCEL = "restoration.add_restoration", "restoration.cancel_restoration"
MOST_WORKS = 200
MOST_ORDERS = 400


@dataclass(frozen=True)
class Recipe:
    """What all orders of a batch share. What one of the engines cannot use is left out of its order."""

    engines: tuple[str, ...]
    candidates: int = 2
    seed: int = 0
    prompt: str = ""
    steps: int | None = None
    priority: int = Job.Priority.NORMAL
    style: str | None = None  # key of the style reference

    def settings(self, engine: str, style: Artwork | None) -> dict[str, Any]:
        """The arguments of `order_restoration` but for work and mask."""
        spec = checks.engine_called(engine)
        return {
            "engine": engine,
            "candidates": self.candidates if spec.stochastic else 1,
            "seed": self.seed,
            "prompt": self.prompt if spec.accepts_prompt else "",
            "steps": self.steps if spec.stochastic else None,
            "style_reference": style if spec.accepts_style else None,
            "priority": self.priority,
        }


@dataclass(frozen=True)
class Planned:
    """One order as it would be: placed, or refused with a `sentence`; `same`: exactly this is there already."""

    artwork: Artwork
    engine: str
    mask: Mask | None = None
    sentence: str = ""
    same: Restoration | None = None
    pixels: int = 0

    @property
    def placed(self) -> bool:
        return not self.sentence and self.same is None


def usable_masks(artworks: Iterable[Artwork]) -> dict[Any, Mask]:
    """Key of a work → the newest confirmed mask of its present master. One query."""
    works = {work.pk: work for work in artworks}
    rows = Mask.objects.filter(artwork__in=works, confirmed_at__isnull=False).order_by("version")
    masks = rows.select_related("master")
    return {mask.artwork_id: mask for mask in masks if mask.master_id == works[mask.artwork_id].master_id}


def plan(
    user: User, works: Sequence[tuple[Artwork, Mask | None]], recipe: Recipe, style: Artwork | None = None
) -> list[Planned]:
    """What ordering would do, work by work and engine by engine. A number of queries that does not grow with the works.

    works: each with the mask to use, of one collection. Raises `UserError` for what concerns all orders alike.
    """
    _check_all(user, works, recipe, style)
    with read_once():
        drafts = [_drafted(user, *pair, recipe, engine, style) for pair in works for engine in recipe.engines]
    marks = [job.fingerprint for _planned, job in drafts if job]
    useful = (*Job.ACTIVE, Job.Status.SUCCEEDED)
    rows = Restoration.objects.filter(
        job__fingerprint__in=marks, job__status__in=useful, job__collection=works[0][0].collection_id
    )
    same = {it.job.fingerprint: it for it in rows.select_related("job").order_by("created_at")}
    room, found = _room(user), []
    for planned, job in drafts:
        if job and (there := same.get(job.fingerprint)):
            planned = _with(planned, same=there)
        elif job and room <= 0:
            planned = _with(planned, sentence=_("Too many of your jobs wait already."))
        elif job:
            room -= 1
        found.append(planned)
    return found


def order(
    user: User,
    works: Sequence[tuple[Artwork, Mask | None]],
    recipe: Recipe,
    *,
    token: UUID,
    style: Artwork | None = None,
    repeats: Restoration | None = None,
) -> Batch:
    """Order what `plan` says, each order in a transaction of its own; the same `token` again gives the same batch."""
    batch = Batch.objects.filter(owner=user, token=token).first()
    if batch is None:
        batch = _written(user, works, recipe, token, plan(user, works, recipe, style))
    place_pending(user, batch, repeats)
    return batch


def place_pending(user: User, batch: Batch, repeats: Restoration | None = None) -> int:
    """Place the orders of a batch that are not placed yet; returns how many were placed now. Harmless to repeat."""
    require(user, ADD, batch.collection)
    recipe = Recipe(**(batch.recipe | {"engines": tuple(batch.recipe["engines"])}))
    style = Artwork.objects.select_related("master", "collection").filter(pk=recipe.style).first()
    pending = batch.items.filter(restoration=None, sentence="").values_list("pk", flat=True)
    return sum(_place(user, pk, recipe, style, repeats) for pk in list(pending))


def cancel_all(user: User, batch: Batch) -> int:
    """Cancel every job of a batch that has not ended, and give up the orders not placed yet; returns how many."""
    require(user, CANCEL, batch.collection)
    given_up = batch.items.filter(restoration=None, sentence="").update(sentence=_("Cancelled before it was ordered."))
    return given_up + sum(jobs.request_cancel(user, job) for job in _jobs(batch).filter(status__in=Job.ACTIVE))


def retry_failed(user: User, batch: Batch) -> int:
    """Start the failed jobs of a batch again; returns how many were started before something was in the way."""
    require(user, ADD, batch.collection)
    return sum(jobs.retry(user, job) for job in _jobs(batch).filter(status=Job.Status.FAILED))


def _check_all(user: User, works: Sequence[tuple[Artwork, Mask | None]], recipe: Recipe, style: Artwork | None) -> None:
    """What concerns every order of a batch alike."""
    if not works:
        raise UserError(_("Choose at least one work."))
    if len(works) > MOST_WORKS:
        raise UserError(_("Choose up to %(most)d works at once.") % {"most": MOST_WORKS})
    if len({work.collection_id for work, _mask in works}) > 1:
        raise UserError(_("The works of a batch belong to one collection."))
    if not recipe.engines:
        raise UserError(_("Choose an engine."))
    if len(works) * len(recipe.engines) > MOST_ORDERS:
        raise UserError(_("These would be more than %(most)d orders at once.") % {"most": MOST_ORDERS})
    require(user, ADD, works[0][0].collection)
    jobs.check_priority(user, recipe.priority)
    checks.check_numbers(recipe.candidates, recipe.seed, recipe.steps)
    for engine in recipe.engines:
        own = recipe.settings(engine, style)
        spec = checks.engine_called(engine)
        checks.clean_prompt(own["prompt"], spec)
        checks.check_style(user, own["style_reference"], spec)


def _drafted(
    user: User, artwork: Artwork, mask: Mask | None, recipe: Recipe, engine: str, style: Artwork | None
) -> tuple[Planned, Job | None]:
    """What one order would be; without a job where it would be refused."""
    if style is not None and style.pk == artwork.pk:
        style = None  # a work is no reference for itself
    try:
        checks.master_of(artwork)
        if mask is None:
            raise UserError(_("No confirmed mask says yet where paint is lost."))
        job, _row = services.draft_of(user, artwork, mask=mask, **recipe.settings(engine, style))
    except UserError as problem:
        return Planned(artwork, engine, mask, str(problem)), None
    return Planned(artwork, engine, mask, pixels=job.pixels or 0), job


def _with(planned: Planned, **changes: Any) -> Planned:
    return Planned(**({name: getattr(planned, name) for name in planned.__dataclass_fields__} | changes))


def _room(user: User) -> int:
    """How many more jobs of this person may wait."""
    most = settings.JOBS_WAITING_PER_PERSON
    waiting = Job.objects.filter(owner=user, status=Job.Status.QUEUED).count() if most else 0
    return most - waiting if most else MOST_ORDERS


@transaction.atomic
def _written(
    user: User, works: Sequence[tuple[Artwork, Mask | None]], recipe: Recipe, token: UUID, planned: list[Planned]
) -> Batch:
    """The batch with an item an order, none of them placed; the one that is there when another request was faster."""
    one = works[0][0] if len(works) == 1 else None
    about = {"collection": works[0][0].collection, "artwork": one, "recipe": asdict(recipe)}
    batch, fresh = Batch.objects.get_or_create(owner=user, token=token, defaults=about)
    if fresh:
        BatchItem.objects.bulk_create(
            BatchItem(
                batch=batch, number=number, artwork=it.artwork, engine=it.engine, mask=it.mask, restoration=it.same,
                fresh=it.same is None, sentence=it.sentence,
            )
            for number, it in enumerate(planned, start=1)
        )  # fmt: skip
        if len(works) > 1:
            record("batch.ordered", batch, actor=user, count=sum(it.placed for it in planned))
    return batch


@transaction.atomic
def _place(user: User, pk: Any, recipe: Recipe, style: Artwork | None, repeats: Restoration | None) -> bool:
    """Place one order, unless somebody else has done so in the meantime; what is in the way becomes its sentence."""
    rows = BatchItem.objects.select_for_update(of=("self",)).select_related("artwork__collection", "mask__master")
    item = rows.get(pk=pk)
    if item.restoration_id or item.sentence:
        return False
    try:
        with transaction.atomic():
            if item.mask is None:
                raise UserError(_("The mask is gone."))
            own = None if style is not None and style.pk == item.artwork_id else style
            kept = {"repeats": repeats, **recipe.settings(item.engine, own)}
            item.restoration = services.order_restoration(user, item.artwork, mask=item.mask, **kept)
    except services.SameJobExists as there:
        item.restoration, item.fresh = there.restoration, False
    except UserError as problem:
        item.sentence = str(problem)[:500]
    item.save(update_fields=["restoration", "fresh", "sentence"])
    return bool(item.restoration_id and item.fresh)


def _jobs(batch: Batch) -> Any:
    return Job.objects.filter(restoration__batch_items__batch=batch, restoration__batch_items__fresh=True).distinct()
