"""Web process: HTTP by Django, live pages by Channels. Never imports torch (tests/house/test_imports.py)."""

import os

import django
from channels.auth import AuthMiddlewareStack
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup(set_prefix=False)  # first: the routing below imports models

from gpu_workers.routing import websocket_urlpatterns as jobs  # noqa: E402
from portal.catalogue.lane import TileLane  # noqa: E402
from portal.uploads.arriving import UploadHandler  # noqa: E402
from review.routing import websocket_urlpatterns as studies  # noqa: E402


class Nothing(AsyncWebsocketConsumer):
    """Refuses a WebSocket at an address that does not exist."""

    async def connect(self) -> None:
        await self.close()


routes = [*jobs, *studies, re_path("", Nothing.as_asgi())]
application = ProtocolTypeRouter(
    {
        "http": TileLane(UploadHandler()),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(routes))),
    }
)
