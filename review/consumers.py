"""The board of a study over a WebSocket."""

from typing import Any

from portal.following import Following, seen
from review.selectors import board
from review.selectors.studies import get_study
from review.services.following import group


class BoardConsumer(Following):
    """How far a study is, whenever somebody has submitted or it has moved on."""

    def group(self) -> str:
        return group(self.pk)

    def look(self) -> dict[str, Any] | None:
        return state_for(self.user, self.pk)

    study_moved = Following.moved


def state_for(user: Any, pk: Any) -> dict[str, Any] | None:
    """What this person may know of how far a study is, as JSON, or None; polling answers with the same."""
    return seen(user, lambda: told(board.state(get_study(user, pk))))


def told(state: dict[str, Any]) -> dict[str, Any]:
    """The same with dates as text."""
    seats = [row | {"last": row["last"].isoformat() if row["last"] else None} for row in state["seats"]]
    deadline = state["deadline"].isoformat() if state["deadline"] else None
    return state | {"seats": seats, "deadline": deadline}
