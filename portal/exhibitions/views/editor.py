"""The editor: make an exhibition, hang works, put them in order, open and close it, and see it as a visitor would."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.errors import UserError
from portal.exhibitions import services
from portal.exhibitions.errors import ArrangedMeanwhile
from portal.exhibitions.forms import ExhibitionForm, ScheduleForm, SectionForm
from portal.exhibitions.selectors import editing
from portal.exhibitions.views.public import exhibition_page, section_page
from portal.exhibitions.views.work import work_page
from portal.forms import mistakes_in, sent
from portal.paging import page_of
from review.guardrails.selectors import get_release, published

EDIT = editing.EDIT
read_or_write = require_http_methods(["GET", "HEAD", "POST"])
MOST_ORDER = 200_000  # bytes of an order


@require_safe
def exhibitions(request: HttpRequest) -> HttpResponse:
    """Every exhibition of the collections that a person works in."""
    page = page_of(request, editing.exhibitions_for(request.user), 24)
    context = {"page": page, "collections": editing.collections_to_edit(request.user)}
    context["waiting"] = editing.concerns_for(request.user).filter(answered_at=None).count()
    return render(request, "curating/list.html", context)


@read_or_write
def new(request: HttpRequest) -> HttpResponse:
    """Make an exhibition of `?collection=`."""
    wanted = request.GET.get("collection", "")
    collection = editing.collections_to_edit(request.user).filter(pk=_uuid(wanted)).first()
    if collection is None:
        raise Http404
    form = ExhibitionForm(*sent(request)[:1])
    if form.is_valid():
        with mistakes_in(form):
            made = services.create(request.user, collection, **form.cleaned_data)
            return redirect("curating:exhibition", made.pk)
    context = {"form": form, "collection": collection}
    return render(request, "curating/words.html", context, status=400 if form.errors else 200)


@require_safe
def exhibition(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What hangs where, to be put in order by dragging, by buttons or by keys."""
    shown = editing.get_exhibition(request.user, pk)
    rooms = editing.sections_of(shown)
    hung = [hanging for _section, works in rooms for hanging in works]
    context = {
        "exhibition": shown, "rooms": rooms, "may_edit": request.user.has_perm(EDIT, shown), "hung": hung,
        "unseen": [it for it in hung if it.release.state != it.release.State.PUBLISHED],
        "asked_anew": [it for it in hung if it.release.state == it.release.State.PUBLISHED and not it.seen],
        "silent": [it for it in hung if it.lacks_alt],
        "schedule": ScheduleForm(initial={"opens_at": shown.opens_at, "closes_at": shown.closes_at}),
        "section_form": SectionForm(),
    }  # fmt: skip
    return render(request, "curating/exhibition.html", context)


@read_or_write
def words(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Title and introduction, in both languages."""
    shown = editing.get_exhibition(request.user, pk, EDIT)
    form = ExhibitionForm(*(sent(request)[:1] or [None]), instance=shown)
    if form.is_valid():
        with mistakes_in(form):
            services.change(request.user, shown, **form.cleaned_data)
            messages.success(request, _("The words are saved."))
            return redirect("curating:exhibition", pk)
    context = {"form": form, "exhibition": shown, "collection": shown.collection}
    return render(request, "curating/words.html", context, status=400 if form.errors else 200)


@require_POST
def order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Move one thing (`what`, `by`); or set it all, as JSON: `{version, order: [[section, [work, …]], …]}`."""
    shown = editing.get_exhibition(request.user, pk, EDIT)
    try:
        if request.content_type == "application/json":
            changed = services.arrange(request.user, shown, **_order_in(request))
            return JsonResponse({"version": changed.version})
        what, by = _uuid(request.POST.get("what", "")), 1 if request.POST.get("by") == "1" else -1
        services.move(request.user, shown, _number(request.POST.get("version")), what, by)
    except UserError as error:
        status = 409 if isinstance(error, ArrangedMeanwhile) else 400
        if request.content_type == "application/json":
            return JsonResponse({"detail": str(error)}, status=status)
        messages.error(request, str(error))
    return redirect("curating:exhibition", pk)


@require_POST
def open_(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Open it now or on a day."""
    shown, form = editing.get_exhibition(request.user, pk, EDIT), ScheduleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the days as the fields ask for them."))
        return redirect("curating:exhibition", pk)
    return _done(request, pk, _("The days are set."), services.open_, shown, **form.cleaned_data)


@require_POST
def close(request: HttpRequest, pk: UUID) -> HttpResponse:
    shown = editing.get_exhibition(request.user, pk, EDIT)
    return _done(request, pk, _("Visitors no longer see this exhibition."), services.close, shown)


@require_POST
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    shown = editing.get_exhibition(request.user, pk, EDIT)
    try:
        services.remove(request.user, shown)
    except UserError as error:
        messages.error(request, str(error))
        return redirect("curating:exhibition", pk)
    messages.success(request, _("The draft is deleted."))
    return redirect("curating:list")


@read_or_write
def works(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose releases of the collection to hang."""
    shown = editing.get_exhibition(request.user, pk, EDIT)
    if request.method == "POST":
        section = next((it for it in shown.sections.all() if str(it.pk) == request.POST.get("section")), None)
        for key in request.POST.getlist("release")[:100]:
            services.hang(request.user, shown, get_release(request.user, _uuid(key)), section)
        return redirect("curating:exhibition", pk)
    context = {"exhibition": shown, "releases": editing.to_hang(shown), "sections": shown.sections.all()}
    return render(request, "curating/works.html", context)


@require_POST
def sections(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a section at the end."""
    shown, form = editing.get_exhibition(request.user, pk, EDIT), SectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This is too long for a heading or a text."))
        return redirect("curating:exhibition", pk)
    return _done(request, pk, _("The section is added."), services.add_section, shown, **form.cleaned_data)


@require_safe
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The exhibition as a visitor would see it if it were open now."""
    return exhibition_page(request, editing.get_exhibition(request.user, pk), preview=True)


@require_safe
def preview_section(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    return section_page(request, editing.get_exhibition(request.user, pk), number, preview=True)


@require_safe
def preview_work(request: HttpRequest, pk: UUID, work: UUID) -> HttpResponse:
    shown = editing.get_exhibition(request.user, pk)
    release = published().filter(pk=work, hangings__exhibition=shown).select_related("candidate__restoration").first()
    if release is None:
        raise Http404
    return work_page(request, release, shown)


def _done(request: HttpRequest, pk: UUID, said: str, service: Any, *args: Any, **named: Any) -> HttpResponse:
    try:
        service(request.user, *args, **named)
    except UserError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("curating:exhibition", pk)


def _order_in(request: HttpRequest) -> dict[str, Any]:
    refused = UserError(_("This is not an order of an exhibition."))
    if len(request.body) > MOST_ORDER:
        raise refused
    try:
        sent_order = json.loads(request.body)
        order = [(UUID(section), [UUID(work) for work in works]) for section, works in sent_order["order"]]
        return {"version": int(sent_order["version"]), "order": order}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise refused from error


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
