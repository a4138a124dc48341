"""Pages of jobs: the list, one job live, and its moves by a person."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from gpu_workers import desk, selectors, services
from gpu_workers.actions import to_cancel, to_order
from gpu_workers.filters import JobFilter, tabs
from gpu_workers.models import Job
from gpu_workers.progress import snapshot
from gpu_workers.wording import KIND_NAMES
from portal.paging import page_of
from portal.phrases import stages

PAINTINGS = "generation.view_painting"


MOST_FOLLOWED = 60


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """The desk: every job that the person may see, narrowed as asked."""
    seen = selectors.jobs_for(request.user)
    found = JobFilter(request.GET, queryset=seen, request=request)
    jobs = found.qs.order_by("-priority", "queued_at", "pk") if found.data.get("state") == "waiting" else found.qs
    page = page_of(request, desk.with_all(jobs), 30)
    shown = list(page.object_list)
    context = {
        "page": page,
        "rows": desk.rows(request.user, shown),
        "ids": urlencode([("job", job.pk) for job in shown]),
        "filter": found,
        "searching": found.searching,
        "tabs": tabs(request.user, found, seen),
        "workers": selectors.workers_alive(),
    }
    return render(request, "jobs/list.html", context)


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    """Some of the rows anew, for the script that keeps them up to date: ``?job=…&job=…``."""
    keys = [key for key in map(_key, request.GET.getlist("job")[:MOST_FOLLOWED]) if key]
    jobs = desk.with_all(selectors.jobs_for(request.user).filter(pk__in=keys))
    answer = render(request, "jobs/rows.html", {"rows": desk.rows(request.user, jobs)})
    answer["Cache-Control"] = "no-store"
    return answer


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_safe
def job(request: HttpRequest, pk) -> HttpResponse:
    shown = selectors.get_job(request.user, pk)
    context = {
        "job": shown,
        "artwork": desk.works_of(request.user, [shown]).get(shown.pk),
        "round": getattr(shown, "ink_round", None) if request.user.has_perm(PAINTINGS, shown) else None,
        "kind": KIND_NAMES.get(shown.kind, shown.kind),
        "state": snapshot(shown, request.user),
        "held": desk.held_words(request.user, shown, selectors.outlook(shown)),
        "stages": stages(),
        "workers": selectors.workers_alive(),
        "active": shown.status in shown.ACTIVE,
        "may_steer": may_steer(request.user, shown),
        **may_turn(request.user, shown),
    }
    return render(request, "jobs/detail.html", context)


def may_turn(user, job) -> dict[str, bool]:
    """Whether the page offers to let a waiting job go later, or sooner."""
    if job.status != job.Status.QUEUED:
        return {}
    steers, own = user.has_perm("gpu_workers.steer_queue"), job.owner_id == user.pk
    may_lower = steers or (own and user.has_perm(to_order(job.kind), job))
    low, high = job.Priority.LOW, job.Priority.HIGH
    return {"may_lower": may_lower and job.priority > low, "may_raise": steers and job.priority < high}


def may_steer(user, job) -> bool:
    return user.has_perm(to_cancel(job.kind), job) or user.has_perm("gpu_workers.steer_queue")


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
    return _back(request, pk)


@require_POST
def priority(request: HttpRequest, pk) -> HttpResponse:
    """Let a waiting job go sooner or later."""
    wanted = request.POST.get("priority", "")
    value = int(wanted) if wanted in map(str, Job.Priority.values) else 99
    if services.set_priority(request.user, selectors.get_job(request.user, pk), value):
        messages.success(request, _("The order of the queue is changed."))
    else:
        messages.info(request, _("The job no longer waits."))
    return _back(request, pk)


def _back(request: HttpRequest, pk) -> HttpResponse:
    """To the list, where the button was pressed there; it says so, since an address could not be trusted."""
    return redirect("jobs:list") if request.POST.get("next") == "list" else redirect("jobs:detail", pk)


@require_POST
def retry(request: HttpRequest, pk) -> HttpResponse:
    if services.retry(request.user, selectors.get_job(request.user, pk)):
        messages.success(request, _("The job waits for a worker again."))
    else:
        messages.info(request, _("This job cannot be started again."))
    return _back(request, pk)
