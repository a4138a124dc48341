"""Reads of the experts' pages: each starts from the person's own accepted seats, and is an allow-list."""

import re
from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from portal.accounts.models import User
from portal.accounts.policy import scope
from review.models import (
    Argument,
    Deduction,
    DeductionTerm,
    Example,
    Presentation,
    Score,
    Seat,
    Sheet,
    Study,
)
from review.services import examples, people, sheets
from review.services.letters import has_to_do


def seats_for(user: User) -> QuerySet[Seat]:
    """The seats of a person, those of the latest studies first."""
    rows = Seat.objects.filter(user=user, state=Seat.State.ACCEPTED)
    return rows.select_related("study").order_by("-study__created_at")


def get_seat(user: User, pk: Any) -> Seat:
    """One own seat, else Http404."""
    return _or_404(seats_for(user).filter(pk=pk))


def places_of(user: User) -> QuerySet[Seat]:
    """The seats of a person, and the invitations to addresses that are known to be the person's, the latest first."""
    mine = Q(state=Seat.State.ACCEPTED, user=user)
    asked = Q(state=Seat.State.INVITED, email__in=people.addresses_of(user))
    asked &= Q(study__state__in=(Study.State.DRAFT, *Study.OPEN))
    return Seat.objects.filter(mine | asked).select_related("study__collection").order_by("-invited_at", "pk")


def get_place(user: User, pk: Any) -> Seat:
    """One own seat or invitation, else Http404."""
    return _or_404(places_of(user).filter(pk=pk))


def asked(seat: Seat) -> list[dict[str, Any]]:
    """About which pictures an expert is asked for conflicts of interest, by code, and what was answered."""
    known = {row.item_id: row for row in seat.conflicts.all()}
    rows = [(code, known.get(pk)) for code, pk in seat.study.items.values_list("code", "pk")]
    return [
        {"code": code, "conflict": row.present if row else None, "known": bool(row and row.by_rule)}
        for code, row in rows
    ]


def get_presentation(user: User, code: str) -> Presentation:
    """What the person is shown under a code, else Http404: a code of another expert is as unknown as a made-up one."""
    rows = Presentation.objects.filter(seat__user=user, seat__state=Seat.State.ACCEPTED, code=code)
    return _or_404(rows.select_related("seat__study", "item"))


def open_round(study: Study) -> int | None:
    """The number of the round that can be scored now; None when there is none."""
    if study.state == Study.State.SCORING:
        return 0
    if study.state != Study.State.CALIBRATION:
        return None
    return study.calibrations.filter(closed_at=None).order_by("number").values_list("number", flat=True).last()


def places(seat: Seat, round: int) -> list[dict[str, Any]]:
    """The items of a round in the expert's order: code, position, and whether it is open, begun or submitted."""
    rows = seat.presentations.filter(round=round).select_related("sheet").order_by("position")
    return [{"code": row.code, "position": row.position, "state": _state(row)} for row in rows]


def rubric(study: Study) -> list[dict[str, Any]]:
    """What is asked, in the language of the page: nothing of it depends on the item."""
    terms = list(DeductionTerm.objects.filter(retired=False))
    return [
        {
            "key": row.key,
            "name": str(row),
            "question": row.question,
            "levels": [
                {"value": level.value, "text": level.text, "example": getattr(examples.kept_of(level), "url", None)}
                for level in row.levels.all()
            ],
            "terms": [{"key": term.key, "name": str(term)} for term in terms if term.dimension_key in ("", row.key)],
        }
        for row in study.dimensions.prefetch_related("levels__example").order_by("position")
    ]


def get_example(user: User, pk: Any) -> Example:
    """An example picture, for the panel and for who may see the study; else Http404."""
    seats = Seat.objects.filter(user=user, state=Seat.State.ACCEPTED)
    coordinated = scope(user, "review.view_study", Study.objects.all())
    seen = Q(level__dimension__study__in=seats.values("study")) | Q(
        level__dimension__study__in=coordinated.values("pk")
    )
    return _or_404(Example.objects.filter(seen, pk=pk))


def answered(presentation: Presentation) -> dict[str, Any]:
    """The expert's own answers: `version`, `submitted`, `saved_at` and the content."""
    sheet = Sheet.objects.filter(presentation=presentation).first()
    if sheet is None:
        return {"version": 0, "submitted": False, "saved_at": None, "content": sheets.EMPTY}
    return {
        "version": sheet.version,
        "submitted": sheet.submitted_at is not None,
        "saved_at": sheet.saved_at.isoformat() if sheet.saved_at else None,
        "content": sheets.content_of(sheet),
    }


PREPARING = (Study.State.DRAFT, Study.State.CALIBRATION, Study.State.SCORING)  # who replaces somebody comes late
NOTHING = {"conflicts": 0, "display": False, "round": None, "places": [], "done": 0, "waits": False}


def tasks(seat: Seat) -> dict[str, Any]:
    """What an expert has still to do: conflicts and display before the start, then the round that is open."""
    study = seat.study
    round = open_round(study)
    shown = places(seat, round) if round is not None else []
    return {
        "conflicts": study.items.exclude(conflicts__seat=seat).count() if study.state in PREPARING else 0,
        "display": seat.display_checked_at is None,
        "round": round,
        "places": shown,
        "done": sum(place["state"] == "submitted" for place in shown),
        "next": next((place for place in shown if place["state"] != "submitted"), None),
        "arguments": arguments(seat) if study.state == Study.State.DELPHI else [],
        "waits": study.state in Study.OPEN and has_to_do(seat),
    }


def arguments(seat: Seat) -> list[Argument]:
    """The discussions that are open to an expert, the own flagged scores first."""
    rows = Argument.objects.filter(seat=seat, discussion__closed_at=None)
    return list(rows.select_related("discussion__dimension", "discussion__item").order_by("-flagged", "pk"))


def get_argument(user: User, pk: Any) -> Argument:
    """One own place in a discussion, else Http404."""
    rows = Argument.objects.filter(pk=pk, seat__user=user, seat__state=Seat.State.ACCEPTED)
    return _or_404(rows.select_related("discussion__dimension", "discussion__item", "discussion__study", "seat"))


def own_score(argument: Argument) -> int | None:
    """What the expert gave the item on the dimension that is discussed."""
    about = argument.discussion
    rows = Score.objects.filter(sheet__presentation__seat=argument.seat_id, sheet__presentation__round=0)
    return (
        rows.filter(sheet__presentation__item=about.item, dimension=about.dimension)
        .values_list("value", flat=True)
        .first()
    )


def heard(argument: Argument) -> dict[str, Any]:
    """What an expert may know of the others in a discussion: how many gave which score, and what they wrote.

    counts: five numbers, the own score among them. texts: the others' reasons and arguments, sorted by what they say,
    so that neither order nor name tells who wrote them; names of the panel in them are left out.
    """
    discussion = argument.discussion
    scores = Score.objects.filter(
        sheet__presentation__item=discussion.item, sheet__presentation__round=0, dimension=discussion.dimension,
        sheet__submitted_at__isnull=False, sheet__presentation__seat__state=Seat.State.ACCEPTED,
    )  # fmt: skip
    given = list(scores.exclude(value=None).values_list("value", flat=True))
    others = Deduction.objects.filter(score__in=scores).exclude(score__sheet__presentation__seat=argument.seat_id)
    said = [
        str(row.term or "") + (": " if row.term and row.text else "") + row.text
        for row in others.select_related("term")
    ]
    earlier = Argument.objects.filter(discussion__item=discussion.item, discussion__dimension=discussion.dimension)
    said += earlier.exclude(seat=argument.seat_id).exclude(text="").values_list("text", flat=True)
    unnamed = _without_names(discussion.study)
    texts = sorted({unnamed(text) for text in said if text})
    return {"counts": [given.count(value) for value in range(1, 6)], "texts": texts}


def _without_names(study: Study) -> Callable[[str], str]:
    """A function that leaves names and addresses of the panel, and any other address, out of what somebody wrote."""
    about = ("name", "email", "user__display_name", "user__username", "user__email")
    words = {word.strip() for row in study.seats.values_list(*about) for word in row if word and len(word.strip()) > 1}
    told = (re.escape(word) for word in sorted(words, key=len, reverse=True))
    whole = [rf"(?<!\w){word}(?!\w)" if word.isascii() else word for word in told]
    pattern = re.compile("|".join([r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", *whole]), re.IGNORECASE)
    return lambda text: pattern.sub("…", text)


def _state(row: Presentation) -> str:
    sheet = getattr(row, "sheet", None)
    if sheet is None or not sheet.version:
        return "open"
    return "submitted" if sheet.submitted_at else "begun"


def _or_404(rows: QuerySet) -> Any:
    found = rows.first()
    if found is None:
        raise Http404
    return found
