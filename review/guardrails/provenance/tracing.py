"""The way of a release from its photograph to its picture, step by step, each verified against what was recorded."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop as _

from generation.models import Painting
from gpu_workers.models import Job
from portal.catalogue.files import sha256_stored
from portal.catalogue.models import Picture
from restoration.models import Mask, Restoration
from review.guardrails.models import Register, Release


@dataclass(frozen=True)
class Step:
    """One step: master, mask, reference, job, register, output, outside or tokens. wrong: why it does not hold, with
    its words; "" where it holds. about: what was recorded.
    """

    name: str
    about: dict[str, Any] = field(default_factory=dict)
    wrong: str = ""
    words: dict[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not self.wrong

    @property
    def facts(self) -> dict[str, Any]:
        """For evidence."""
        return {"step": self.name, "holds": self.holds, **self.about}


def trace(release: Release) -> list[Step]:
    """Every step, in the order in which it was taken."""
    if release.candidate_id:
        return _restored(release)
    if release.painting_id:
        return _painted(release.painting)
    return [_sealed("master", release.picture)]


def _restored(release: Release) -> list[Step]:
    candidate = release.candidate
    order = candidate.restoration
    steps = [_sealed("master", order.master), *_read(order), *_mask(order), *_references(order)]
    steps += _made(order.job, candidate.picture)
    about = {"outside_max": candidate.outside_max, "changed_pixels": candidate.changed_pixels, "area": order.area}
    proven = candidate.outside_max == 0 and _output(order.job, candidate.picture).get("max_outside") == 0
    wrong = "" if proven else _("Nothing proves that the picture is untouched outside what was to change.")
    return [*steps, Step("outside", about, wrong)]


def _painted(painting: Painting) -> list[Step]:
    from review.guardrails.anchoring.gate import line_of

    steps: list[Step] = []
    for it in reversed(line_of(painting)):
        about = {"sha256": it.tokens_sha256, "prompt": it.round.prompt, "kind": it.round.kind}
        same = _hash(it.tokens.name) == it.tokens_sha256
        wrong = "" if same else _("The file of the painting's tokens is no longer the one that was sealed.")
        steps += [*_made(it.round.job, it.picture), Step("tokens", about, wrong)]
    return steps


def _sealed(name: str, picture: Picture) -> Step:
    about = {"picture": str(picture.pk), "sha256": picture.sha256, "at": picture.created_at.isoformat()}
    found = _hash(picture.file.name)
    wrong = ""
    if found != picture.sha256:
        wrong = _("The file of the picture “%(name)s” is no longer the one that was sealed.")
    return Step(name, about | {"found": found}, wrong, {"name": picture.original_name} if wrong else {})


def _read(order: Restoration) -> list[Step]:
    """That the worker read the master that is sealed."""
    told = ((order.job.recipe.get("inputs") or {}).get("picture") or {}).get("sha256")
    wrong = (
        "" if told == order.master.sha256 else _("The recipe names another photograph than the one it was ordered for.")
    )
    return [Step("read", {"sha256": told}, wrong)]


def _mask(order: Restoration) -> list[Step]:
    mask: Mask | None = order.mask
    if mask is None:
        wrong = _("No mask says what was to be filled.") if order.task == Restoration.Task.FILL else ""
        return [Step("mask", {"area": order.area}, wrong)]
    about = {"mask": str(mask.pk), "version": mask.version, "sha256": mask.sha256, "source": mask.source}
    about |= {"confirmed_at": mask.confirmed_at.isoformat() if mask.confirmed_at else None}
    wrong = ""
    if mask.master_id != order.master_id or mask.artwork_id != order.artwork_id:
        wrong = _("The mask was made for another photograph.")
    elif mask.confirmed_at is None:
        wrong = _("No person has confirmed the mask.")
    elif (order.job.parameters.get("inputs") or {}).get("mask") != mask.sha256:
        wrong = _("The job was given another mask than the one that is kept.")
    elif _hash(mask.file.name) != mask.sha256:
        wrong = _("The file of the mask is no longer the one that was sealed.")
    return [Step("mask", about, wrong)]


def _references(order: Restoration) -> list[Step]:
    """That the recipe names the references that were ordered, by hash."""
    ordered, told = order.job.parameters.get("inputs") or {}, order.job.recipe.get("inputs") or {}
    asked = [digest for digest in [ordered.get("style"), *(ordered.get("references") or [])] if digest]
    if not asked:
        return []
    used = [it.get("sha256") for it in [told.get("style"), *(told.get("references") or [])] if it]
    wrong = "" if used == asked else _("The recipe names other references than those that were ordered.")
    return [Step("references", {"sha256": asked}, wrong)]


def _made(job: Job, picture: Picture) -> list[Step]:
    """The job that made a picture, the register of its weights, and the picture as it was sealed."""
    engine = job.recipe.get("engine") if isinstance(job.recipe.get("engine"), dict) else {}
    about = {
        "job": str(job.pk), "engine": engine.get("name", ""), "version": engine.get("version", ""),
        "weights_sha256": engine.get("weights_sha256") or "", "by": job.owner_id,
        "finished_at": job.finished_at.isoformat() if job.finished_at else None, "code": job.recipe.get("code", ""),
    }  # fmt: skip
    wrong = ""
    if job.status != Job.Status.SUCCEEDED:
        wrong = _("The job that made it did not succeed.")
    elif not engine.get("name") or not engine.get("version"):
        wrong = _("The recipe does not say which engine made it.")
    steps = [Step("job", about, wrong)]
    if about["weights_sha256"]:
        steps.append(_register(about["weights_sha256"], about["engine"]))
    told = _output(job, picture)
    said = "" if told else _("The recipe names no result with the hash of this picture.")
    sealed = _sealed("output", picture)
    return [*steps, sealed if sealed.wrong else Step("output", sealed.about, said)]


def _register(digest: str, engine: str) -> Step:
    register = Register.objects.filter(weights_sha256=digest).first()
    about = {
        "weights_sha256": digest,
        "name": register.name if register else "",
        "samples": register.count if register else 0,
    }
    wrong = "" if register else _("No register says on what the weights of %(engine)s were trained.")
    return Step("register", about, wrong, {"engine": engine} if wrong else {})


def _output(job: Job, picture: Picture) -> dict[str, Any]:
    outputs = job.recipe.get("outputs") or []
    return next((it for it in outputs if isinstance(it, dict) and it.get("sha256") == picture.sha256), {})


def _hash(name: str) -> str:
    try:
        return sha256_stored(name)
    except OSError:
        return "missing"
