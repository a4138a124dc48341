"""``manage.py serve`` as a person starts it: real processes, the embedded default, one port."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import psutil
import pytest

from tests.servers import free_port
from tests.servers.processes import ROOT

pytestmark = pytest.mark.worker


def environment(home, **more):
    dropped = ("DJANGO_", "TEST_", "DATABASE_", "REDIS_", "S3_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return clean | {"LACUNA_HOME": str(home), "STATIC_ROOT": str(home / "static"), "PYTHONUNBUFFERED": "1"} | more


class Served:
    """A running `manage.py` command with its lines; `descendants` are the processes it has started."""

    def __init__(self, home, *arguments, **more):
        command = [sys.executable, "manage.py", *arguments]
        self.home = home
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(home, **more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(iter(self._line, "")), daemon=True)
        self.reader.start()

    def _line(self):
        return self.process.stdout.readline()

    @property
    def output(self):
        return "".join(self.lines)

    def wait_for(self, text, seconds=90, count=1):
        deadline = time.monotonic() + seconds
        while self.output.count(text) < count:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.1)

    def children(self, recursive=False):
        return psutil.Process(self.process.pid).children(recursive)

    def descendants(self):
        return self.children(recursive=True)

    def finish(self, seconds=60):
        """Wait until it ends by itself; returns the exit status."""
        status = self.process.wait(seconds)
        self.reader.join(5)
        self.process.stdout.close()
        return status

    def end(self, number=signal.SIGTERM, seconds=20):
        """Send a signal, wait, and return the exit status and the seconds it took."""
        start = time.monotonic()
        self.process.send_signal(number)
        status = self.process.wait(seconds)
        return status, time.monotonic() - start


@contextmanager
def serving(home, port, *arguments, **more):
    served = Served(home, "serve", "--port", str(port), *arguments, **more)
    try:
        served.port = port
        served.wait_for("Lacuna is ready")
        yield served
    finally:
        if served.process.poll() is None:
            served.end(seconds=30)
        served.finish()


def still_alive(processes, seconds=10):
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.status, answer.read()


def listening_ports(processes):
    found = set()
    for process in processes:
        found |= {c.laddr.port for c in process.net_connections(kind="inet") if c.status == psutil.CONN_LISTEN}
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """One home for this file: the first start prepares it, the others find it prepared."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """An installation that runs while several tests look at it."""
    with serving(tmp_path_factory.mktemp("site"), free_port()) as served:
        served.wait_for("ready.", count=2)  # the workers
        yield served


def test_it_answers_and_finds_all_in_order(site):
    assert get(site.port, "/healthz") == (200, b"ok\n")
    ready = json.loads(get(site.port, "/readyz")[1])
    assert {ready[name] for name in ("database", "redis", "storage")} == {"ok"}


def test_it_listens_on_one_port(site):
    assert listening_ports(site.descendants()) == {site.port}


def test_the_light_worker_is_there_and_loads_no_torch(site):
    deadline = time.monotonic() + 60
    while json.loads(get(site.port, "/readyz")[1])["light_workers"] != 1:
        assert time.monotonic() < deadline, site.output
        time.sleep(0.1)
    light = [process for process in site.descendants() if "--queues=light" in " ".join(process.cmdline())]
    libraries = {library.path for process in light for library in process.memory_maps()}
    assert len(light) >= 2  # it and the child that works
    assert any("_psycopg" in path or "_redis" in path or "libcrypto" in path for path in libraries)
    assert [path for path in libraries if "torch" in path] == []


def test_it_serves_static_files(site):
    assert get(site.port, "/static/admin/css/base.css")[0] == 200


def test_a_second_one_says_that_the_port_is_in_use(site, home):
    other = Served(home, "serve", "--port", str(site.port))
    assert other.finish() == 1
    assert other.output.startswith(
        f"CommandError: Cannot listen on 127.0.0.1, port {site.port} (address already in use)"
    )
    assert get(site.port, "/healthz")[0] == 200


def test_a_second_one_in_the_same_home_says_so(site):
    other = Served(site.home, "serve", "--port", str(free_port()))
    assert other.finish() == 1
    assert other.output.startswith(f"CommandError: Process {site.process.pid} is already serving from")
    assert get(site.port, "/healthz")[0] == 200


def test_a_killed_worker_and_a_killed_redis_come_back(site):
    for text in ("--queues=celery", "redis-server"):
        next(process for process in site.children() if text in " ".join(process.cmdline())).kill()
    site.wait_for("This process was ended by SIGKILL. It starts again in", count=2)
    site.wait_for("ready.", seconds=60, count=3)  # the workers, and the worker again
    assert json.loads(get(site.port, "/readyz")[1])["redis"] == "ok"


def test_ctrl_c_ends_it_cleanly_within_seconds(home):
    with serving(home, free_port()) as served:
        served.wait_for("ready.", count=2)
        started = served.descendants()
        status, seconds = served.end(signal.SIGINT)
    assert status == 0
    assert seconds < 10
    assert still_alive(started) == []
    assert served.output.rstrip().endswith("Stopped.")


def test_nothing_outlives_a_supervisor_that_is_killed(home):
    with serving(home, free_port()) as served:
        served.wait_for("ready.", count=2)
        started = served.descendants()
        assert len(started) >= 7  # Redis, web, two workers, a child of each, clock
        served.process.kill()
        served.process.wait()
        assert still_alive(started, 15) == []


def test_a_port_that_needs_more_rights_is_one_sentence(home):
    address = "192.0.2.1" if os.getuid() == 0 else "127.0.0.1"  # root may listen anywhere but on another's address
    served = Served(home, "serve", "--host", address, "--port", "80")
    assert served.finish() == 1
    assert served.output.startswith(f"CommandError: Cannot listen on {address}, port 80")
    assert served.output.count("\n") == 1


def test_a_redis_of_the_operator_that_is_away_is_one_sentence(home):
    served = Served(home, "serve", "--port", str(free_port()), REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    assert served.finish() == 1
    assert served.output == "CommandError: The Redis that REDIS_URL names does not answer.\n"


def test_readyz_reports_what_is_failing(live_site, settings):
    settings.REDIS_URL = f"unix:///{settings.HOME}/nothing.sock"
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(f"{live_site}/readyz")
    answer = json.loads(error.value.read())
    assert error.value.code == 503
    assert (answer["ready"], answer["redis"], answer["database"]) == (False, "failing", "ok")


def test_the_port_check_leaves_the_port_free():
    from portal.serving import check_port

    port = free_port()
    check_port("127.0.0.1", port)
    with socket.create_server(("127.0.0.1", port)):
        pass
