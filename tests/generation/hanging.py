"""Rounds as a worker leaves them, without one: sealed pictures, some bytes for tokens, plausible measures."""

import tempfile
from pathlib import Path

import numpy as np
from django.core.files.base import ContentFile
from django.utils import timezone

from generation.models import Painting, Round
from gpu_workers.models import Job
from portal.catalogue.services import seal_picture
from tests.factories import painted, picture_bytes


def finish(made: Round, pictures: list[np.ndarray] | None = None, region: list[float] | None = None) -> Round:
    """Let the job of a round have succeeded. pictures: (h, w, 3) uint8 each; None: painted ones of 96 by 64 pixels."""
    pictures = pictures or [painted(seed=made.seed + number) for number in range(made.count)]
    edit = made.parent_id is not None
    for number, pixels in enumerate(pictures, start=1):
        measures = {"likeness": 0.65 + 0.1 * number, "accuracy": 1 - 0.25 * number} if edit else {}
        Painting.objects.create(
            round=made, number=number, picture=_sealed(made, number, pixels), seed=made.seed + number - 1,
            tokens=_tokens(made, number), tokens_sha256="0" * 64, agreement=0.24, region=region, **measures,
        )  # fmt: skip
    now = timezone.now()
    recipe = {"engine": {"name": "ink"}, "parameters": {"caption": made.caption}}
    Job.objects.filter(pk=made.job_id).update(status="succeeded", started_at=now, finished_at=now, recipe=recipe)
    return Round.objects.get(pk=made.pk)


def _sealed(made: Round, number: int, pixels: np.ndarray):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{number}.png"
        path.write_bytes(picture_bytes(pixels))
        return seal_picture(path, collection=made.collection, user=made.job.owner, name=path.name)


def _tokens(made: Round, number: int) -> str:
    from django.core.files.storage import default_storage

    return default_storage.save(f"tokens/{made.pk}-{number}.safetensors", ContentFile(b"tokens"))
