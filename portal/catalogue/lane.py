"""A lane of their own for the tiles of pictures on show, before the middleware of the site.

A visitor's deep zoom asks for tens of tiles at once. Sessions, languages, forms and the like are nothing to an open
picture, and in front of each tile they cost more than the tile itself. So the web server answers here what everybody
may see at this moment, in threads that keep their connection to the database. Everything else, be it closed, junk, or a
mistake, is left to the site, which says what it always says.
"""

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import Http404, HttpResponse
from django.middleware.security import SecurityMiddleware
from django.urls import Resolver404, get_resolver, resolve

from portal.catalogue.showing import public_picture

logger = logging.getLogger("lacuna.catalogue")
START = "/iiif/3/"
THREADS = 8
KEPT_SECONDS = 60  # that a connection to the database is used for


class TileLane:
    """Goes before the site's handler of HTTP."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="tiles")
        get_resolver().url_patterns  # noqa: B018  all addresses are read now, so that the first visitor need not wait

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["method"] == "GET" and scope["path"].startswith(START) and not scope.get("root_path"):
            loop = asyncio.get_running_loop()
            if (response := await loop.run_in_executor(self.pool, answer, scope)) is not None:
                headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in response.items()]
                await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
                await send({"type": "http.response.body", "body": response.content})
                return
        await self.site(scope, receive, send)


def answer(scope: dict[str, Any]) -> HttpResponse | None:
    """The tile, if its picture is on show; None for all that the site shall answer."""
    try:
        return _answer(ASGIRequest(scope, BytesIO()))
    except (DisallowedHost, Http404, Resolver404):
        return None
    except Exception:  # whatever it is, the site meets it again and deals with it as it always does
        logger.exception("The lane of the tiles leaves a request to the site.")
        return None
    finally:
        _let_go()


def _answer(request: ASGIRequest) -> HttpResponse | None:
    from portal.catalogue import iiif

    found = resolve(request.path_info)
    if found.view_name != "catalogue:iiif-image":
        return None
    guard = SecurityMiddleware(lambda request: HttpResponse())
    request.get_host()
    if guard.process_request(request) is not None:  # to be sent on to https
        return None
    parameters: dict[str, Any] = dict(found.kwargs)
    picture = public_picture(UUID(str(parameters.pop("pk"))))
    if picture is None:
        return None
    response = iiif.part(request, picture, True, *(parameters[name] for name in iiif.PARAMETERS))
    response.headers.setdefault("Content-Length", str(len(response.content)))
    return guard.process_response(request, response) if response.status_code != 400 else None


def _let_go() -> None:
    """End the thread's connection to the database when it is old, or broke."""
    began = getattr(connection, "tiles_since", None)
    if began is None or connection.connection is None:
        connection.tiles_since = time.monotonic()
    elif connection.errors_occurred or time.monotonic() - began > KEPT_SECONDS:
        connection.close()
        connection.tiles_since = None
