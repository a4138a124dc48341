"""Fixtures: a real Redis, a real Celery worker and a real web server, on the test's own database."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from portal.embedded import embedded_redis
from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory):
    """URL of a real Redis of this test process's own."""
    with embedded_redis(tmp_path_factory.mktemp("redis", numbered=True) / "redis.sock") as url:
        yield url


@pytest.fixture
def real_redis(redis_url, settings):
    """Broker, channel layer and cache are a real, empty Redis for this test."""
    import redis
    from channels.layers import channel_layers

    redis.Redis.from_url(redis_url).flushall()
    settings.REDIS_URL = redis_url
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}}
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [redis_url]}}
    }
    channel_layers.backends.clear()
    _use_broker(redis_url.replace("unix://", "redis+socket://"))
    yield redis_url
    channel_layers.backends.clear()
    _use_broker("memory://")


def _use_broker(url: str) -> None:
    """Point this process's Celery application at another broker, whatever it was connected to before."""
    from kombu import pools

    from portal.celery import app

    app.conf.broker_url = url
    pools.reset()  # closes and forgets: a closed pool that is still known would be handed out again
    app._pool = app.amqp._producer_pool = None


def database_url() -> str:
    """URL of the test's own database, for another process."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    server, _, query = os.environ["TEST_DATABASE_URL"].partition("?")
    return f"{server.rpartition('/')[0]}/{name}?{query}"


@pytest.fixture(scope="session")
def shared_media(tmp_path_factory):
    """The folder of files that the test and other processes share."""
    return tmp_path_factory.mktemp("shared", numbered=True) / "media"


@pytest.fixture
def process_environment(transactional_db, real_redis, settings, shared_media):
    """Environment in which another process sees this test's rows, Redis and files; use it for any real process."""
    settings.MEDIA_ROOT = shared_media
    home = shared_media.parent
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("S3_", "TEST_"))}
    return clean | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "LACUNA_HOME": str(home),
        "DATABASE_URL": database_url(),
        "REDIS_URL": real_redis,
        "SECRET_KEY": settings.SECRET_KEY,
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
    }


class Worker:
    """A Celery worker process; `output` is what it has said so far."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.log = log
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "portal", "worker", "--pool=prefork", "-c", "1"]
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [*command, "--without-gossip", "--without-mingle", "--loglevel=INFO"],
                cwd=ROOT,
                env=environment | {"REMAP_SIGTERM": "SIGQUIT"},
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until_ready(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while " ready." not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.1)

    def kill(self) -> None:
        """End it and its pool as a power cut would."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, 9)
        self.process.wait()


@pytest.fixture
def start_worker(process_environment, tmp_path):
    """A function that starts one more real Celery worker and returns it when it is ready; all end with the test."""
    workers: list[Worker] = []

    def start() -> Worker:
        workers.append(Worker(process_environment, tmp_path / f"worker-{len(workers)}.log"))
        workers[-1].wait_until_ready()
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()


@pytest.fixture
def worker(start_worker):
    """One real Celery worker on this test's database, Redis and files."""
    return start_worker()


@pytest.fixture(scope="session")
def _web_server(django_db_setup):
    """uvicorn in a thread of this process, so that it follows the test's settings; gives its address."""
    import uvicorn

    from portal.asgi import application

    port = free_port()
    config = uvicorn.Config(application, host="127.0.0.1", port=port, lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the web server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = server.force_exit = True
    thread.join(5)
    _end_sessions()


def _end_sessions() -> None:
    """End what requests that a browser broke off left open in PostgreSQL: it would keep the database from going."""
    from django.db import connection

    if connection.vendor == "postgresql":
        import psycopg

        with psycopg.connect(database_url(), autocommit=True) as session:
            session.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def live_site(_web_server, transactional_db, real_redis):
    """Address of a real web server (HTTP and WebSocket) on this test's database, without a slash at the end."""
    return _web_server
