"""The board of a study over a WebSocket."""

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.http import Http404

from review.selectors import board
from review.selectors.studies import get_study
from review.services.following import group

NOT_FOUND = 4404


class BoardConsumer(AsyncJsonWebsocketConsumer):
    """Sends the present state first, then every other one. Whoever may not see the study is told nothing: closed, 4404.

    The right to see it is asked again before each message, since grants can be taken away while a page is open.
    """

    sent: dict[str, Any] | None = None

    async def connect(self) -> None:
        self.pk = self.scope["url_route"]["kwargs"]["pk"]
        await self.accept()  # a close code reaches the browser only after the handshake
        await self.channel_layer.group_add(group(self.pk), self.channel_name)
        await self.study_moved({})

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(group(self.pk), self.channel_name)

    async def study_moved(self, event: dict[str, Any]) -> None:
        """Somebody has submitted, or the study has moved on: what this person may see of it is read afresh."""
        state = await self._state()
        if state is None:
            await self.close(NOT_FOUND)
        elif state != self.sent:
            self.sent = state
            await self.send_json(state)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """A page has nothing to say here."""

    @database_sync_to_async
    def _state(self) -> dict[str, Any] | None:
        return state_for(self.scope.get("user"), self.pk)


def state_for(user: Any, pk: Any) -> dict[str, Any] | None:
    """What this person may know of how far a study is, as JSON, or None; polling answers with the same."""
    if not getattr(user, "is_authenticated", False):
        return None
    try:
        return told(board.state(get_study(user, pk)))
    except Http404:
        return None


def told(state: dict[str, Any]) -> dict[str, Any]:
    """The same with dates as text."""
    seats = [row | {"last": row["last"].isoformat() if row["last"] else None} for row in state["seats"]]
    deadline = state["deadline"].isoformat() if state["deadline"] else None
    return state | {"seats": seats, "deadline": deadline}
