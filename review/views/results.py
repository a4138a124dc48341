"""What a study came to: the page, lifting its blindness, and the files for who wants to compute it again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from review import exports, plots
from review.selectors import studies as selectors
from review.services import unblinding


@require_safe
def result(request: HttpRequest, pk) -> HttpResponse:
    """Statistics by dimension and in total; pictures by code until two people have lifted the blindness."""
    study = selectors.get_result(request.user, pk)
    open_now = unblinding.is_unblinded(study)
    statistics = study.result.statistics
    names = {item.code: item for item in unblinding.origins(request.user, study)} if open_now else {}
    rows = [{"code": code, **entry, "item": names.get(code)} for code, entry in statistics["items"].items()]
    context = {
        "study": study,
        "result": study.result,
        "rows": sorted(rows, key=lambda row: -(row["total"]["mean"] or 0)),
        "dimensions": [
            {"row": row, "entry": entry, "plot": plots.counts(statistics, row.key), "mark": plots.agreement(entry)}
            for row in study.dimensions.all()
            for entry in [statistics["dimensions"][row.key]]
        ],
        "total": statistics["total"],
        "mark": plots.agreement(statistics["total"]),
        "unblinding": getattr(study, "unblinding", None),
        "open": open_now,
        "may_unblind": selectors.may_unblind(request.user, study),
    }
    return render(request, "review/studies/result.html", context)


@require_POST
def unblind(request: HttpRequest, pk) -> HttpResponse:
    """Ask as the first person, agree as the second."""
    study = selectors.get_result(request.user, pk)
    if request.POST.get("move") == "agree":
        unblinding.agree(request.user, study)
    else:
        unblinding.ask(request.user, study, request.POST.get("reason", ""))
    return redirect("review:result", study.pk)


@require_safe
def scores(request: HttpRequest, pk, form: str) -> HttpResponse:
    """The final scores, anonymous, on codes: CSV (long form, for `agreement`), XLSX or the whole report as JSON."""
    study = selectors.get_result(request.user, pk)
    body, kind = exports.FORMS[form](study)
    named = {"Content-Disposition": f'attachment; filename="study-{str(study.pk)[:8]}.{form}"'}
    return HttpResponse(body, content_type=kind, headers=named)
