"""A large upload over a line that breaks: does every byte arrive, how fast, and in how much memory?

    python benchmarks/upload_resume.py [--megabytes 200] [--breaks 3]

Starts a site of its own in a temporary folder (SQLite, one web process), sends a file with somebody else's tus client
(tuspy) through a line that is cut at random places, takes the upload up again after each cut, and compares SHA-256.
"""

import argparse
import hashlib
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from tusclient.client import TusClient
from tusclient.exceptions import TusUploadFailed

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.servers import free_port
from tests.uploads.cutting import CutLine

ROOT = Path(__file__).resolve().parent.parent
MAKE = """
from portal.accounts.models import Grant, User
from portal.accounts.services import create_token
from portal.catalogue.services import create_collection
user = User.objects.create_user("benchmark")
Grant.objects.create(user=user, role="curator")
print(create_collection(user, name="Benchmark").pk, create_token(user, name="b", scopes=["catalogue"])[1])
"""


class Site:
    """A web process of its own; `most` is the largest resident memory seen, in bytes."""

    def __init__(self, home: Path) -> None:
        self.port, self.most = free_port(), 0
        self.environment = {**os.environ, "LACUNA_HOME": str(home), "DJANGO_SETTINGS_MODULE": "portal.settings"}
        self.manage("migrate", "-v", "0")
        said = self.manage("shell", "-v", "0", "-c", MAKE).split()
        self.collection, self.key = said[-2:]
        command = [sys.executable, "-m", "uvicorn", "portal.asgi:application", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--log-level", "critical"], cwd=ROOT, env=self.environment, stderr=subprocess.DEVNULL
        )
        self.watched = psutil.Process(self.process.pid)
        self.wait()
        self.idle = self.watched.memory_info().rss

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def wait(self) -> None:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("The web process did not start.")

    def look(self) -> None:
        self.most = max(self.most, self.watched.memory_info().rss)

    def about(self, address: str) -> dict:
        """What the site says of an upload."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", urlsplit(address).path, headers={"Authorization": f"Bearer {self.key}"})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer


def send(site: Site, path: Path, breaks: int) -> dict:
    """Send the file, cut off `breaks` times; returns what was measured."""
    line = CutLine("127.0.0.1", site.port)
    client = TusClient(f"http://127.0.0.1:{line.port}/api/v1/uploads/", headers={"Authorization": f"Bearer {site.key}"})
    about = {"filename": path.name, "collection": site.collection}
    size, started, sent_twice, resumed = path.stat().st_size, time.monotonic(), 0, []
    url = client.uploader(str(path), metadata=about).create_url()
    for number in range(breaks):
        uploader = _uploader(client, path, about, url)
        step = random.randint(size // (2 * breaks), size // breaks)
        line.cut_after(step)
        before = uploader.offset
        try:
            uploader.upload()
        except TusUploadFailed:
            reached = _settled(site, url, before)
            sent_twice += max(0, before + step - reached)
            resumed.append(reached)
            print(f"cut {number + 1} after {(before + step) / 1e6:.1f} MB: {reached / 1e6:.1f} MB kept")
        site.look()
    begun, left = time.monotonic(), size - _uploader(client, path, about, url).offset
    _uploader(client, path, about, url).upload()
    last = time.monotonic() - begun
    site.look()
    answer = site.about(url)
    return {
        "bytes": size,
        "breaks": line.cuts,
        "resumed_at": resumed,
        "lost_on_the_line": sent_twice,
        "seconds": round(time.monotonic() - started, 2),
        "megabytes_a_second": round(left / 1e6 / last, 1),
        "sha256_equal": answer["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest(),
        "memory_idle_mb": round(site.idle / 1e6),
        "memory_most_mb": round(site.most / 1e6),
    }


def _uploader(client: TusClient, path: Path, about: dict, url: str):
    return client.uploader(str(path), metadata=about, url=url, chunk_size=1 << 40)


def _settled(site: Site, url: str, before: int) -> int:
    """Where the upload stands, once the server has heard of the cut."""
    seen = -1
    for _ in range(200):
        offset = site.about(url)["offset"]
        if offset > before and offset == seen:
            return offset
        seen = offset
        site.look()
        time.sleep(0.25)
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--breaks", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scroll.tif"
        with path.open("wb") as file:
            for _ in range(options.megabytes):
                file.write(os.urandom(1 << 20))
        site = Site(Path(folder) / "home")
        try:
            print(json.dumps(send(site, path, options.breaks), indent=2))
        finally:
            site.process.terminate()
            site.process.wait(30)


if __name__ == "__main__":
    main()
