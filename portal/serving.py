"""The processes of one installation on one machine: embedded Redis, web, workers, clock. For ``serve`` and ``demo``."""

import fcntl
import http.client
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from portal.embedded import EmbeddedError, redis_answers, redis_command
from portal.supervisor import Child


def children(host: str, port: int) -> list[Child]:
    """The processes to run. Redis is among them only when the operator has named none."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--quiet", "-A", "portal"]
    web = ["--host", host, "--port", str(port), "--timeout-graceful-shutdown", "2", "--no-server-header"]
    worker = ["worker", "--pool=prefork", "--concurrency=1", "--without-gossip", "--without-mingle"]
    jobs = [*worker, "--queues=celery", "--loglevel=INFO"]
    light = [*worker, "--queues=light", "--hostname=light@%h", "--loglevel=INFO"]
    # SIGTERM drops what is running at once; the next worker takes it up again (a job when its lease has run out).
    at_once = {"REMAP_SIGTERM": "SIGQUIT"}
    here = {"SITE_URL": os.environ.get("SITE_URL") or address(host, port)}
    listed = [
        Child("web", [*python, "uvicorn", "portal.asgi:application", *web, "--log-level", "warning"], env=here),
        Child("worker", [*celery, *jobs], env=here | at_once),
        Child("light", [*celery, *light], env=here | at_once),
        Child("clock", [*celery, "beat", "--pidfile=", "--loglevel=WARNING"]),
    ]
    if settings.EMBEDDED_REDIS:
        try:
            listed.insert(0, Child("redis", redis_command(settings.REDIS_SOCKET), foundation=True))
        except EmbeddedError as error:
            raise CommandError(str(error)) from error
    return listed


def check_redis() -> None:
    """Raise `CommandError` when the operator's own Redis does not answer; nothing is checked for the embedded one."""
    if not settings.EMBEDDED_REDIS and not redis_answers(settings.REDIS_URL, timeout=5):
        raise CommandError("The Redis that REDIS_URL names does not answer.")


def check_port(host: str, port: int) -> None:
    """Raise `CommandError` with one sentence when nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            reason = error.strerror or str(error)
            raise CommandError(
                f"Cannot listen on {host}, port {port} ({reason.lower()}): choose another with --host or --port."
            ) from error


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the installation's lock for a with-block; raises `CommandError` when another process has it."""
    with (home / "serve.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CommandError(
                f"Process {file.read().strip()} is already serving from {home}: stop it first."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def answers(host: str, port: int) -> bool:
    """Whether the web process answers and finds its database, Redis and storage in order."""
    connection = http.client.HTTPConnection(reachable(host), port, timeout=2)
    try:
        connection.request("GET", "/readyz", headers={"Host": "localhost", "X-Forwarded-Proto": "https"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def reachable(host: str) -> str:
    """The address at which this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound


class Announcement:
    """Called each turn: says once that the site is ready, and where."""

    def __init__(self, host: str, port: int, say: Callable[[str], None]) -> None:
        self.host, self.port, self.say = host, port, say
        self.ready = False

    def __call__(self) -> None:
        if not self.ready and answers(self.host, self.port):
            self.ready = True
            self.say(f"Lacuna is ready: {address(self.host, self.port)}")


def address(host: str, port: int) -> str:
    """The site's address for a browser on this machine."""
    host = reachable(host)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
