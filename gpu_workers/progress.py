"""Live progress: what a page is told of a job, the same by WebSocket and by polling.

An event says only that a job has moved on, and to which sequence number; the consumer reads what its person may see.
The number only rises, so whoever has seen a higher one drops the event, and a page that missed some asks for the state.
"""

import io
import logging
from typing import Any
from uuid import UUID

import numpy as np
from asgiref.sync import async_to_sync
from billiard.exceptions import SoftTimeLimitExceeded
from channels.layers import get_channel_layer
from django.db import transaction
from django.urls import reverse
from PIL import Image
from redis.exceptions import RedisError

from gpu_workers import selectors
from gpu_workers.models import Job
from gpu_workers.presence import redis_away
from portal.accounts.policy import allowed

logger = logging.getLogger("lacuna.jobs")
PREVIEW_SIDE = 512


def group(pk: UUID) -> str:
    """The Channels group of everybody who watches this job."""
    return f"job-{pk.hex}"


def snapshot(job: Job, user: Any = None) -> dict[str, Any]:
    """The state of a job as JSON: sequence, status, fraction 0 to 1, stage, preview URL or None, message, place in the
    queue (1 = next, None when it does not wait), estimate in seconds until the end or None; held says that it waits
    because so many jobs of the same "person" or "collection" run, else it is None.

    user: who will read it; without one, or for somebody who may not see the pictures, there is no preview.
    """
    found = selectors.outlook(job)
    shown = bool(job.preview) and user is not None and allowed(user, selectors.VIEW, job)
    return {
        "sequence": job.sequence,
        "status": job.status,
        "fraction": round(job.fraction, 4),
        "stage": job.stage,
        "preview": f"{reverse('jobs:preview', args=[job.pk])}?{job.sequence}" if shown else None,
        "message": job.message,
        "place": found.place,
        "estimate": found.seconds,
        "held": found.held.by if found.held else None,
    }


def publish(pk: UUID) -> bool:
    """Tell everybody who watches this job that it has moved on; False when they could not be told."""
    try:
        return _publish(pk)
    except SoftTimeLimitExceeded:
        raise
    except Exception:  # whatever it is, the job is none the worse for it
        logger.exception("progress of job %s was not sent", pk)
        return False


def _publish(pk: UUID) -> bool:
    sequence = Job.objects.filter(pk=pk).values_list("sequence", flat=True).first()
    layer = get_channel_layer()
    if sequence is None or layer is None or redis_away():
        return False
    try:
        async_to_sync(layer.group_send)(group(pk), {"type": "job.state", "sequence": sequence})
    except (RedisError, OSError) as problem:
        logger.warning("progress of job %s was not sent: %s", pk, problem)
        return False
    return True


def publish_after_commit(pk: UUID) -> None:
    """The same, once the transaction has committed."""
    transaction.on_commit(lambda: publish(pk))  # not robust: that would swallow the time limit, too


def encode_preview(pixels: np.ndarray) -> bytes:
    """(h, w, 3) or (h, w) uint8 as WebP, at most 512 pixels a side."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    data = io.BytesIO()
    image.save(data, "WEBP", quality=70)
    return data.getvalue()
