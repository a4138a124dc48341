"""What a worker does for each kind of job of this app. torch is met below the engines only, once a job runs.

Each handler may be run twice: files are stored under their own SHA-256, and rows are written in one transaction that
only the attempt which holds the job can commit.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop as _

from gpu_workers import services
from gpu_workers.kinds import AttemptOver, Context, register
from gpu_workers.models import Job
from gpu_workers.pictures import read, sha256_file
from portal.catalogue.files import local_path
from portal.catalogue.models import Artwork, Picture
from portal.catalogue.sealing import StoredPicture, limits
from portal.catalogue.services import discard, seal_stored, store_picture
from portal.errors import UserError
from restoration.masks import check_mask, load_mask
from restoration.models import Candidate, Mask, Restoration
from restoration.storing import StoredFiles, in_words, save_version, store_mask

logger = logging.getLogger("lacuna.jobs")
ALTERED = {
    "master": _("The file of the master is no longer the one that was sealed."),
    "mask": _("The file of the mask is no longer the one that was sealed."),
    "style": _("The file of the style reference is no longer the one that was sealed."),
    "intact": _("The file of the intact photograph is no longer the one that was sealed."),
}
MISSING = {
    "master": _("The file of the master is missing from the archive."),
    "mask": _("The file of the mask is missing from the archive."),
    "style": _("The file of the style reference is missing from the archive."),
    "intact": _("The file of the intact photograph is missing from the archive."),
}
ENGINE_SHARE = 0.9  # of the progress bar; the rest is sealing


@register("restore")
def restore(job: Job, context: Context) -> None:
    """Let an engine fill what the mask marks, and seal the candidates."""
    from gpu_workers.engines import pipeline

    order = Restoration.objects.select_related("artwork", "master", "mask", "style_reference__master").get(job=job)
    with in_words(), ExitStack() as inputs:
        picture = inputs.enter_context(_proven(order.master.file, order.master.sha256, "master"))
        drawn = inputs.enter_context(_proven(order.mask.file, order.mask.sha256, "mask"))
        inputs.enter_context(_small_batches(order.engine, context.frugal))
        result = pipeline.restore(
            picture,
            check_mask(load_mask(drawn, (order.master.width, order.master.height))),
            order.engine,
            style_path=_style(order, job, inputs),
            prompt=order.prompt,
            candidates=order.candidates_wanted,
            seed=order.seed,
            steps=order.steps,
            out_dir=context.scratch,
            progress=lambda now: context.progress(now.fraction * ENGINE_SHARE, now.stage, now.preview),
            cancelled=context.cancelled,
            limits=limits(),
        )
        context.progress(ENGINE_SHARE, "Sealing the candidates")
        _keep(job, context, order, result)


@register("propose_mask")
def propose(job: Job, context: Context) -> None:
    """Find damage in the master by image analysis."""
    from restoration.masks import propose_mask

    def told(share: float) -> None:
        if context.cancelled():
            raise AttemptOver
        context.progress(0.2 + (ENGINE_SHARE - 0.2) * share, "Looking for damage")

    def find(picture: np.ndarray, inputs: ExitStack) -> np.ndarray:
        return propose_mask(picture, progress=told)

    _make_mask(job, context, Mask.Source.PROPOSED, find)


@register("difference_mask")
def difference(job: Job, context: Context) -> None:
    """Find damage as what differs from a photograph of the intact work."""
    from restoration.masks import difference_mask

    def find(picture: np.ndarray, inputs: ExitStack) -> np.ndarray:
        intact = Picture.objects.get(pk=job.parameters["intact"])
        path = inputs.enter_context(_proven(intact.file, intact.sha256, "intact"))
        return difference_mask(picture, read(path).pixels)

    _make_mask(job, context, Mask.Source.DIFFERENCE, find)


def _make_mask(job: Job, context: Context, source: str, find: Callable[[np.ndarray, ExitStack], np.ndarray]) -> None:
    artwork = Artwork.objects.get(pk=job.parameters["artwork"])
    master = Picture.objects.get(pk=job.parameters["master"])
    with in_words(), ExitStack() as inputs:
        context.progress(0.05, "Reading the picture")
        pixels = read(inputs.enter_context(_proven(master.file, master.sha256, "master"))).pixels
        context.progress(0.2, "Looking for damage")
        labels = check_mask(find(pixels, inputs))
        context.progress(ENGINE_SHARE, "Storing the mask")
        stored = store_mask(master, labels)
    with _or_discard(job, context, stored.discard), context.finishing({"master": master.sha256, **stored.fields}):
        save_version(artwork, stored, user=job.owner, master=master, source=source, job=job)


def _keep(job: Job, context: Context, order: Restoration, result: Any) -> None:
    """Store every file first, which takes a while; then write all rows at once, if this attempt still may."""
    uncertainty = StoredFiles()
    sealed: list[StoredPicture] = []

    def take_back() -> None:
        uncertainty.discard()
        for stored in sealed:
            discard(stored)

    with _or_discard(job, context, take_back):
        for made in result.candidates:
            sealed.append(store_picture(Path(made.path)))
            if sealed[-1].sha256 != made.sha256:
                raise UserError(_("A candidate was altered between the engine and the archive; nothing was kept."))
        name = uncertainty.add(Path(result.uncertainty), "uncertainty") if result.uncertainty else ""
        with context.finishing(result.recipe):
            Restoration.objects.filter(pk=order.pk).update(uncertainty=name)
            for number, (made, stored) in enumerate(zip(result.candidates, sealed, strict=True), start=1):
                _add_candidate(job, order, number, made, stored)


def _add_candidate(job: Job, order: Restoration, number: int, made: Any, stored: Any) -> None:
    name = f"{order.artwork.title}, {order.engine} {number}{Path(made.path).suffix}"
    picture = seal_stored(stored, collection=order.artwork.collection, user=job.owner, name=name)
    Candidate.objects.create(
        restoration=order,
        number=number,
        picture=picture,
        seed=made.seed,
        changed_pixels=made.changed_pixels,
        outside_max=made.max_outside,
        seam=made.seam,
    )


@contextmanager
def _or_discard(job: Job, context: Context, take_back: Callable[[], None]) -> Iterator[None]:
    """Take stored files back when the block fails, unless another attempt has the job by now and may be using them."""
    try:
        yield
    except BaseException:
        if services.renew(job, context.number):
            take_back()
        raise


@contextmanager
def _small_batches(engine_name: str, frugal: bool) -> Iterator[None]:
    """Where memory is short, one window at a time for as long as the block lasts; the engine stays warm."""
    if not frugal:
        yield
        return
    from gpu_workers.engines import registry

    engine = registry.load(engine_name)
    usual, engine.batch = engine.batch, 1
    try:
        yield
    finally:
        engine.batch = usual


def _style(order: Restoration, job: Job, inputs: ExitStack) -> Path | None:
    """The style reference as it was when it was ordered."""
    digest = job.parameters["inputs"]["style"]
    if digest is None:
        return None
    master = order.style_reference.master if order.style_reference else None
    if master is None or master.sha256 != digest:
        raise UserError(_("The style reference is gone or has another master now; order the restoration anew."))
    return inputs.enter_context(_proven(master.file, master.sha256, "style"))


@contextmanager
def _proven(field_file: Any, sha256: str, what: str) -> Iterator[Path]:
    """A local path to a sealed file, after its bytes were found to be the sealed ones."""
    try:
        with local_path(field_file) as path:
            if sha256_file(path) != sha256:
                logger.error("%s is not what was sealed as %s", field_file.name, sha256)
                raise UserError(ALTERED[what])
            yield path
    except FileNotFoundError:
        logger.error("%s is missing", field_file.name)
        raise UserError(MISSING[what]) from None
