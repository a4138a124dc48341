"""Bodies of uploads, handed to their view while they arrive.

Django's own handler first waits for the whole body, and throws away what it has when the connection breaks. For the
addresses of resumable uploads the view reads from the connection itself, so that whatever arrived can be kept.
"""

import asyncio
from concurrent.futures import TimeoutError as Waited
from contextvars import copy_context
from typing import Any

from django.core.handlers.asgi import ASGIHandler

ADDRESS, VERBS = "/api/v1/uploads/", ("POST", "PATCH")
STALLED_SECONDS = 30  # a connection that is silent for longer is given up, so that its client may come back
LOOK_SECONDS = 0.5


class Body:
    """The body of one request, read by a thread while the event loop receives it. Memory is that of one message."""

    def __init__(self, receive: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._receive, self._loop, self._context = receive, loop, copy_context()
        self._rest, self._ended = b"", False

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes of what has arrived, b"" at the end; ConnectionError when the client is gone."""
        if size < 0:
            return b"".join(iter(lambda: self.read(1 << 16), b""))
        while not self._rest and not self._ended:
            self._take(self._message())
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece

    def close(self) -> None:
        self._rest, self._ended = b"", True

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.disconnect":
            self._ended = True
            raise ConnectionAbortedError("The client is gone.")
        self._rest = message.get("body", b"")
        self._ended = not message.get("more_body", False)

    def _message(self) -> dict[str, Any]:
        # in the context of the connection: in that of this thread, the connection would remember it for later requests
        coming = self._context.run(asyncio.run_coroutine_threadsafe, self._receive(), self._loop)
        waited = 0.0
        while waited < STALLED_SECONDS and self._loop.is_running():
            try:
                return coming.result(LOOK_SECONDS)
            except Waited:
                waited += LOOK_SECONDS
        coming.cancel()
        raise ConnectionAbortedError("The client fell silent.")


class _Receive:
    """Marks a request whose body nobody but its view reads."""

    def __init__(self, receive: Any) -> None:
        self.body = Body(receive, asyncio.get_running_loop())


class UploadHandler(ASGIHandler):
    """Django's handler, except that the body of an upload is not awaited before its view begins."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        arriving = scope["type"] == "http" and scope["method"] in VERBS and ADDRESS in scope["path"]
        await super().__call__(scope, _Receive(receive) if arriving else receive, send)

    async def read_body(self, receive: Any) -> Any:
        return receive.body if isinstance(receive, _Receive) else await super().read_body(receive)

    async def listen_for_disconnect(self, receive: Any) -> None:
        if isinstance(receive, _Receive):
            await asyncio.Event().wait()  # for ever: the view hears of it where it reads, and keeps what it has
        await super().listen_for_disconnect(receive)
