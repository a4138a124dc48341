"""Pages of bringing in: the files that arrive, the dry run of a table, and what became of it."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gpu_workers.models import Job
from gpu_workers.progress import snapshot
from gpu_workers.selectors import workers_alive
from portal.accounts.models import User
from portal.catalogue.forms import ACCEPTED
from portal.catalogue.models import Collection
from portal.catalogue.selectors import get_collection
from portal.forms import mistakes_in, sent
from portal.phrases import stages
from portal.uploads import columns, deliveries, selectors, tables
from portal.uploads.api_deliveries import read_upload
from portal.uploads.checking import title_from
from portal.uploads.forms import TableForm
from portal.uploads.models import Upload

SHOWN_FILES, SHOWN_LINES = 200, 500
read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@read_or_write
def bring_in(request: HttpRequest, pk) -> HttpResponse:
    """Send files, then check them against a table."""
    collection = _collection(request, pk)
    form = TableForm(*sent(request))
    if form.is_valid():
        with mistakes_in(form):
            file = form.cleaned_data["table"]
            table = read_upload(file) if file else None
            delivery = deliveries.create_delivery(request.user, collection, table=table, name=file.name if file else "")
            return redirect("uploads:delivery", delivery.pk)
    uploads = _waiting(request, collection)
    shown = list(uploads[: SHOWN_FILES + 1])
    context = {
        "collection": collection,
        "form": form,
        "uploads": shown[:SHOWN_FILES],
        "more": uploads.count() - SHOWN_FILES if len(shown) > SHOWN_FILES else 0,
        "accepted": f"{ACCEPTED},.csv,.xlsx",
        "csrf": get_token(request),
        "max_bytes": settings.MAX_MASTER_BYTES,
        "max_megapixels": settings.MAX_MASTER_PIXELS // 1_000_000,
        "days": settings.UPLOAD_DAYS,
        "latest": selectors.deliveries_for(request.user).filter(collection=collection).exclude(job=None)[:3],
    }
    return render(request, "uploads/bring_in.html", context, status=400 if form.errors else 200)


@require_safe
def template(request: HttpRequest, pk) -> HttpResponse:
    """A CSV with every column and one row for each file that waits."""
    names = _waiting(request, _collection(request, pk)).values_list("name", flat=True)
    headings = columns.headings()
    rows = [[name, title_from(name), *[""] * (len(headings) - 2)] for name in names]
    response = HttpResponse(tables.write_csv([headings, *rows]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, _("works.csv"))
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def delivery(request: HttpRequest, pk) -> HttpResponse:
    """The dry run, how far the job is that brings it in, and what became of each row."""
    shown = selectors.get_delivery(request.user, pk)
    shown = selectors.get_delivery(request.user, pk)
    report = deliveries.report_on(shown)
    context = {
        "delivery": shown,
        "collection": shown.collection,
        "report": report,
        "lines": sorted(report.lines, key=lambda line: not line.problems)[:SHOWN_LINES],
        "hidden": max(0, len(report.lines) - SHOWN_LINES),
    }
    return render(request, "uploads/delivery.html", context | followed(shown.job, request.user))


def followed(job: Job | None, user: User) -> dict[str, Any]:
    """What a page needs to follow the job that brings works in."""
    return {
        "job": job,
        "active": bool(job and job.status in Job.ACTIVE),
        "state": snapshot(job, user) if job else None,
        "stages": stages(),
        "workers": workers_alive(),
    }


@require_POST
def start(request: HttpRequest, pk) -> HttpResponse:
    shown = selectors.get_delivery(request.user, pk)
    shown = selectors.get_delivery(request.user, pk)
    deliveries.start(request.user, shown)
    return redirect("uploads:delivery", shown.pk)


def _collection(request: HttpRequest, pk) -> Collection:
    return get_collection(request.user, pk, selectors.ACTION)


def _waiting(request: HttpRequest, collection: Collection) -> QuerySet[Upload]:
    return selectors.uploads_for(request.user, collection).filter(state__in=Upload.LIVE)
