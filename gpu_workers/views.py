"""Pages of jobs: the list, one job live, and its moves by a person."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from gpu_workers import selectors, services
from gpu_workers.models import Job
from gpu_workers.progress import snapshot
from gpu_workers.wording import KIND_NAMES
from portal.catalogue import selectors as catalogue
from portal.catalogue.models import Artwork
from portal.paging import page_of
from portal.phrases import stages

PAINTINGS = "generation.view_painting"


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    page = page_of(request, selectors.jobs_for(request.user).select_related("restoration"), 30)
    works = _works(request.user, page.object_list)
    context = {"page": page, "works": works, "kinds": KIND_NAMES, "workers": selectors.workers_alive()}
    return render(request, "jobs/list.html", context)


def _works(user, jobs: Iterable[Job]) -> dict[Any, Artwork]:
    """The artwork each job is about, where the person may see it: an operator sees the queue alone. One query."""
    about = {job.pk: _artwork_key(job) for job in jobs}
    seen = catalogue.artworks_for(user).in_bulk([key for key in about.values() if key])
    return {pk: seen[key] for pk, key in about.items() if key in seen}


def _artwork_key(job: Job) -> UUID | None:
    if hasattr(job, "restoration"):
        return job.restoration.artwork_id
    key = job.parameters.get("artwork")
    return UUID(key) if key else None


@require_safe
def job(request: HttpRequest, pk) -> HttpResponse:
    shown = selectors.get_job(request.user, pk)
    context = {
        "job": shown,
        "artwork": _works(request.user, [shown]).get(shown.pk),
        "round": getattr(shown, "ink_round", None) if request.user.has_perm(PAINTINGS, shown) else None,
        "kind": KIND_NAMES.get(shown.kind, shown.kind),
        "state": snapshot(shown, request.user),
        "stages": stages(),
        "workers": selectors.workers_alive(),
        "active": shown.status in shown.ACTIVE,
        "may_steer": may_steer(request.user, shown),
    }
    return render(request, "jobs/detail.html", context)


def may_steer(user, job) -> bool:
    return user.has_perm("restoration.cancel_restoration", job) or user.has_perm("gpu_workers.steer_queue")


@require_GET
def status(request: HttpRequest, pk) -> HttpResponse:
    """The state of a job for a page that polls, the same as it would hear by WebSocket."""
    response = JsonResponse(snapshot(selectors.get_job(request.user, pk), request.user))
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def preview(request: HttpRequest, pk) -> HttpResponseBase:
    shown = selectors.get_preview(request.user, pk)
    body = shown.preview.storage.open(shown.preview.name, "rb")
    return FileResponse(body, content_type="image/webp", headers={"Cache-Control": "no-store"})


@require_POST
def cancel(request: HttpRequest, pk) -> HttpResponse:
    if services.request_cancel(request.user, selectors.get_job(request.user, pk)):
        messages.success(request, _("The job is being cancelled. Nothing of it is kept."))
    else:
        messages.info(request, _("The job had already ended."))
    return redirect("jobs:detail", pk)


@require_POST
def retry(request: HttpRequest, pk) -> HttpResponse:
    if services.retry(request.user, selectors.get_job(request.user, pk)):
        messages.success(request, _("The job waits for a worker again."))
    else:
        messages.info(request, _("This job cannot be started again."))
    return redirect("jobs:detail", pk)
