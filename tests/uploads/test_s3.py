"""Files that arrived lie in the bucket, so that a worker on another host brings them in."""

import pytest
from django.core.files.storage import default_storage

from gpu_workers import runner
from portal.catalogue import files, integrity
from portal.catalogue.models import Artwork
from portal.uploads import deliveries, services
from portal.uploads.models import Upload
from tests.catalogue.test_s3 import _bucket  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.s3]


def test_what_arrived_is_brought_in_from_the_bucket_and_let_go(arrived, collection, curator):
    upload = arrived("hills.png")
    assert files.sha256_stored(upload.file.name) == upload.sha256
    with pytest.raises(NotImplementedError):
        _ = upload.file.path
    assert list(integrity.check_files()) == []
    deliveries.start(curator, deliveries.create_delivery(curator, collection))
    assert runner.run_next("another host").status == "running"
    assert Artwork.objects.get().master.sha256 == upload.sha256
    assert not default_storage.exists(upload.file.name)


def test_what_is_thrown_away_leaves_the_bucket(arrived):
    upload = arrived("hills.png")
    services.discard_upload(upload)
    assert not default_storage.exists(upload.file.name)
    assert Upload.objects.count() == 0
