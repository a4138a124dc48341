"""Scores of a study as the statistics take them: experts by items, a dimension at a time."""

from dataclasses import dataclass

import numpy as np

from review.models import Item, Score, Seat, Sheet, Study


@dataclass(frozen=True)
class Scores:
    """dimensions: key → scores (seats, items) float64, NaN where there is none. Items and seats in a fixed order."""

    seats: list[Seat]
    items: list[Item]
    dimensions: dict[str, np.ndarray]


def scores_of(study: Study, round: int = 0, blind_only: bool = True) -> Scores:
    """The submitted scores of a round (0 = scoring); four queries.

    blind_only: leave out the sheets of experts who recognised the work. Experts who withdrew keep their scores out.
    """
    seats = list(study.seats.filter(state=Seat.State.ACCEPTED).order_by("label", "pk"))
    items = list(study.items.filter(calibration=round > 0).order_by("code"))
    keys = list(study.dimensions.order_by("position").values_list("key", flat=True))
    row = {seat.pk: place for place, seat in enumerate(seats)}
    column = {item.pk: place for place, item in enumerate(items)}
    found = {key: np.full((len(seats), len(items)), np.nan) for key in keys}
    rows = Score.objects.filter(
        sheet__presentation__seat__in=seats, sheet__presentation__round=round, sheet__submitted_at__isnull=False,
        value__isnull=False,
    )  # fmt: skip
    if blind_only:
        rows = rows.filter(sheet__recognised=False)
    about = ("dimension__key", "sheet__presentation__seat_id", "sheet__presentation__item_id", "value")
    for key, seat, item, value in rows.values_list(*about):
        if item in column:
            found[key][row[seat], column[item]] = value
    return Scores(seats, items, found)


def unfinished(study: Study, round: int = 0) -> dict[Seat, int]:
    """How many sheets each accepted expert has not submitted yet; those who have are left out."""
    found = {}
    for seat in study.seats.filter(state=Seat.State.ACCEPTED).order_by("label"):
        shown = seat.presentations.filter(round=round).count()
        done = Sheet.objects.filter(
            presentation__seat=seat, presentation__round=round, submitted_at__isnull=False
        ).count()
        if shown > done:
            found[seat] = shown - done
    return found
