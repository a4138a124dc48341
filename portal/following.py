"""Something that is followed live over a WebSocket: its state now, then every later one."""

from collections.abc import Callable
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.http import Http404

NOT_FOUND = 4404


class Following(AsyncJsonWebsocketConsumer):
    """Sends the present state first, then every newer one. Whoever may not see it is told nothing: closed, 4404.

    The right to see it is asked again before each message, since grants can be taken away while a page is open.
    """

    sent: Any = None

    def group(self) -> str:
        """Where it is called out that the state has moved on."""
        raise NotImplementedError

    def look(self) -> dict[str, Any] | None:
        """What this person may know now; None for nothing."""
        raise NotImplementedError

    def is_news(self, state: dict[str, Any]) -> bool:
        """Whether a state is another than the one that was sent last."""
        return bool(state != self.sent)

    async def connect(self) -> None:
        self.pk, self.user = self.scope["url_route"]["kwargs"]["pk"], self.scope.get("user")
        await self.accept()  # a close code reaches the browser only after the handshake
        await self.channel_layer.group_add(self.group(), self.channel_name)
        await self.moved({})  # read after listening: nothing falls between the two

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group(), self.channel_name)

    async def moved(self, event: dict[str, Any]) -> None:
        """The state has moved on: what this person may see of it is read afresh."""
        state = await database_sync_to_async(self.look)()
        if state is None:
            await self.close(NOT_FOUND)
        elif self.is_news(state):
            self.sent = state
            await self.send_json(state)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """A page has nothing to say here."""


def seen(person: Any, look: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    """What `look()` finds for somebody who is signed in; None for a stranger, and for what this person may not see."""
    if not getattr(person, "is_authenticated", False):
        return None
    try:
        return look()
    except Http404:
        return None
