"""Web process: HTTP by Django, job progress by Channels. Never imports torch (tests/house/test_imports.py)."""

import os

from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
http = get_asgi_application()  # first: it sets Django up, and the routing below imports models

from gpu_workers.routing import websocket_urlpatterns  # noqa: E402


class Nothing(AsyncWebsocketConsumer):
    """Refuses a WebSocket at an address that does not exist."""

    async def connect(self) -> None:
        await self.close()


routes = [*websocket_urlpatterns, re_path("", Nothing.as_asgi())]
application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(routes))),
    }
)
