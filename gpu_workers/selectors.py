"""Reading jobs: who sees which, where a job stands in the queue, how long it will take, who is at work."""

from statistics import median
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from gpu_workers.models import Job
from gpu_workers.presence import count_alive
from portal.accounts.models import User
from portal.accounts.policy import allowed, scope

VIEW = "restoration.view_restoration"
PAST_JOBS = 20


def jobs_for(user: User) -> QuerySet[Job]:
    """The jobs of the collections that a person may see; all of them for an operator, who steers the queue."""
    jobs = Job.objects.select_related("collection", "owner").exclude(status=Job.Status.DRAFT)
    return jobs if allowed(user, "gpu_workers.view_queue") else scope(user, VIEW, jobs)


def get_job(user: User, pk: Any) -> Job:
    """One job that the person may see, else Http404."""
    job = jobs_for(user).filter(pk=pk).first()
    if job is None:
        raise Http404
    return job


def get_preview(user: User, pk: Any) -> Job:
    """A job with a preview that the person may look at, else Http404: an operator sees the queue, not its pictures."""
    job = scope(user, VIEW, Job.objects.all()).filter(pk=pk).exclude(preview="").first()
    if job is None:
        raise Http404
    return job


def same_job(job_fingerprint: str, collection: Any) -> Job | None:
    """The latest job of the collection that computes, or has computed, exactly this."""
    useful = (*Job.ACTIVE, Job.Status.SUCCEEDED)
    return Job.objects.filter(fingerprint=job_fingerprint, collection=collection, status__in=useful).first()


def place_in_queue(job: Job) -> int | None:
    """1 for the job that is taken next, None for one that does not wait."""
    if job.status != Job.Status.QUEUED:
        return None
    earlier = Q(queued_at__lt=job.queued_at) | Q(queued_at=job.queued_at, pk__lt=job.pk)
    ahead = Q(priority__gt=job.priority) | (Q(priority=job.priority) & earlier)
    return Job.objects.filter(ahead, status=Job.Status.QUEUED).count() + 1


def estimate_seconds(job: Job) -> int | None:
    """Seconds until a waiting or running job will have ended, from past jobs of its kind and engine; None: unknown."""
    if job.status not in Job.ACTIVE:
        return None
    usual = _usual_seconds(job)
    if job.status == Job.Status.RUNNING:
        return _remaining(job, usual)
    if usual is None:
        return None
    return round(usual * (1 + (place_in_queue(job) or 1) / max(workers_alive(), 1)))


def workers_alive() -> int:
    """How many workers were heard of in the last half minute; 0 also when Redis cannot be reached."""
    return count_alive()


def _usual_seconds(job: Job) -> float | None:
    past = Job.objects.filter(kind=job.kind, status=Job.Status.SUCCEEDED, started_at__isnull=False)
    if engine := job.parameters.get("engine"):
        past = past.filter(parameters__engine=engine, parameters__candidates=job.parameters.get("candidates"))
    times = past.order_by("-finished_at").values_list("started_at", "finished_at")[:PAST_JOBS]
    seconds = [(end - start).total_seconds() for start, end in times if start and end]
    return median(seconds) if seconds else None


def _remaining(job: Job, usual: float | None) -> int | None:
    elapsed = (timezone.now() - (job.started_at or timezone.now())).total_seconds()
    if job.fraction >= 0.1:
        return max(1, round(elapsed / job.fraction * (1 - job.fraction)))
    return None if usual is None else max(1, round(usual - elapsed))
