"""The coordinator's pages: setting a study up, its people and pictures, and its moves."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.errors import UserError
from portal.forms import mistakes_in, sent
from portal.paging import page_of
from review.consumers import told
from review.forms import DimensionForm, InviteForm, NewStudyForm, RubricFormSet, RulesForm
from review.models import Study
from review.selectors import board
from review.selectors import studies as selectors
from review.services import calibration, delphi, people, renditions
from review.services import studies as services
from review.services.readiness import readiness

READ_WRITE = ["GET", "HEAD", "POST"]


@require_safe
def studies(request: HttpRequest) -> HttpResponse:
    """All studies that the person coordinates."""
    may = selectors.collections_to_study(request.user).exists()
    page = page_of(request, selectors.studies_for(request.user))
    return render(request, "review/studies/list.html", {"page": page, "may_make": may})


@require_http_methods(READ_WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a study, from the default rubric or like an earlier one."""
    collections = selectors.collections_to_study(request.user)
    form = NewStudyForm(*sent(request), collections=collections, studies=selectors.studies_for(request.user))
    if form.is_valid():
        with mistakes_in(form):
            made = _made(request, form.cleaned_data)
            return redirect("review:study", made.pk)
    return render(request, "review/studies/new.html", {"form": form})


@require_safe
def study(request: HttpRequest, pk) -> HttpResponse:
    """Where a study stands: what blocks it, who has done how much, and its next move."""
    shown = selectors.get_study(request.user, pk)
    draft, going = shown.state == Study.State.DRAFT, board.state(shown)
    context = {
        "study": shown,
        "blockers": readiness(shown) if draft else [],
        "board": going,
        "calibrated": selectors.calibrated(shown),
        "stuck": shown.state == Study.State.CALIBRATION and going["round"] is None,
        "pictures": shown.pictures,
        "seats": shown.seats.count(),
    }
    return render(request, "review/studies/study.html", context)


@require_safe
def following(request: HttpRequest, pk) -> HttpResponse:
    """The board for a page that polls, the same as it would hear by WebSocket."""
    answer = JsonResponse(told(board.state(selectors.get_study(request.user, pk))))
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(READ_WRITE)
def rules(request: HttpRequest, pk) -> HttpResponse:
    """Words and rules; once the study runs they are shown and nothing more."""
    shown = selectors.get_study(request.user, pk, services.MANAGE)
    form = RulesForm(*sent(request), instance=shown)
    if request.method == "POST" and form.is_valid():
        with mistakes_in(form):
            services.update_study(request.user, shown, **form.cleaned_data)
            return redirect("review:study", shown.pk)
    return render(request, "review/studies/rules.html", {"study": shown, "form": form})


@require_http_methods(READ_WRITE)
def rubric(request: HttpRequest, pk) -> HttpResponse:
    """The dimensions with their weights and levels."""
    shown = selectors.get_study(request.user, pk, services.MANAGE)
    initial = [DimensionForm.initial_of(row) for row in services.rubric_of(shown)]
    forms = RubricFormSet(request.POST or None, request.FILES or None, initial=initial)
    problem = ""
    if request.method == "POST" and forms.is_valid():
        try:
            kept = [form for form in forms if form.cleaned_data and form not in forms.deleted_forms]
            services.set_rubric(request.user, shown, [form.row() for form in kept])
            return redirect("review:study", shown.pk)
        except UserError as error:
            problem = str(error)
    context = {
        "study": shown,
        "forms": forms,
        "problem": problem,
        "dimensions": shown.dimensions.prefetch_related("levels__example"),
    }
    return render(request, "review/studies/rubric.html", context)


@require_http_methods(READ_WRITE)
def pictures(request: HttpRequest, pk) -> HttpResponse:
    """What the panel sees: restorations, generated works, authentic works, and the benchmark set."""
    shown = selectors.get_study(request.user, pk, services.MANAGE)
    offered = selectors.offered(shown)
    if request.method == "POST":
        take = {name: set(request.POST.getlist(name)) for name in ("nomination", "painting", "artwork")}
        services.add_items(
            request.user, shown, calibration="benchmark" in request.POST,
            candidates=[it.candidate for it in offered.nominations if str(it.pk) in take["nomination"]],
            paintings=[it for it in offered.paintings if str(it.pk) in take["painting"]],
            artworks=[it for it in offered.artworks if str(it.pk) in take["artwork"]],
        )  # fmt: skip
        return redirect("review:pictures", shown.pk)
    context = {"study": shown, "offered": offered, "chosen": selectors.chosen(shown)}
    return render(request, "review/studies/pictures.html", context)


@require_POST
def remove_picture(request: HttpRequest, pk, item) -> HttpResponse:
    """Take a picture out of a draft."""
    shown = selectors.get_study(request.user, pk, services.MANAGE)
    found = shown.items.filter(pk=item).first()
    if found is None:
        raise Http404
    services.remove_item(request.user, shown, found)
    return redirect("review:pictures", shown.pk)


@require_http_methods(READ_WRITE)
def panel(request: HttpRequest, pk) -> HttpResponse:
    """Who sits on the panel, and inviting more."""
    shown = selectors.get_study(request.user, pk, services.MANAGE)
    form = InviteForm(*sent(request))
    if form.is_valid():
        with mistakes_in(form):
            people.invite(request.user, shown, **form.cleaned_data)
            return redirect("review:panel", shown.pk)
    context = {"study": shown, "form": form, "seats": shown.seats.order_by("invited_at", "pk")}  # never by number
    return render(request, "review/studies/panel.html", context)


@require_POST
def seat(request: HttpRequest, pk) -> HttpResponse:
    """Send a link again, end a place, or invite somebody into one that was left."""
    found = selectors.get_seat(request.user, pk)
    move = request.POST.get("move")
    if move == "resend":
        people.resend(request.user, found)
    elif move == "end":
        people.withdraw(request.user, found, request.POST.get("reason", ""))
    elif move == "replace":
        people.replace(request.user, found, email=request.POST.get("email", ""), language=found.language)
    else:
        raise Http404
    return redirect("review:panel", found.study_id)


@require_POST
def move(request: HttpRequest, pk) -> HttpResponse:
    """The next move of a study, each by its name; one that was made already changes nothing."""
    shown = selectors.get_study(request.user, pk, services.MANAGE)
    late = {"even_if_unfinished": "unfinished" in request.POST}
    moves: dict[str, Callable[[], object]] = {
        "renditions": lambda: renditions.build_renditions(request.user, shown),
        "start": lambda: services.start(request.user, shown),
        "calibration": lambda: calibration.close_calibration(request.user, shown, request.POST.get("note", ""), **late),
        "scoring": lambda: delphi.close_scoring(request.user, shown, **late),
        "discussion": lambda: delphi.close_round(request.user, shown, **late),
        "abandon": lambda: services.abandon(request.user, shown, request.POST.get("because", "")),
    }
    if (name := request.POST.get("move", "")) not in moves:
        raise Http404
    moves[name]()
    return redirect("review:study", shown.pk)


def _made(request: HttpRequest, clean: dict) -> Study:
    if source := clean["source"]:
        if source.collection != clean["collection"]:
            raise UserError(_("A study is copied within its own collection."))
        return services.copy_study(request.user, source, title=clean["title"])
    return services.create_study(request.user, clean["collection"], title=clean["title"])
