"""One POST to one address, bounded in every way: addresses, redirects, time, size of the answer."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from dataclasses import dataclass

from portal.errors import UserError
from portal.hooks.models import Reason
from portal.hooks.targets import Refused, Target, addresses_of, target_of

CONNECT_SECONDS = 5
SECONDS = 10  # from the first packet to the end of the answer
EXCERPT = 1000
AGENT = "Lacuna-Webhooks/1"


@dataclass(frozen=True)
class Answer:
    """What came back. reason: a `Reason`, or empty when it was delivered; excerpt: how the answer began."""

    reason: str
    milliseconds: int
    status: int | None = None
    excerpt: str = ""


class Connection(http.client.HTTPConnection):
    """A connection to an address that was judged beforehand, under the name that it has in the URL."""

    def __init__(self, target: Target, addresses: list[str]) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.target, self.addresses, self.late = target, addresses, False
        if target.secure:
            self.default_port = http.client.HTTPS_PORT  # left out of the Host header

    def connect(self) -> None:
        """Connect to the first address that answers, and encrypt under the name of the host."""
        for number, address in enumerate(self.addresses, 1):
            try:
                self.sock = socket.create_connection((address, self.target.port), CONNECT_SECONDS)
                break
            except OSError:
                if self.late or number == len(self.addresses):
                    raise
        if self.target.secure:
            context = ssl.create_default_context()
            name = self.target.host
            self.sock = context.wrap_socket(self.sock, server_hostname=name, do_handshake_on_connect=False)
            self.sock.do_handshake()
        self.sock.settimeout(SECONDS)

    def cut(self) -> None:
        """End whatever is under way: a receiver that says one letter a second is no better than a silent one."""
        self.late = True
        if self.sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Send once. Delivered is what is answered with 2xx; whatever else happens is a reason, never an exception."""
    start = time.monotonic()
    try:
        target = target_of(url)
        connection = Connection(target, addresses_of(target))
    except UserError:  # the operator allows less than when the address was saved
        return Answer(Reason.ADDRESS, _since(start))
    except Refused as refused:
        return Answer(refused.reason, _since(start))
    watch = threading.Timer(SECONDS, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        status, excerpt = _exchange(connection, body, headers)
        return Answer(_judged(status), _since(start), status, excerpt)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        return Answer(Reason.TIME if connection.late else _reason(problem), _since(start))
    finally:
        watch.cancel()
        connection.close()


def _exchange(connection: Connection, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    about = {"Content-Type": "application/json", "User-Agent": AGENT, "Connection": "close"}
    connection.request("POST", connection.target.path, body, about | headers)
    answer = connection.getresponse()
    if connection.late:  # cut off amid the headers, which reads like their end
        raise TimeoutError
    try:
        start = answer.read(EXCERPT)
    except (OSError, http.client.HTTPException, ValueError):  # the status has said what matters
        start = b""
    return answer.status, "".join(c if c.isprintable() else " " for c in start.decode(errors="replace")).strip()


def _judged(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if status == 410:
        return Reason.GONE
    return Reason.REDIRECT if 300 <= status < 400 else Reason.STATUS


def _reason(problem: Exception) -> str:
    if isinstance(problem, ssl.SSLError):
        return Reason.ENCRYPTION
    if isinstance(problem, TimeoutError):
        return Reason.TIME
    return Reason.CONNECTION if isinstance(problem, OSError) else Reason.ANSWER


def _since(start: float) -> int:
    return round(1000 * (time.monotonic() - start))
