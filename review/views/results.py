"""What a study came to: the page, lifting its blindness, and the files for who wants to compute it again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from review import exports, plots, telling
from review.models import Item, Study
from review.selectors import studies as selectors
from review.services import disclosure, unblinding


@require_safe
def result(request: HttpRequest, pk) -> HttpResponse:
    """Statistics by dimension and in total; pictures by code, and a second part once two people have unblinded it."""
    study = selectors.get_result(request.user, pk)
    open_now = unblinding.is_unblinded(study)
    statistics = study.result.statistics
    names = {item.code: item for item in unblinding.origins(request.user, study)} if open_now else {}
    second = _second_part(study, names) if open_now else None
    told = second["items"] if second else {}
    rows = [
        {"code": code, **entry, "item": names.get(code), "told": told.get(code)}
        for code, entry in statistics["items"].items()
    ]
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
        "reasons": _reasons(statistics),
        "mark": plots.agreement(statistics["total"]),
        "unblinding": getattr(study, "unblinding", None),
        "open": open_now,
        "second": second,
        "may_unblind": selectors.may_unblind(request.user, study),
    }
    return render(request, "review/studies/result.html", context)


def _reasons(statistics: dict[str, Any]) -> list[str]:
    """Why something cannot be computed, each reason once; that nobody can be flagged is no such thing."""
    entries = [*statistics["dimensions"].values(), statistics["total"]]
    found = {reason for entry in entries for name, reason in entry["reasons"].items() if name != "outliers"}
    return sorted(found)


def _second_part(study: Study, names: dict[str, Item]) -> dict[str, Any]:
    """The second part as its templates take it: sentences, and rows with their marks."""
    kept = disclosure.disclosure_of(study)
    part = kept.statistics
    blinding, engines, titles = part["blinding"], part["engines"], dict(Item.Origin.choices)
    means = [{"engine": engine, **_scored(entry)} for engine, entry in engines["means"].items()]
    return {
        "kept": kept,
        "blinding": telling.of_blinding(blinding),
        "panel": blinding["panel"],
        "experts": [_seen(None, blinding["panel"])] + [_seen(*it) for it in blinding["experts"].items()],
        "answers": list(blinding["answers"].items()),
        "kinds": [{"name": titles[kind], **_scored(entry)} for kind, entry in part["kinds"].items()],
        "engines": telling.of_engines(engines),
        "means": sorted(means, key=lambda row: -row["mean"]),
        "pairs": [it for group in engines["groups"] for it in group["pairs"]],
        "recognised": [(names[code], it["recognised"]) for code, it in part["items"].items() if it["recognised"]],
        "items": part["items"],
    }


def _seen(label: str | None, entry: dict[str, Any]) -> dict[str, Any]:
    marks = {
        f"{kind}_mark": plots.span(entry[kind]["index"], entry[kind]["ci"], plots.INDEX)
        for kind in ("authentic", "generated")
    }
    return {"label": label, **entry, **marks}


def _scored(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "mark": plots.span(entry["mean"], entry["ci"], plots.SCORE)}


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
