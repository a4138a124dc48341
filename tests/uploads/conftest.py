"""Files on their way in: a client that speaks tus by hand, and uploads as they are when they have arrived."""

import base64
from pathlib import Path

import pytest
from rest_framework.test import APIClient

from gpu_workers import heartbeat
from portal.uploads import services
from portal.uploads.models import Upload
from tests.factories import painted, picture_bytes
from tests.uploads.museum import museum  # noqa: F401  a fixture

BYTES = "application/offset+octet-stream"


@pytest.fixture(autouse=True)
def uploads_folder(settings, tmp_path) -> Path:
    """Parts go to this test's own folder."""
    settings.UPLOADS_FOLDER = tmp_path / "uploads"
    return settings.UPLOADS_FOLDER


@pytest.fixture(autouse=True)
def calls(monkeypatch):
    """Wake-up calls do not leave the test."""
    from portal.celery import app

    sent = []
    monkeypatch.setattr(app, "send_task", lambda name, **options: sent.append(name))
    return sent


@pytest.fixture(autouse=True)
def _quiet_heartbeat(monkeypatch, settings):
    """The heartbeat has a connection of its own, which does not see a job of this test's transaction."""
    monkeypatch.setattr(heartbeat, "LISTEN_SECONDS", 3600)
    settings.JOB_LEASE_SECONDS = 3 * 3600


@pytest.fixture
def parts(uploads_folder):
    """A function: the files that lie in the folder of parts."""
    return lambda: sorted(path.name for path in (uploads_folder / "parts").glob("*"))


def encoded(**about: object) -> str:
    """Upload-Metadata of these keys and values."""
    return ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in about.items())


class Tus:
    """The protocol by hand, as one person: each method is one request."""

    def __init__(self, user, collection):
        self.http = APIClient()
        self.http.force_authenticate(user)
        self.collection = collection

    def create(self, size, name="a.tif", *, body=None, collection=None, **about):
        kept = {"filename": name, "collection": (collection or self.collection).pk, **about}
        headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": encoded(**kept)}
        kind = {"content_type": BYTES} if body is not None else {}
        return self.http.generic("POST", "/api/v1/uploads/", body or b"", headers=headers, **kind)

    def patch(self, path, offset, body, **headers):
        given = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), **headers}
        kind = given.pop("kind", BYTES)
        return self.http.generic("PATCH", path, body, content_type=kind, headers=given)

    def head(self, path):
        return self.http.head(path, headers={"Tus-Resumable": "1.0.0"})

    def delete(self, path):
        return self.http.delete(path, headers={"Tus-Resumable": "1.0.0"})


@pytest.fixture
def tus(collection, curator):
    return Tus(curator, collection)


@pytest.fixture
def arrived(collection, curator):
    """A function that has a file arrive: by default a painted PNG, each seed another one."""

    def arrived(name="hills.png", data=None, seed=0, user=curator, into=collection, **about) -> Upload:
        data = picture_bytes(painted(seed=seed)) if data is None else data
        upload = services.create_upload(user, into, name=name, size=len(data), **about)
        pieces = iter([data, b""])
        return services.receive(upload, 0, lambda size: next(pieces, b""))

    return arrived
