"""A webhook of the collection, a receiver on this machine, and the hand that makes events happen."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from portal.audit.services import record
from portal.hooks import delivering, signing
from portal.hooks.models import Delivery, Webhook

LOCAL = ("127.0.0.1", "localhost", "[::1]")


@pytest.fixture(autouse=True)
def _no_calls(monkeypatch):
    """No wake-up call leaves a test; these tests go round themselves."""
    from portal.celery import app

    monkeypatch.setattr(app, "send_task", lambda name, **options: None)


class Receiver:
    """A real HTTP server on 127.0.0.1. `got`: (headers, body) of every POST; `answer`: what it does with one."""

    def __init__(self):
        self.got = []
        self.answer = lambda handler: handler.reply(200)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                receiver.answer(self)

            def do_GET(self):
                receiver.got.append((dict(self.headers), b"GET"))
                self.reply(200)

            def reply(self, status, body=b"", **headers):
                self.send_response(status)
                for name, value in {"Content-Length": len(body), **headers}.items():
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/lacuna?key=1"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def bodies(self):
        return [json.loads(body) for _headers, body in self.got]


@pytest.fixture
def receiver(settings):
    """A receiver that the operator allows, though it stands in a private network."""
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def hook(collection, curator):
    """Make a webhook straight in the database, without any event."""

    def make(url="https://museum.example/lacuna", **fields):
        fields = {"collection": collection, "created_by": curator, "seed": signing.new_seed()} | fields
        return Webhook.objects.create(url=url, **fields)

    return make


@pytest.fixture
def happen(artwork, curator):
    """Have something happen to the artwork; `data` are its details."""

    def happen(action="artwork.changed", subject=artwork, **data):
        return record(action, subject, actor=curator, **data)

    return happen


@pytest.fixture
def deliver(monkeypatch):
    """Go one round, `later` than now: every try that is due by then is made."""

    def deliver(later=None):
        return delivering.deliver_due(timezone.now() + later if later else timezone.now())

    return deliver


@pytest.fixture
def queued(hook, happen):
    """One delivery that waits, of a webhook to `url`."""

    def queued(url="https://museum.example/lacuna", **fields) -> Delivery:
        made = hook(url)
        happen()
        Delivery.objects.filter(webhook=made).update(**fields)
        return made.deliveries.get()

    return queued


def wait_for(true, seconds=20):
    """Return once `true()` holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
