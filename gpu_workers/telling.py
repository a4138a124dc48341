"""What the log of events is told of a job: that it was ordered, and how it ended. Others listen (`portal.audit`).

An order of a restoration or a colour reconstruction is told of by its own row, any other job by itself. `data` always
has `owner` (the key of who ordered it, and who wants to know), `job`, `kind` and `engine`.
"""

from typing import Any

from gpu_workers.models import Job
from portal.accounts.models import User
from portal.audit.services import record
from portal.catalogue.models import Artwork

# the moves of a job after which nothing more happens to it by itself → how the log calls them
TOLD = {
    "succeed": "done",
    "fail": "failed",
    "stop": "cancelled",
    "cancel": "cancelled",
    "quarantine": "quarantined",
}
PREFIX = {"restore": "restoration", "reconstruct_colour": "reconstruction"}


def tell(job_pk: Any, what: str, actor: User | None = None) -> None:
    """Record "ordered", or one of `TOLD`, inside the transaction in which it happens."""
    related = ("restoration__artwork__collection", "collection")
    job = Job.objects.select_related(*related).get(pk=job_pk)
    order = getattr(job, "restoration", None)
    subject, prefix = (order, PREFIX.get(job.kind, "job")) if order else (job, "job")
    about = {"owner": job.owner_id, "job": str(job.pk), "kind": job.kind, "engine": job.parameters.get("engine", "")}
    if what in ("failed", "quarantined"):
        about["message"] = job.message
    record(f"{prefix}.{what}", subject, actor=actor, artwork=order.artwork if order else _artwork(job), **about)


def _artwork(job: Job) -> Artwork | None:
    key = job.parameters.get("artwork")
    return Artwork.objects.filter(pk=key).first() if key else None
