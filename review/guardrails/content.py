"""Everything a visitor is told of a release, as one canonical JSON, and its hash, which approvals are bound to."""

import hashlib
import json
from typing import Any

from portal.catalogue.files import sha256_stored
from portal.catalogue.models import Artwork, Picture
from portal.catalogue.services import ARTWORK_FIELDS
from restoration.models import Mask, Restoration
from review.guardrails import checks
from review.guardrails.models import Release
from review.guardrails.panel import finding

FORMAT = 1
GONE = "missing"  # in place of the hash of a file that cannot be read


def content_of(release: Release, look: bool = True) -> dict[str, Any]:
    """What a visitor would be told of the release now.

    look: hash the files of picture, master and mask again, as everything that approves or publishes does; without it
    their rows are believed. Files that are what they were sealed as give the same either way.
    """
    artwork = Artwork.objects.select_related("collection", "period").get(pk=release.artwork_id)
    return {
        "format": FORMAT,
        "release": {"id": str(release.pk), "number": release.number, "kind": release.kind},
        "artwork": _artwork(artwork),
        "picture": _picture(release.picture, look),
        "master": _picture(release.master, look) if release.master else None,
        "mask": _mask(release.mask, look) if release.mask else None,
        "made": _made(release, look),
        "study": finding(release),
        "notices": checks.told(release),
    }


def canonical(content: Any) -> str:
    """JSON with sorted keys and no spaces: the same content, the same text."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def content_hash(content: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON."""
    return hash_text(canonical(content))


def hash_text(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _artwork(artwork: Artwork) -> dict[str, Any]:
    facts = {name: getattr(artwork, name) for name in ARTWORK_FIELDS if name != "period"}
    period = artwork.period and {
        name: getattr(artwork.period, name) for name in ("key", "name_en", "name_zh", "start_year", "end_year")
    }
    here = {"id": str(artwork.collection_id), "name": artwork.collection.name}
    return {"id": str(artwork.pk), "collection": here, "period": period, **facts}


def _picture(picture: Picture, look: bool) -> dict[str, Any]:
    names = ("original_name", "size_bytes", "format", "width", "height", "bands", "bit_depth", "icc_name")
    facts = {name: getattr(picture, name) for name in names}
    return {"id": str(picture.pk), "sha256": _hash(picture, look), **facts}


def _mask(mask: Mask, look: bool) -> dict[str, Any]:
    return {
        "id": str(mask.pk), "sha256": _hash(mask, look), "version": mask.version, "source": mask.source,
        "feather": mask.feather, "coverage": mask.coverage, "confirmed": mask.confirmed_at is not None,
    }  # fmt: skip


def _made(release: Release, look: bool) -> dict[str, Any] | None:
    if release.candidate:
        return _restored(release, release.candidate.restoration, look)
    if not release.painting:
        return None
    painting, round = release.painting, release.painting.round
    return {
        "engine": "ink", "number": painting.number, "seed": painting.seed, "prompt": round.prompt,
        "caption": round.caption, "change": round.change, "edit": round.kind, "tokens": painting.tokens_sha256,
        **_job(round.job),
    }  # fmt: skip


def _restored(release: Release, order: Restoration, look: bool) -> dict[str, Any]:
    candidate, style = release.candidate, order.style_reference
    references = [{"artwork": str(row.artwork_id), "sha256": row.sha256} for row in order.references.all()]
    if style:
        references.append({"artwork": str(style.pk), "sha256": style.master.sha256 if style.master else GONE})
    return {
        "engine": order.engine, "task": order.task, "number": candidate.number, "seed": candidate.seed,
        "prompt": order.prompt, "area": order.area, "strength": order.strength, "steps": order.steps,
        "references": references, "changed_pixels": candidate.changed_pixels, "uncertainty": order.uncertainty.name,
        **_job(order.job),
    }  # fmt: skip


def _job(job: Any) -> dict[str, Any]:
    """When and with which weights; the recipe as a whole goes in by its hash."""
    engine = job.recipe.get("engine") if isinstance(job.recipe.get("engine"), dict) else {}
    at = {name: getattr(job, name) for name in ("started_at", "finished_at")}
    return {
        "version": engine.get("version", ""), "weights_sha256": engine.get("weights_sha256") or "",
        "recipe_sha256": content_hash(job.recipe),
        **{name: value.isoformat() if value else "" for name, value in at.items()},
    }  # fmt: skip


def _hash(row: Picture | Mask, look: bool) -> str:
    if not look:
        return row.sha256
    try:
        return sha256_stored(row.file.name)
    except OSError:
        return GONE
