"""Live progress of one job over a WebSocket."""

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.http import Http404

from gpu_workers import progress, selectors
from gpu_workers.models import Job

NOT_FOUND = 4404


class JobConsumer(AsyncJsonWebsocketConsumer):
    """Sends the present state first, then every newer one. Whoever may not see the job is told nothing: closed, 4404.

    The right to see it is asked again before each event, since grants can be taken away while a page is open.
    """

    sequence = -1

    async def connect(self) -> None:
        self.pk = self.scope["url_route"]["kwargs"]["pk"]
        await self.accept()  # a close code reaches the browser only after the handshake
        state = await self._state()
        if state is None:
            await self.close(NOT_FOUND)
            return
        await self.channel_layer.group_add(progress.group(self.pk), self.channel_name)
        await self._send(await self._state() or state)  # read again: nothing falls between the look and the listening

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(progress.group(self.pk), self.channel_name)

    async def job_state(self, event: dict[str, Any]) -> None:
        """The job has moved on: what this person may see of it is read afresh."""
        state = await self._state()
        if state is None:
            await self.close(NOT_FOUND)
        else:
            await self._send(state)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """A page has nothing to say here."""

    async def _send(self, state: dict[str, Any]) -> None:
        """Send a state unless it, or a later one, was sent before."""
        if state["sequence"] > self.sequence:
            self.sequence = state["sequence"]
            await self.send_json(state)

    @database_sync_to_async
    def _state(self) -> dict[str, Any] | None:
        return state_for(self.scope.get("user"), self.pk)


def state_for(user: Any, pk: Any) -> dict[str, Any] | None:
    """What this person may know of a job, or None; polling answers with the same."""
    if not getattr(user, "is_authenticated", False):
        return None
    try:
        job: Job = selectors.get_job(user, pk)
    except Http404:
        return None
    return progress.snapshot(job, user)
