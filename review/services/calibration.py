"""Calibration: the same benchmark for all, round by round, until the panel sees alike."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.services import record
from portal.errors import UserError
from review.models import CalibrationRound, Seat, Study
from review.services import letters, orders
from review.services.rounds import Scores, scores_of, unfinished
from review.statistics import alpha, habits, kendall


def open_round(study: Study, number: int) -> CalibrationRound:
    """Open a round with orders of its own; one that is open stays."""
    made, _fresh = CalibrationRound.objects.get_or_create(study=study, number=number)
    orders.draw_orders(study, number)
    return made


@transaction.atomic
def close_calibration(
    user: User, study: Study, note: str = "", *, even_if_unfinished: bool = False
) -> CalibrationRound:
    """End the open round: its W decides whether scoring opens, another round does, or the study has to end.

    W is the least over the dimensions: a panel that differs on one of them is not calibrated. note: what the panel is
    told of its differences. Raises `UserError` while somebody has not submitted, unless that is accepted.
    """
    from review.services.studies import locked

    study = locked(user, study)
    latest = study.calibrations.order_by("number").last()
    if study.state != Study.State.CALIBRATION or latest is None or latest.closed_at:
        if latest is None:
            raise UserError(_("This study has no calibration to close."))
        return latest
    if not even_if_unfinished and (waiting := unfinished(study, latest.number)):
        raise UserError(_("%(n)d experts have not submitted everything yet.") % {"n": len(waiting)})
    latest.statistics = described(scores_of(study, latest.number, blind_only=False))
    latest.w, latest.passed = _decided(latest.statistics, float(study.calibration_bar))
    latest.note, latest.closed_at = note.strip()[:5000], timezone.now()
    latest.save()
    if latest.passed:
        study.state = Study.State.SCORING
        study.save(update_fields=["state"])
        orders.draw_orders(study, 0)
        letters.tell_panel(study)
        record("study.calibrated", study, actor=user, title=study.title, w=round(latest.w or 0, 3))
    elif latest.number < study.calibration_rounds:
        open_round(study, latest.number + 1)
        letters.tell_panel(study, Seat.Letter.FURTHER)
        record("study.calibration_repeated", study, actor=user, title=study.title, round=latest.number + 1)
    else:
        record("study.calibration_failed", study, actor=user, title=study.title)
    return latest


def described(scores: Scores) -> dict[str, Any]:
    """W, α and each expert's bias on every dimension, ready for JSON; severity by the expert's number."""
    found = {}
    for key, table in scores.dimensions.items():
        w, agreed = kendall(table), alpha(table, "ordinal")
        found[key] = {
            "w": w.w.value,
            "uncorrected": w.uncorrected.value,
            "p": w.p,
            "items": w.items,
            "dropped": w.dropped,
            "reason": w.w.reason,
            "alpha": agreed.value,
            "alpha_reason": agreed.reason,
            "severity": {str(scores.seats[habit.rater].label): habit.severity for habit in habits(table)},
        }
    return found


def _decided(statistics: dict[str, Any], bar: float) -> tuple[float | None, bool]:
    """The least W, and whether it reaches the bar; one that cannot be estimated never does."""
    values = [entry["w"] for entry in statistics.values()]
    if not values or any(value is None for value in values):
        return None, False
    return min(values), min(values) >= bar
