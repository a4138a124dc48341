"""Many orders at once: choose works, look at what would happen, order; then see how far they are."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gpu_workers import desk
from gpu_workers.engines.registry import FILL, engines
from gpu_workers.models import Job
from gpu_workers.selectors import workers_alive
from portal.catalogue import selectors as catalogue
from portal.forms import mistakes_in, sent
from portal.paging import page_of
from restoration.checks import weights_present
from restoration.ordering import batches, presets, selection, wording
from restoration.ordering.estimates import estimate
from restoration.ordering.forms import BatchForm, settings_of
from restoration.views.orders import uuid_or_404

ADD = "restoration.add_restoration"
AGAIN = ("works", "everything", "engine", "prompt", "candidates", "seed", "steps", "priority", "token")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk) -> HttpResponse:
    """Choose works and engines; a POST shows what would be ordered and why not, one with ``order`` orders just that."""
    collection = catalogue.get_collection(request.user, pk, ADD)
    rows = list(selection.works_to_restore(request.user, collection)[: batches.MOST_WORKS])
    works = {str(work.pk): work for work in rows}
    ready = [key for key, work in works.items() if work.has_mask and not work.restored]
    kept = presets.presets_for(request.user, collection)
    form = BatchForm(*sent(request)[:1], initial=_beginning(request, kept), works=works, ready=ready)
    plan = None
    if form.is_valid():
        with mistakes_in(form):
            chosen = form.chosen()
            masks = batches.usable_masks(chosen)
            pairs = [(work, masks.get(work.pk)) for work in chosen]
            if "order" in request.POST:
                token = form.cleaned_data["token"] or uuid.uuid4()
                return redirect("restoration:batch", batches.order(request.user, pairs, form.recipe(), token=token).pk)
            plan = batches.plan(request.user, pairs, form.recipe())
    context = {"collection": collection, "form": form, "ready": ready, "workers": workers_alive()}
    if plan is not None and "back" not in request.POST:
        placed = [it for it in plan if it.placed]
        orders = [(it.engine, it.mask) for it in placed]
        about = (form.cleaned_data["candidates"], form.cleaned_data["priority"])
        context |= {"plan": plan, "placed": placed, "refused": [it for it in plan if not it.placed]}
        context["again"] = [(name, request.POST.getlist(name)) for name in AGAIN]
        context["outlook"] = wording.outlook(estimate(request.user, collection, orders, *about)) if placed else ""
        return render(request, "restoration/batch_plan.html", context)
    context |= {"works": rows, "presets": kept, "engines": _engines(), "most": batches.MOST_WORKS}
    context["chosen"] = set(form["works"].value() or request.GET.getlist("work"))
    return render(request, "restoration/batch_new.html", context, status=400 if form.is_bound and form.errors else 200)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    page = page_of(request, selection.batches_for(request.user), 30)
    found = selection.progress_of_all(page.object_list)
    shown = [(batch, found[batch.pk]) for batch in page.object_list]
    return render(request, "restoration/batches.html", {"page": page, "rows": shown})


@require_safe
def detail(request: HttpRequest, pk) -> HttpResponse:
    """How far the orders of a batch are, all together and each."""
    return render(request, "restoration/batch.html", _state(request, selection.get_batch(request.user, pk)))


@require_safe
def rows(request: HttpRequest, pk) -> HttpResponse:
    """The parts of the page that change, for the script that follows it."""
    answer = render(request, "restoration/batch_fresh.html", _state(request, selection.get_batch(request.user, pk)))
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def cancel(request: HttpRequest, pk) -> HttpResponse:
    batch = selection.get_batch(request.user, pk)
    count = batches.cancel_all(request.user, batch)
    said = ngettext("%(count)d job is being cancelled.", "%(count)d jobs are being cancelled.", count)
    messages.success(request, said % {"count": count})
    return redirect("restoration:batch", pk)


@require_POST
def retry(request: HttpRequest, pk) -> HttpResponse:
    batch = selection.get_batch(request.user, pk)
    count = batches.retry_failed(request.user, batch)
    said = ngettext("%(count)d job waits for a worker again.", "%(count)d jobs wait for a worker again.", count)
    messages.success(request, said % {"count": count})
    return redirect("restoration:batch", pk)


@require_POST
def resume(request: HttpRequest, pk) -> HttpResponse:
    """Place what an interruption left unplaced."""
    batches.place_pending(request.user, selection.get_batch(request.user, pk))
    messages.success(request, _("The rest is ordered."))
    return redirect("restoration:batch", pk)


def _state(request: HttpRequest, batch) -> dict:
    items = list(selection.items_of(batch))
    jobs = desk.with_all(Job.objects.filter(restoration__batch_items__batch=batch)).distinct()
    known = {row.job.pk: row for row in desk.rows(request.user, jobs)}
    progress = selection.progress_of(batch)
    made = [row.job.restoration.candidates.all() for row in known.values() if row.job.status == Job.Status.SUCCEEDED]
    first = [str(candidates[0].pk) for candidates in made if candidates]
    states = [(status.label, progress.counts[status]) for status in Job.Status if progress.counts.get(status)]
    states += [(_("Not ordered"), progress.refused)] if progress.refused else []
    states += [(_("To be ordered"), progress.pending)] if progress.pending else []
    return {
        "batch": batch,
        "rows": [known.get(item.restoration.job_id) if item.restoration else {"item": item} for item in items],
        "progress": progress,
        "to_compare": ",".join(["original", *first[:3]]) if batch.artwork_id and first else "",
        "states": states,
        "version": f"{progress.fraction:.4f}-{'-'.join(str(count) for _name, count in states)}",
        "may_order": request.user.has_perm(ADD, batch),
        "may_cancel": request.user.has_perm(batches.CANCEL, batch),
        "workers": workers_alive(),
    }


def _engines() -> list[dict]:
    found = engines(FILL).values()
    return [{"spec": spec, "ready": not spec.weights or weights_present(spec.weights)} for spec in found]


def _beginning(request: HttpRequest, kept) -> dict:
    chosen = request.GET.get("preset")
    preset = kept.filter(pk=uuid_or_404(chosen)).first() if chosen else None
    if preset:
        return settings_of(preset)
    return {"engine": [it["spec"].name for it in _engines() if it["ready"]][:1]}
