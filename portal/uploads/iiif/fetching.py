"""Fetching what a person names, bounded in every way: hosts, redirects, time, size, kind of content.

Every address, a redirect's too, is judged by its form and by what its name resolves to, and the connection is made to
the very address that was judged (`portal.hooks.targets`). Only commands and workers fetch, no web process; a refusal
is one English sentence that `portal.phrases` knows.
"""

import http.client
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http.request import validate_host

from portal.errors import UserError
from portal.hooks.sending import Connection
from portal.hooks.targets import Refused, addresses_of, target_of

REDIRECTS = 3
PIECE = 1 << 16
AGENT = "Lacuna-IIIF/1"
MOVED = (301, 302, 303, 307, 308)


@dataclass(frozen=True)
class Bounds:
    """size: bytes. seconds: for everything, redirects included. kinds: media types, or their beginnings."""

    size: int
    seconds: int
    kinds: tuple[str, ...]


def fetch(url: str, out: BinaryIO, bounds: Bounds) -> str:
    """Write what stands at an address to `out`; returns the address that answered. Raises `UserError`."""
    watch = _Watch(bounds.seconds)
    try:
        for _hop in range(REDIRECTS + 1):
            moved = _once(url, out, bounds, watch)
            if moved is None:
                return url
            url = urljoin(url, moved)
        raise UserError(f"{_host(url)} sends on and on to other addresses.")
    except UserError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:
        if watch.over:
            raise UserError(f"{_host(url)} took too long.") from error
        raise UserError(f"{_host(url)} could not be reached, or broke off.") from error
    finally:
        watch.end()


def judge(url: str) -> None:
    """Raise `UserError` for an address that by its form alone cannot be fetched; nothing is asked of the network."""
    try:
        target_of(url, known)
    except UserError as error:
        raise UserError(f"“{url[:200]}” cannot be fetched: only https:// on the open internet.") from error


def known(host: str) -> bool:
    """Whether the operator has said that works may be imported from this host, wherever it stands."""
    return validate_host(host, [name.strip("[]") for name in settings.IIIF_PRIVATE_HOSTS])


class _Watch:
    """Cuts the present connection when time is up."""

    def __init__(self, seconds: int) -> None:
        self.over = False
        self.cut: Callable[[], None] = lambda: None
        self._timer = threading.Timer(seconds, self._up)
        self._timer.daemon = True
        self._timer.start()

    def _up(self) -> None:
        self.over = True
        self.cut()

    def end(self) -> None:
        self._timer.cancel()


def _once(url: str, out: BinaryIO, bounds: Bounds, watch: _Watch) -> str | None:
    """Ask one address; the place it sends on to, or None when `out` has what it gave."""
    connection = _connection(url)
    watch.cut = connection.cut
    if watch.over:
        raise TimeoutError
    try:
        about = {"User-Agent": AGENT, "Accept": ", ".join(bounds.kinds), "Accept-Encoding": "identity"}
        connection.request("GET", connection.target.path, headers=about | {"Connection": "close"})
        answer = connection.getresponse()
        if answer.status in MOVED:
            return answer.headers.get("Location") or ""
        if answer.status != 200:
            raise UserError(f"{_host(url)} answers {answer.status}.")
        _take(answer, out, bounds, url)
        if watch.over:  # cut off, which reads like the end
            raise TimeoutError
        return None
    finally:
        connection.close()


def _connection(url: str) -> Connection:
    judge(url)
    try:
        target = target_of(url, known)
        return Connection(target, addresses_of(target, known))
    except Refused as error:
        raise UserError(f"{_host(url)} is unknown, or lies in a private network.") from error


def _take(answer: http.client.HTTPResponse, out: BinaryIO, bounds: Bounds, url: str) -> None:
    kind = answer.headers.get_content_type().lower()
    if not kind.startswith(bounds.kinds) or answer.headers.get("Content-Encoding", "identity") != "identity":
        raise UserError(f"{_host(url)} gives “{kind}”, which is not what is needed.")
    most = f"{_host(url)} gives more than {bounds.size // 2**20} MB."
    if (answer.length or 0) > bounds.size:
        raise UserError(most)
    taken = 0
    while piece := answer.read(PIECE):
        taken += len(piece)
        if taken > bounds.size:
            raise UserError(most)
        out.write(piece)
    if answer.length:  # promised, and did not come
        raise ConnectionError


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or url)[:100]
    except ValueError:
        return url[:100]
