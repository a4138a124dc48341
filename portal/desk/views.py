"""The desk, where a signed-in person begins, and the pages that lead from it."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from gpu_workers.selectors import workers_alive
from portal.accounts.models import Role
from portal.audit import selectors as audit
from portal.catalogue import selectors as catalogue
from portal.desk import selectors
from portal.desk.forms import KIND_NAMES, ActivityForm, SearchForm, WorksForm
from portal.desk.naming import works_of
from portal.desk.readiness import CLEAR, STAGES, readiness, with_next_step
from portal.desk.search import find
from portal.paging import page_of

ON_DESK, WORKS_PAGE, FOUND_PAGE, EVENTS = 8, 24, 24, 8


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the person, what runs, what failed, what blocks each work, and what happened last."""
    user = request.user
    roles = selectors.roles_of(user)
    member = bool(roles - {Role.EXPERT, Role.OPERATOR})
    context = {
        "roles": roles,
        "member": member,
        "piles": selectors.waiting(user),
        "queue": selectors.queue(user),
        "sacred": selectors.sacred_works(user) if Role.CONSULTANT in roles else [],
        "consultant": Role.CONSULTANT in roles,
        "may_add": user.has_perm("catalogue.add_collection"),
        "workers": workers_alive(),
        **_jobs(user),
    }
    if member:
        context |= {
            "blocked": _blocked(user),
            "mine": selectors.curated_by(user),
            "steps": _step_counts(user, {}),
            "recent": selectors.recent_works(user),
            "events": audit.told(audit.events_for(user)[:EVENTS], gathered=True),
        }
    return render(request, "desk/desk.html", context)


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Everything that waits for the person, sixty of a kind at most."""
    return render(request, "desk/waiting.html", {"piles": selectors.waiting(request.user, selectors.ALL)})


@require_safe
def works(request: HttpRequest) -> HttpResponse:
    """What blocks each work; ``?step=`` and ``?collection=`` narrow it."""
    form = WorksForm(request.GET, user=request.user)
    asked = form.asked
    rows = with_next_step(_of(catalogue.artworks_for(request.user), asked)).order_by("title", "created_at", "pk")
    page = page_of(request, rows.filter(next_step=asked["step"]) if asked.get("step") else rows, WORKS_PAGE)
    ready = readiness(page.object_list)
    context = {
        "form": form,
        "page": page,
        "rows": [ready[work.pk] for work in page.object_list],
        "steps": _step_counts(request.user, asked),
        "step": asked.get("step", ""),
        "collection": asked.get("collection"),
        "mine": selectors.curated_by(request.user),
    }
    return render(request, "desk/works.html", context)


@never_cache
@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """The part of the desk that changes by itself: jobs that run, jobs that failed."""
    return render(request, "desk/jobs.html", _jobs(request.user) | {"workers": workers_alive()})


@require_safe
def activity(request: HttpRequest) -> HttpResponse:
    """What happened in the person's collections, day by day."""
    form = ActivityForm(request.GET, user=request.user)
    asked = form.asked
    before, of = asked.pop("before", None), asked.pop("artwork", None)
    events, older = audit.page_before(audit.narrowed(audit.events_for(request.user, of), **asked), before)
    others = request.GET.copy()
    others.pop("before", None)
    context = {
        "form": form,
        "days": audit.by_day(events),
        "older": older,
        "begun": before is not None,
        "narrowed": bool(of) or any(asked.values()),
        "query": f"{others.urlencode()}&" if others else "",
    }
    return render(request, "desk/activity.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find works, collections, restorations, paintings and jobs by words and filters."""
    form = SearchForm(request.GET, user=request.user)
    query, kind = form.query, form.asked.get("kind", "")
    everything = find(request.user, query)
    found = find(request.user, query, kind) if kind else everything
    page = page_of(request, found, FOUND_PAGE)
    hits = list(page.object_list)
    tabs = request.GET.copy()
    for name in ("kind", "page"):
        tabs.pop(name, None)
    context = {
        "form": form,
        "query": query,
        "kind": kind,
        "page": page,
        "groups": _grouped(request.user, hits),
        "tabs": [(key, name, everything.counts.get(key, 0)) for key, name in KIND_NAMES.items()],
        "total": len(everything),
        "tab_query": tabs.urlencode(),
    }
    return render(request, "desk/search.html", context, status=400 if form.errors else 200)


def _grouped(user: Any, hits: list) -> list[tuple[str, Any, list]]:
    """Hits kind by kind, with the name of the kind; a job comes with its work."""
    kinds = dict.fromkeys(hit.kind for hit in hits)
    groups = []
    for kind in kinds:
        rows = [hit.row for hit in hits if hit.kind == kind]
        if kind == "jobs":
            seen = works_of(user, rows)
            rows = [(job, seen.get(job.pk)) for job in rows]
        if kind == "collections":
            covers = catalogue.covers_for(user, rows)
            rows = [(row, covers.get(row.pk)) for row in rows]
        groups.append((kind, KIND_NAMES[kind], rows))
    return groups


def _jobs(user: Any) -> dict[str, Any]:
    running, running_count = selectors.running(user)
    failed, failed_count = selectors.failed(user)
    return {
        "running": running,
        "running_count": running_count,
        "failed": failed,
        "failed_count": failed_count,
    }


def _of(rows: Any, asked: dict[str, Any]) -> Any:
    return rows.filter(collection=asked["collection"]) if asked.get("collection") else rows


def _blocked(user: Any) -> list:
    """The readiness of the works that were changed last and are not through."""
    rows = with_next_step(catalogue.artworks_for(user)).exclude(next_step__in=("study", CLEAR))
    works = list(rows.order_by("-updated_at", "pk")[:ON_DESK])
    ready = readiness(works)
    return [ready[work.pk] for work in works]


def _step_counts(user: Any, asked: dict[str, Any]) -> list[dict[str, Any]]:
    """How many works wait at each step, in the order of the steps."""
    rows = with_next_step(_of(catalogue.artworks_for(user), asked)).order_by()
    counts = dict(rows.values_list("next_step").annotate(count=Count("pk")))
    named = [(stage.key, stage.title, stage.blocks) for stage in STAGES] + [(CLEAR, _("Nothing blocks it"), "")]
    return [{"key": key, "title": title, "blocks": blocks, "count": counts.get(key, 0)} for key, title, blocks in named]
