"""An open page at a WebSocket of the site, played as a scenario."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator

NOT_FOUND = 4404  # the code a socket is closed with when there is nothing for this person


def listen(site: Any, path: str, user: Any, scenario: Callable[[ApplicationCommunicator], Awaitable[None]]) -> None:
    """Connect to a path as a user and play a scenario with the open page."""

    async def play() -> None:
        page = ApplicationCommunicator(site, {"type": "websocket", "path": path, "user": user})
        await page.send_input({"type": "websocket.connect"})
        assert (await page.receive_output())["type"] == "websocket.accept"
        await scenario(page)
        await page.send_input({"type": "websocket.disconnect", "code": 1000})
        await page.wait()

    async_to_sync(play)()


async def news(page: ApplicationCommunicator) -> Any:
    return json.loads((await page.receive_output())["text"])


async def is_turned_away(page: ApplicationCommunicator) -> None:
    message = await page.receive_output()
    assert (message["type"], message["code"]) == ("websocket.close", NOT_FOUND)
    assert await page.receive_nothing()
