"""What a worker does for each kind of job of this app. torch is met below the engines only, once a job runs.

Each handler may be run twice: files are stored under their own SHA-256, and rows are written in one transaction that
only the attempt which holds the job can commit.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from gpu_workers.kinds import AttemptOver, Context, register
from gpu_workers.models import Job
from gpu_workers.pictures import read
from portal.catalogue.models import Artwork, Picture
from portal.catalogue.sealing import limits
from restoration.inputs import labels_of, proven, references_of, style_of
from restoration.keeping import keep, or_discard
from restoration.masks import check_mask
from restoration.models import Mask, Restoration
from restoration.storing import in_words, latest_of, save_version, store_mask

ENGINE_SHARE = 0.9  # of the progress bar; the rest is sealing


@register("restore")
def restore(job: Job, context: Context) -> None:
    """Let an engine fill what the mask marks, and seal the candidates."""
    from gpu_workers.engines import pipeline

    related = ("artwork", "master", "mask__master", "style_reference__master")
    order = Restoration.objects.select_related(*related).get(job=job)
    with in_words(), ExitStack() as inputs:
        picture = inputs.enter_context(proven(order.master.file, order.master.sha256, "master"))
        inputs.enter_context(_small_batches(order.engine, context.frugal))
        result = pipeline.restore(
            picture,
            labels_of(order.mask, inputs),
            order.engine,
            style_path=style_of(order, job, inputs),
            prompt=order.prompt,
            candidates=order.candidates_wanted,
            seed=order.seed,
            steps=order.steps,
            feather=order.mask.feather,
            directional=bool(job.parameters.get("constraints")),
            **_steering(context),
        )
        context.progress(ENGINE_SHARE, "Sealing the candidates")
        keep(job, context, order, result)


@register("reconstruct_colour")
def reconstruct_colour(job: Job, context: Context) -> None:
    """Let an engine bring the colours towards the references, and seal the candidate with its evidence.

    Where memory ran out on another device, it is done once more on the processor.
    """
    from gpu_workers.engines import reconstruction

    order = Restoration.objects.select_related("artwork", "master", "mask__master").get(job=job)
    with in_words(), ExitStack() as inputs:
        picture = inputs.enter_context(proven(order.master.file, order.master.sha256, "master"))
        result = reconstruction.reconstruct(
            picture,
            order.engine,
            references_of(order, inputs),
            area=order.area,
            labels=labels_of(order.mask, inputs) if order.mask else None,
            strength=order.strength,
            device="cpu" if context.frugal else None,
            **_steering(context),
        )
        context.progress(ENGINE_SHARE, "Sealing the candidates")
        keep(job, context, order, result)


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
        path = inputs.enter_context(proven(intact.file, intact.sha256, "intact"))
        return difference_mask(picture, read(path).pixels)

    _make_mask(job, context, Mask.Source.DIFFERENCE, find)


def _steering(context: Context) -> dict[str, Any]:
    """What every pipeline is given to work in, to tell, to ask and to respect."""
    return {
        "out_dir": context.scratch,
        "progress": lambda now: context.progress(now.fraction * ENGINE_SHARE, now.stage, now.preview),
        "cancelled": context.cancelled,
        "limits": limits(),
    }


def _make_mask(job: Job, context: Context, source: str, find: Callable[[np.ndarray, ExitStack], np.ndarray]) -> None:
    artwork = Artwork.objects.get(pk=job.parameters["artwork"])
    master = Picture.objects.get(pk=job.parameters["master"])
    with in_words(), ExitStack() as inputs:
        context.progress(0.05, "Reading the picture")
        pixels = read(inputs.enter_context(proven(master.file, master.sha256, "master"))).pixels
        context.progress(0.2, "Looking for damage")
        labels = check_mask(find(pixels, inputs))
        context.progress(ENGINE_SHARE, "Storing the mask")
        stored = store_mask(master, labels, latest_of(master, artwork))
    with or_discard(job, context, stored.discard), context.finishing({"master": master.sha256, **stored.fields}):
        save_version(artwork, stored, user=job.owner, master=master, source=source, job=job)


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
