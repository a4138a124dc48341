"""What a worker does for orders of paintings. torch is met below the engine only, once a job runs.

As everywhere: files are stored under their own SHA-256, and rows are written in one transaction that only the attempt
which holds the job can commit, so a second run changes nothing.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from generation.checks import CELL
from generation.lexicon import Description, draft_of, drawn, rivals
from generation.models import Painting, Round
from generation.words import lexicon
from gpu_workers.kinds import Context, register
from gpu_workers.models import Job
from portal.catalogue.sealing import StoredPicture
from portal.catalogue.services import discard, seal_stored, store_picture
from portal.errors import UserError
from restoration.inputs import proven
from restoration.keeping import or_discard
from restoration.storing import StoredFiles, in_words

ENGINE_SHARE = 0.9  # of the progress bar; the rest is sealing


@register("generate_ink")
def generate(job: Job, context: Context) -> None:
    """Paint a description, and seal the variants."""
    from gpu_workers.engines import painting

    order = Round.objects.select_related("collection").get(job=job)
    with in_words():
        size = (order.change["height"], order.change["width"])
        result = painting.generate(
            order.caption, _sampling(order, context), size=size, draft=_draft(order), **_steering(order, context)
        )
        _keep(job, context, order, result)


@register("edit_ink")
def edit(job: Job, context: Context) -> None:
    """Change a painting as the round says, and seal the variants."""
    from gpu_workers.engines import painting

    order = Round.objects.select_related("collection", "parent").get(job=job)
    with in_words(), ExitStack() as inputs:
        tokens = inputs.enter_context(proven(order.parent.tokens, order.parent.tokens_sha256, "tokens"))
        steering = _steering(order, context)
        change = painting.Change(rivals=steering.pop("rivals"), caption=order.caption, **_change(order))
        _keep(job, context, order, painting.edit(tokens, change, _sampling(order, context), **steering))


def _change(order: Round) -> dict[str, Any]:
    asked = order.change
    if order.kind == Round.Kind.RETUNE:
        return {
            "kind": "retune",
            "strength": asked["strength"],
            "draft": _draft(order),
            "before": _draft(order.parent.round, job=order.job),
        }
    if order.kind == Round.Kind.EXTEND:
        return {
            "kind": "extend",
            "direction": asked["direction"],
            "pixels": asked["cells"] * CELL,
            "draft": _draft(order, asked["keys"]),
        }
    without = Description.read(asked["without"]).caption(lexicon(), order.language)
    region = tuple(asked["region"]) if asked["region"] else None
    hand = {"draft": _draft(order), "shows": drawn(asked["keys"])}
    return {"kind": "replace", "element": asked["element"], "without": without, "region": region, **hand}


def _draft(order: Round, shows: Sequence[str] | None = None, job: Job | None = None) -> Any:
    """What is painted over, where the procedural painter draws such things; shows: only these terms of it. job: whose
    constraints it keeps to, the round's own by default.
    """
    from generation.ink.drafts import Draft

    suits = draft_of(Description.read(order.description), lexicon())
    upright = {"upright": bool((job or order.job).parameters.get("constraints"))}
    return Draft(**suits | upright | ({} if shows is None else {"shows": drawn(shows)})) if suits else None


def _sampling(order: Round, context: Context) -> Any:
    from gpu_workers.engines import painting

    return painting.Sampling(order.count, order.seed, **({"tries": 1} if context.frugal else {}))


def _steering(order: Round, context: Context) -> dict[str, Any]:
    """What the pipeline is given to compare with, to work in, to tell and to ask."""
    keys = tuple(order.change.get("keys", ()))
    return {
        "rivals": rivals(Description.read(order.description), keys, order.language, lexicon()),
        "out_dir": context.scratch,
        "progress": lambda now: context.progress(now.fraction * ENGINE_SHARE, now.stage, now.preview),
        "cancelled": context.cancelled,
        "device": "cpu" if context.frugal else None,
    }


def _keep(job: Job, context: Context, order: Round, result: Any) -> None:
    """Store every file of a `PaintingResult`; then write all rows at once, if this attempt still may."""
    context.progress(ENGINE_SHARE, "Sealing the paintings")
    tokens, sealed = StoredFiles(), []

    def take_back() -> None:
        tokens.discard()
        for stored in sealed:
            discard(stored)

    with or_discard(job, context, take_back):
        rows = [_row(made, tokens, sealed) for made in result.candidates]
        with context.finishing(result.recipe):
            for number, (row, stored) in enumerate(zip(rows, sealed, strict=True), start=1):
                named = f"{order.caption[:80]} {number}.png"
                picture = seal_stored(stored, collection=order.collection, user=job.owner, name=named)
                Painting.objects.create(round=order, number=number, picture=picture, region=result.region, **row)


def _row(made: Any, tokens: StoredFiles, sealed: list[StoredPicture]) -> dict[str, Any]:
    """What the row of a painting says of it, after its files were stored."""
    sealed.append(store_picture(Path(made.path)))
    if sealed[-1].sha256 != made.sha256:
        raise UserError(_("A painting was altered between the engine and the archive; nothing was kept."))
    sha256 = made.tokens_sha256
    measures = {"agreement": made.agreement, "likeness": made.likeness, "accuracy": made.accuracy}
    return {"seed": made.seed, "tokens": tokens.add(made.tokens, "tokens"), "tokens_sha256": sha256, **measures}
