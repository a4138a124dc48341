"""A site moves to PostgreSQL and S3 by DATABASE_URL and S3_BUCKET alone: another process and its environment."""

import json
import subprocess
import sys

import pytest

from tests.servers.processes import ROOT

SCRIPT = """
import json, django
django.setup()
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from tests.factories import ArtworkFactory

artwork = ArtworkFactory()
picture = artwork.master
client = Client()
client.force_login(artwork.created_by)

def body(path):
    answer = client.get(path, headers={"host": "localhost"}, follow=False)
    if answer.status_code in (301, 302):
        import urllib.request
        return urllib.request.urlopen(answer["Location"]).read()
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.getvalue()

import hashlib
names = [picture.file.name, picture.pyramid.name, picture.thumbnail.name]
print(json.dumps({
    "database": connection.vendor,
    "storage": type(default_storage._wrapped).__name__,
    "stored": [default_storage.exists(name) for name in names],
    "bucket": getattr(default_storage, "bucket_name", ""),
    "same": hashlib.sha256(body(f"/pictures/{picture.pk}/file")).hexdigest() == picture.sha256,
    "thumbnail": body(f"/pictures/{picture.pk}/thumbnail")[:4].hex(),
    "tile": body(f"/iiif/3/{picture.pk}/0,0,48,48/24,24/0/default.jpg")[:3].hex(),
}))
"""


@pytest.mark.s3
@pytest.mark.postgres
def test_postgres_and_s3_by_settings_alone(process_environment, s3_environment):
    """Upload a master; its file, pyramid and thumbnail lie in the bucket, and a tile is served from there."""
    answer = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=process_environment | s3_environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout.splitlines()[-1])
    assert found["database"] == "postgresql"
    assert found["storage"] == "S3Storage"
    assert found["bucket"] == s3_environment["S3_BUCKET"]
    assert found["stored"] == [True, True, True]
    assert found["same"]
    assert found["tile"] == "ffd8ff"
    assert found["thumbnail"]


@pytest.mark.s3
def test_readyz_asks_the_bucket(process_environment, s3_environment):
    code = "import django, json; django.setup(); from portal.health import readiness; print(json.dumps(readiness()[1]))"

    def storage(**changes):
        environment = process_environment | s3_environment | changes
        answer = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout.splitlines()[-1])["storage"]

    assert storage() == "ok"
    assert storage(S3_SECRET_ACCESS_KEY="wrong") == "failing"
