"""How far a study is: who has done how much by number, without scores and without a word of any picture."""

from typing import Any

from django.db.models import Count, Max, Q
from django.utils.timezone import localdate

from review.models import Seat, Study
from review.selectors.panel import open_round


def state(study: Study) -> dict[str, Any]:
    """The board of a study as pages, programs and sockets are told it; three queries at most.

    round: as `panel.open_round`. seats: by number, how many of the pictures `shown` are `done`, and the `last` day on
    which something was saved; nothing while no round is open. discussion: the number of its open round, None where
    there is none; flagged, answered: scores that lie apart there, and how many of them were answered. In all: how many
    of one expert's lie apart is nobody's business.
    """
    round = open_round(study)
    return {
        "state": study.state,
        "round": round,
        "deadline": study.deadline,
        "seats": [] if round is None else _seats(study, round),
        **_discussed(study),
    }


def _seats(study: Study, round: int) -> list[dict[str, Any]]:
    here = Q(presentations__round=round)
    rows = study.seats.filter(state=Seat.State.ACCEPTED).annotate(
        shown=Count("presentations", filter=here),
        done=Count("presentations", filter=here & Q(presentations__sheet__submitted_at__isnull=False)),
        last=Max("presentations__sheet__saved_at", filter=here),
    )
    found = rows.order_by("label").values("label", "shown", "done", "last")
    return [row | {"last": localdate(row["last"]) if row["last"] else None} for row in found]


def _discussed(study: Study) -> dict[str, int]:
    if study.state != Study.State.DELPHI:
        return {"discussion": None, "flagged": 0, "answered": 0}
    flagged = Q(arguments__flagged=True)
    return study.discussions.filter(closed_at=None).aggregate(
        discussion=Max("round"),
        flagged=Count("arguments", filter=flagged),
        answered=Count("arguments", filter=flagged & Q(arguments__answered_at__isnull=False)),
    )
