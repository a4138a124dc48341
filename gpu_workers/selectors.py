"""Reading jobs: who sees which, where a job stands in the queue, how long it will take, who is at work."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from gpu_workers.models import Job
from gpu_workers.outlook import Outlook, outlooks
from gpu_workers.presence import count_alive
from portal.accounts.models import User
from portal.accounts.policy import allowed, scope

VIEW = "restoration.view_restoration"


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
    return outlook(job).place


def estimate_seconds(job: Job) -> int | None:
    """Seconds until a waiting or running job will have ended, from past jobs of its kind and engine; None: unknown."""
    return outlook(job).seconds


def outlook(job: Job) -> Outlook:
    """Place, estimate and what holds it up, of one job."""
    return outlooks([job])[job.pk]


def workers_alive() -> int:
    """How many workers were heard of in the last half minute; 0 also when Redis cannot be reached."""
    return count_alive()
