"""Writes of the restoration app: masks and orders; judgements are in judging.py. Each is a step of a person's work."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gpu_workers import services as jobs
from gpu_workers.engines.registry import COLOUR
from gpu_workers.fingerprints import fingerprint
from gpu_workers.models import Job
from gpu_workers.selectors import same_job
from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.services import record
from portal.catalogue.models import Artwork
from portal.catalogue.services import seal_picture
from portal.errors import UserError
from restoration import checks
from restoration.masks import check_mask, load_mask
from restoration.models import Mask, Reference, Restoration
from restoration.storing import as_path, in_words, latest_of, save_drawn, store_mask
from review.guardrails import before


class SameJobExists(UserError):
    """The same order is done, or on its way: `restoration` is that one."""

    def __init__(self, restoration: Restoration) -> None:
        super().__init__(_("Exactly this was ordered before; look at its result, or order it anyway."))
        self.restoration = restoration


def upload_mask(
    user: User, artwork: Artwork, upload: UploadedFile | Path, *, damage_class: str = "loss", note: str = "",
    feather: int = 0,
) -> Mask:  # fmt: skip
    """Keep a mask that a person drew as the next version; it counts as confirmed by that person.

    damage_class: what the marks of a black-and-white mask mean; a mask of the codes 1 to 4 says so itself. feather:
    over how many pixels (0 to 64) inside the border of what is marked new paint fades in.
    """
    require(user, "restoration.add_mask", artwork)
    master = checks.master_of(artwork)
    checks.check_feather(feather)
    with in_words(), as_path(upload) as path:
        labels = check_mask(load_mask(path, (master.width, master.height), damage_class))
        stored = store_mask(master, labels, latest_of(master, artwork))
    about = {"master": master, "source": Mask.Source.UPLOADED, "note": note[:500], "feather": feather}
    try:
        return save_drawn(artwork, stored, user=user, **about)
    except BaseException:
        stored.discard()
        raise


def request_proposal(user: User, artwork: Artwork) -> Job:
    """Order a mask proposed by image analysis. Asking again while one is on its way gives that one."""
    require(user, "restoration.add_mask", artwork)
    return _order_mask(user, artwork, "propose_mask", {})


def request_difference(user: User, artwork: Artwork, intact_upload: UploadedFile | Path) -> Job:
    """Order a mask from the difference between the master and a photograph of the intact work, which is sealed too."""
    require(user, "restoration.add_mask", artwork)
    checks.master_of(artwork)
    intact = seal_picture(intact_upload, collection=artwork.collection, user=user)
    return _order_mask(user, artwork, "difference_mask", {"intact": str(intact.pk), "intact_sha256": intact.sha256})


@transaction.atomic
def confirm_mask(user: User, mask: Mask) -> Mask:
    """Note that a person looked at a mask and found it right; the first to do so is the one recorded."""
    require(user, "restoration.confirm_mask", mask)
    checks.check_coverage(mask)
    unconfirmed = Mask.objects.filter(pk=mask.pk, confirmed_at=None)
    if unconfirmed.update(confirmed_at=timezone.now(), confirmed_by=user):
        record("mask.confirmed", mask, actor=user, artwork=mask.artwork, version=mask.version)
    mask.refresh_from_db()
    return mask


@transaction.atomic
def order_restoration(
    user: User, artwork: Artwork, *, mask: Mask, engine: str = "imagest", candidates: int = 2, seed: int = 0,
    prompt: str = "", style_reference: Artwork | None = None, steps: int | None = None, anyway: bool = False,
    repeats: Restoration | None = None, priority: int = Job.Priority.NORMAL,
) -> Restoration:  # fmt: skip
    """Order a restoration and queue its job, once everything about it has been found in order.

    seed: 0 to 4,000,000,000. An engine that knows no chance makes one candidate, however many are asked for.
    `SameJobExists` when the same was ordered before and has not failed, unless ordered `anyway`; any other mistake is a
    `UserError`.
    """
    require(user, "restoration.add_restoration", artwork)
    artwork = Artwork.objects.select_for_update(of=("self",)).select_related("master").get(pk=artwork.pk)
    checks.check_style(user, style_reference, checks.engine_called(engine))
    wanted = {"mask": mask, "engine": engine, "candidates": candidates, "seed": seed, "prompt": prompt}
    job, row = draft_of(user, artwork, **wanted, style_reference=style_reference, steps=steps, priority=priority)
    return _place(job, artwork, row, anyway, repeats)


def draft_of(
    user: User, artwork: Artwork, *, mask: Mask, engine: str, candidates: int, seed: int, prompt: str = "",
    style_reference: Artwork | None = None, steps: int | None = None, priority: int = Job.Priority.NORMAL,
) -> tuple[Job, dict[str, Any]]:  # fmt: skip
    """What an order would be, with nothing written: its job, and the fields of its row. Raises `UserError`.

    The style reference was checked before. Asks the database nothing where artwork, masters and mask are at hand.
    """
    master = checks.master_of(artwork)
    spec = checks.engine_called(engine)
    checks.check_mask_fits(mask, artwork)
    checks.check_numbers(candidates, seed, steps)
    order = {"engine": engine, "prompt": checks.clean_prompt(prompt, spec), "seed": seed, "steps": steps}
    kept = before.admit(artwork, text=order["prompt"], style=style_reference)
    made = candidates if spec.stochastic else 1
    style = style_reference.master if style_reference else None
    inputs = {"master": master.sha256, "mask": mask.sha256, "style": style.sha256 if style else None}
    inputs |= {"feather": mask.feather} if mask.feather else {}
    parameters = {**order, "candidates": made, "inputs": inputs} | ({"constraints": kept} if kept else {})
    row = {"master": master, "mask": mask, "style_reference": style_reference, "candidates_wanted": made, **order}
    job = _draft(user, artwork, "restore", parameters)
    job.priority, job.pixels = priority, made * mask.damaged_pixels
    return job, row


@transaction.atomic
def order_reconstruction(
    user: User, artwork: Artwork, *, references: Iterable[Artwork], engine: str = "flow", strength: float = 1.0,
    area: str = Restoration.Area.WHOLE, mask: Mask | None = None, anyway: bool = False,
    repeats: Restoration | None = None, priority: int = Job.Priority.NORMAL,
) -> Restoration:  # fmt: skip
    """Order a colour reconstruction and queue its job, once everything about it has been found in order.

    references: 1 to 8 well-kept works, each counted once. strength: 0 (as it is) to 1. mask: confirmed, for the area
    "mask" alone. Raises as `order_restoration` does.
    """
    require(user, "restoration.add_restoration", artwork)
    artwork = Artwork.objects.select_for_update(of=("self",)).select_related("master").get(pk=artwork.pk)
    master = checks.master_of(artwork)
    checks.engine_called(engine, COLOUR)
    works = list(dict.fromkeys(references))
    checks.check_references(user, artwork, works)
    checks.check_area(area, mask, artwork)
    checks.check_strength(strength)
    kept = before.admit(artwork, references=works)
    digests = [checks.master_of(work).sha256 for work in works]
    inputs = {"master": master.sha256, "mask": mask.sha256 if mask else None, "references": digests}
    order = {"engine": engine, "strength": float(strength), "area": area}
    parameters = {**order, "candidates": 1, "inputs": inputs} | ({"constraints": kept} if kept else {})
    row = {"task": Restoration.Task.COLOUR, "master": master, "mask": mask, "candidates_wanted": 1, **order}
    job = _draft(user, artwork, "reconstruct_colour", parameters)
    job.priority, job.pixels = priority, master.width * master.height
    made = _place(job, artwork, row, anyway, repeats)
    Reference.objects.bulk_create(
        Reference(restoration=made, number=number, artwork=work, sha256=digest)
        for number, (work, digest) in enumerate(zip(works, digests, strict=True), start=1)
    )
    return made


def repeat_restoration(user: User, restoration: Restoration, **changes: Any) -> Restoration:
    """Order a restoration or a reconstruction once more, with changes: any argument of its own `order_` function.

    Another engine is not given what it cannot use: a hint or a style reference that was meant for the first one.
    """
    if restoration.task == Restoration.Task.COLOUR:
        return _repeat_reconstruction(user, restoration, changes)
    spec = checks.engine_called(changes.get("engine", restoration.engine))
    order: dict[str, Any] = {
        "mask": restoration.mask,
        "engine": restoration.engine,
        "candidates": restoration.candidates_wanted,
        "seed": restoration.seed,
        "prompt": restoration.prompt if spec.accepts_prompt else "",
        "style_reference": restoration.style_reference if spec.accepts_style else None,
        "steps": restoration.steps,
    }
    _check_changes(order, changes)
    return order_restoration(user, restoration.artwork, **(order | changes), repeats=restoration)


def _repeat_reconstruction(user: User, restoration: Restoration, changes: dict[str, Any]) -> Restoration:
    """A reference that was deleted since is left out; a mask is kept while the area is the mask."""
    area = changes.get("area", restoration.area)
    order: dict[str, Any] = {
        "references": [it.artwork for it in restoration.references.all() if it.artwork],
        "engine": restoration.engine,
        "strength": restoration.strength,
        "area": area,
        "mask": restoration.mask if area == Restoration.Area.MASK else None,
    }
    _check_changes(order, changes)
    return order_reconstruction(user, restoration.artwork, **(order | changes), repeats=restoration)


def _check_changes(order: dict[str, Any], changes: dict[str, Any]) -> None:
    """Whether this kind of order knows every change."""
    if foreign := sorted(changes.keys() - order.keys() - {"anyway", "priority"}):
        raise UserError(_("This kind of order knows no %(names)s.") % {"names": ", ".join(foreign)})


def _place(job: Job, artwork: Artwork, row: dict[str, Any], anyway: bool, repeats: Restoration | None) -> Restoration:
    """Queue a job with the row that says what was ordered, unless the same is there and nobody wants it again."""
    if not anyway and (same := same_job(job.fingerprint, artwork.collection)):
        raise SameJobExists(same.restoration)
    job.save()
    made = Restoration.objects.create(job=job, artwork=artwork, repeats=repeats, **row)
    jobs.queue(job)
    return made


@transaction.atomic
def _order_mask(user: User, artwork: Artwork, kind: str, inputs: dict[str, Any]) -> Job:
    artwork = Artwork.objects.select_for_update(of=("self",)).select_related("master").get(pk=artwork.pk)
    master = checks.master_of(artwork)
    about = {"artwork": str(artwork.pk), "master": str(master.pk), "master_sha256": master.sha256}
    job = _draft(user, artwork, kind, about | inputs)
    same = same_job(job.fingerprint, artwork.collection)
    if same and same.status in Job.ACTIVE:
        return same
    job.pixels = master.width * master.height
    job.save()
    return jobs.queue(job)


def _draft(user: User, artwork: Artwork, kind: str, parameters: dict[str, Any]) -> Job:
    """A job that nobody works on yet, not saved."""
    mark = fingerprint(kind, {"artwork": str(artwork.pk), **parameters})
    return Job(kind=kind, collection=artwork.collection, owner=user, parameters=parameters, fingerprint=mark)
