"""Large files under ASGI: Django reads a file response whole into memory before it sends it; here it goes in pieces."""

from collections.abc import AsyncIterator, Callable, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class StreamingMiddleware:
    """Makes the iterator of a streaming response asynchronous when the server is.

    Plainly synchronous: Django would run it so in any case, since the middleware inside it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(request, ASGIRequest) and response.streaming and not response.is_async:
            response.streaming_content = pieces(iter(response.streaming_content))
        return response


async def pieces(iterator: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The items of an iterator, each fetched in a thread, so that reading a file holds up nobody else."""
    end = object()
    while (piece := await sync_to_async(next, thread_sensitive=False)(iterator, end)) is not end:
        yield piece
