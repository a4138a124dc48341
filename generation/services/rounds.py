"""Orders of paintings: from words, and of changes to one. Asking for the same again gives the round that is there."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from generation import checks
from generation.lexicon import Description
from generation.models import Painting, Round
from generation.words import lexicon
from gpu_workers import services as jobs
from gpu_workers.fingerprints import fingerprint
from gpu_workers.models import Job
from gpu_workers.selectors import same_job
from portal.accounts.models import User
from portal.accounts.policy import require
from portal.catalogue.models import Collection
from portal.errors import UserError
from review.guardrails import before

ADD = "generation.add_painting"
Region = tuple[float, float, float, float]


def order_paintings(
    user: User, collection: Collection, *, prompt: str, count: int = 4, seed: int = 0, format: str = "square"
) -> Round:
    """Order paintings of a description in English or Chinese and queue the job. Raises `UserError`."""
    require(user, ADD, collection)
    clean = checks.clean_prompt(prompt)
    description, language = checks.describe(clean)
    if format not in checks.FORMATS:
        raise UserError(_("The format is an album leaf, a hanging scroll or a hand scroll."))
    height, width = checks.FORMATS[format]
    change = {"height": height, "width": width}
    about = {"kind": Round.Kind.PAINT, "prompt": clean, "language": language}
    return _order(user, collection, description, count, seed, change, **about)


def replace_element(
    user: User, painting: Painting, *, by: str, element: str = "", region: Region | None = None, count: int = 2,
    seed: int = 0,
) -> Round:  # fmt: skip
    """Order that what a region shows gives way to what the words `by` say.

    region: left, top, width and height as shares of the picture; None: where the engine finds `element`, a word of the
    lexicon that the caption of the painting has.
    """
    require(user, ADD, painting)
    clean, old = checks.clean_prompt(by), Description.read(painting.round.description)
    new, _language = checks.describe(clean)
    gone = lexicon().parse(checks.clean_prompt(element)).terms if element.strip() else ()
    if region is None and not set(gone) & set(old.terms):
        raise UserError(_("Mark the place of the element, or name one that the description has."))
    if region is not None:
        checks.check_region(region)
    kept = old.without(set(gone))
    wanted = checks.saying(kept, [*new.terms, *new.adjectives], new.extra)
    change = {"element": element.strip() if gone else "", "region": list(region) if region else None}
    change |= {"without": kept.as_dict(), "keys": [*new.terms, *new.adjectives]}
    return _change(user, painting, Round.Kind.REPLACE, clean, wanted, count, seed, change)


def retune(
    user: User, painting: Painting, *, values: list[str], strength: float = 0.5, count: int = 2, seed: int = 0
) -> Round:
    """Order that attributes take other values: ids of the lexicon, such as winter, thick-ink or blue-and-green.

    strength: the share of the painting that is painted anew, above 0 and at most 1.
    """
    require(user, ADD, painting)
    if not 0 < strength <= 1:
        raise UserError(_("The strength lies above 0 and is at most 1."))
    old, values = Description.read(painting.round.description), list(dict.fromkeys(values))
    wanted = checks.saying(old, values)
    if wanted == old:
        raise UserError(_("The painting is described so already; choose another value."))
    said = ", ".join(lexicon().name(key, painting.round.language) for key in values)
    change = {"values": values, "strength": float(strength), "keys": values}
    return _change(user, painting, Round.Kind.RETUNE, said, wanted, count, seed, change)


def extend_scene(
    user: User, painting: Painting, *, direction: str, cells: int = 4, words: str = "", count: int = 2, seed: int = 0
) -> Round:
    """Order that the scene goes on: left, right, up or down, by so many cells; `words` say what comes to it."""
    require(user, ADD, painting)
    checks.check_extension(direction, cells, painting.picture.height, painting.picture.width)
    wanted, clean, keys = Description.read(painting.round.description), "", []
    if words.strip():
        clean = checks.clean_prompt(words)
        new, _language = checks.describe(clean)
        keys = [*new.terms, *new.adjectives]
        wanted = checks.saying(wanted, keys, new.extra)
    change = {"direction": direction, "cells": cells, "keys": keys}
    return _change(user, painting, Round.Kind.EXTEND, clean, wanted, count, seed, change)


def next_seed(earlier: Round) -> int:
    """The first seed after those of a round."""
    return (earlier.seed + earlier.count) % (checks.MAX_SEED + 1)


def repeat(user: User, earlier: Round, *, count: int | None = None, seed: int | None = None) -> Round:
    """Order what a round was ordered for once more: as many variants, from the next seed, unless told others."""
    count = earlier.count if count is None else count
    seed = next_seed(earlier) if seed is None else seed
    change, painting = earlier.change, earlier.parent
    numbers = {"count": count, "seed": seed}
    if painting is None:
        size = (change["height"], change["width"])
        shape = next((name for name, value in checks.FORMATS.items() if value == size), "")
        return order_paintings(user, earlier.collection, prompt=earlier.prompt, format=shape, **numbers)
    if earlier.kind == Round.Kind.RETUNE:
        return retune(user, painting, values=change["values"], strength=change["strength"], **numbers)
    if earlier.kind == Round.Kind.EXTEND:
        about = {"direction": change["direction"], "cells": change["cells"], "words": earlier.prompt}
        return extend_scene(user, painting, **about, **numbers)
    region = tuple(change["region"]) if change["region"] else None
    return replace_element(
        user, painting, by=earlier.prompt, element=change["element"], region=region, **numbers
    )  # fmt: skip


def _change(
    user: User, painting: Painting, kind: str, prompt: str, wanted: Description, count: int, seed: int,
    change: dict[str, Any],
) -> Round:  # fmt: skip
    parent = painting.round
    about = {"kind": kind, "prompt": prompt, "language": parent.language}
    tree = {"parent": painting, "root": parent.first}
    return _order(user, parent.collection, wanted, count, seed, change, **about, **tree)


@transaction.atomic
def _order(
    user: User, collection: Collection, description: Description, count: int, seed: int, change: dict[str, Any],
    **about: Any,
) -> Round:  # fmt: skip
    spec = checks.engine()
    checks.check_numbers(count, seed)
    Collection.objects.select_for_update().get(pk=collection.pk)  # the same order twice at once is one
    caption = description.caption(lexicon(), about["language"])
    checks.check_length(about["prompt"], caption)
    kept = before.admit(None, text=f"{about['prompt']}. {caption}", language=about["language"])
    parent = about.get("parent")
    kind = "edit_ink" if parent else "generate_ink"
    inputs = {"tokens": parent.tokens_sha256 if parent else None}
    parameters = {"engine": spec.name, "caption": caption, "candidates": count, "seed": seed, "change": change}
    parameters |= {"inputs": inputs, "as": about["kind"]} | ({"constraints": kept} if kept else {})
    mark = fingerprint(kind, {"parent": str(parent.pk) if parent else None, "prompt": about["prompt"], **parameters})
    if same := same_job(mark, collection):
        return same.ink_round
    job = Job(kind=kind, collection=collection, owner=user, parameters=parameters, fingerprint=mark)
    job.save()
    row = {"description": description.as_dict(), "caption": caption, "change": change, "count": count, "seed": seed}
    made = Round.objects.create(job=job, collection=collection, **row, **about)
    made.fresh = True
    jobs.queue(job)
    return made
