"""What a round of calibration that did not pass showed, as one expert may know it: nobody else is named or numbered."""

from typing import Any

import numpy as np

from review.models import CalibrationRound, Seat
from review.services.rounds import Scores, scores_of


def differences(seat: Seat, round: int | None) -> dict[str, Any] | None:
    """What the round before an open round of calibration showed; None in the first one, and in scoring.

    note: what the coordinator says. rows: of each dimension its `name`, `w`, how many `points` the expert lay below the
    others (or above: `below` is False), and `apart`: the picture on which the panel differed most, by the place that it
    has for this expert now, with the lowest, the highest and the own score.
    """
    last = seat.study.calibrations.filter(number=(round or 0) - 1).first()
    if last is None:
        return None
    scores = scores_of(seat.study, last.number, blind_only=False)
    places = dict(seat.presentations.filter(round=round).values_list("item", "position"))
    rows = [
        _of_dimension(last, it.key, str(it), seat) | {"apart": _apart(scores, it.key, seat, places)}
        for it in seat.study.dimensions.all()
    ]
    return {"note": last.note, "rows": rows}


def _of_dimension(last: CalibrationRound, key: str, name: str, seat: Seat) -> dict[str, Any]:
    severity = last.statistics[key]["severity"].get(str(seat.label))
    points = None if severity is None else abs(severity)
    return {"name": name, "w": last.statistics[key]["w"], "points": points, "below": (severity or 0) > 0}


def _apart(scores: Scores, key: str, seat: Seat, places: dict[Any, int]) -> dict[str, int | None] | None:
    """The picture with the widest spread of scores; None where nobody differs."""
    table = scores.dimensions[key]
    spread = [float(np.std(column[~np.isnan(column)])) if (~np.isnan(column)).any() else 0.0 for column in table.T]
    if not spread or max(spread) == 0:
        return None
    place = int(np.argmax(spread))
    position = places.get(scores.items[place].pk)
    if position is None:
        return None
    column = table[:, place]
    own = next((column[row] for row, it in enumerate(scores.seats) if it.pk == seat.pk), np.nan)
    low, high = int(np.nanmin(column)), int(np.nanmax(column))
    return {"position": position, "low": low, "high": high, "own": None if np.isnan(own) else int(own)}
