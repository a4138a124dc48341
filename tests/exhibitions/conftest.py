"""A listener that remembers who asked it for what; releases on show, and the keys that they are signed by."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone

from tests.exhibitions.examples import chain_folder
from tests.factories import ArtworkFactory, mask_for, person, sealed_picture


@pytest.fixture
def asked_for():
    """A server on this machine: `address` of a file on it, `paths` that were asked for."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.paths.append(self.path)
            self.send_error(404)

        def log_message(self, *words):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.paths = []
    server.address = f"http://127.0.0.1:{server.server_port}/manifest.c2pa"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def test_chain(settings):
    """One test chain for all tests."""
    settings.TEST_CREDENTIALS = chain_folder()


PDM = "http://creativecommons.org/publicdomain/mark/1.0/"


@pytest.fixture
def on_show(db, monkeypatch, collection):
    """A function: kind ("original" or "restoration") → a published release that hangs in an open exhibition."""
    from portal.exhibitions.models import Exhibition, Hanging, Section
    from restoration.models import Candidate
    from restoration.services import order_restoration
    from review.guardrails import checks, services
    from review.guardrails.verdict import PASSED, Verdict

    monkeypatch.setattr(checks, "find", lambda name: lambda release: Verdict(name, PASSED, f"{name} is passed"))
    curator, second = collection.created_by, person("rights_officer", collection)

    def on_show(kind="original", publish=True, **fields):
        named = {"rights": PDM, "title": "Pines", "title_zh": "松"}
        artwork = ArtworkFactory(collection=collection, **(named | fields))
        candidate = None
        if kind == "restoration":
            order = order_restoration(curator, artwork, mask=mask_for(artwork), engine="telea", candidates=1)
            picture = sealed_picture(collection, 77)
            candidate = Candidate.objects.create(
                restoration=order, number=1, picture=picture, seed=3, changed_pixels=123
            )
        release = services.prepare(curator, artwork, candidate)
        services.judge(curator, release)
        release.refresh_from_db()
        if publish:
            for who in (curator, second):
                services.sign(who, release, release.content_hash)
            services.publish(curator, release)
            release.refresh_from_db()
        opened = Exhibition.objects.create(
            collection=collection, slug=f"e-{release.number}-{str(release.pk)[:8]}", title="Hills", state="open",
            opens_at=timezone.now(), created_by=curator,
        )  # fmt: skip
        section = Section.objects.create(exhibition=opened, place=1)
        Hanging.objects.create(exhibition=opened, section=section, release=release, place=1)
        return release

    return on_show


@pytest.fixture
def signed_on_show(on_show):
    """The same, with its files signed."""
    from portal.exhibitions.services.signing import sign_due

    def signed_on_show(*args, **fields):
        release = on_show(*args, **fields)
        assert sign_due(timezone.now()) == 1
        return release

    return signed_on_show
