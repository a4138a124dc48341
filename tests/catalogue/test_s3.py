"""The catalogue on a real S3 server: the same code, no path on disk."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.catalogue import files, integrity, sealing, services
from portal.errors import UserError
from tests.factories import picture_upload

pytestmark = [pytest.mark.django_db, pytest.mark.s3]


@pytest.fixture(autouse=True)
def _bucket(s3_environment, settings):
    options = {
        "bucket_name": s3_environment["S3_BUCKET"],
        "endpoint_url": s3_environment["S3_ENDPOINT_URL"],
        "region_name": s3_environment["S3_REGION"],
        "access_key": s3_environment["S3_ACCESS_KEY_ID"],
        "secret_key": s3_environment["S3_SECRET_ACCESS_KEY"],
        "addressing_style": "path",
        "default_acl": None,
        "file_overwrite": False,
        "signature_version": "s3v4",
    }
    storages = {"default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}}
    settings.STORAGES = {**settings.STORAGES, **storages}


@pytest.fixture
def picture(collection, curator):
    return services.seal_picture(picture_upload(width=600, height=300), collection=collection, user=curator)


def test_a_sealed_picture_lies_in_the_bucket_and_nowhere_else(picture, settings):
    assert files.sha256_stored(picture.file.name) == picture.sha256
    with pytest.raises(NotImplementedError):
        _ = picture.file.path
    assert not Path(settings.MEDIA_ROOT).exists()
    assert list(integrity.check_files()) == []


def test_tiles_thumbnails_and_downloads_come_from_the_bucket(picture, client, curator):
    client.force_login(curator)
    tile = client.get(f"/iiif/3/{picture.pk}/0,0,256,256/256,/0/default.jpg")
    assert tile.status_code == 200
    assert client.get(f"/pictures/{picture.pk}/thumbnail").status_code == 200
    download = client.get(f"/pictures/{picture.pk}/file")
    assert len(b"".join(download.streaming_content)) == picture.size_bytes == int(download["Content-Length"])
    download.close()


def test_a_local_copy_is_fetched_once(picture, settings, monkeypatch):
    with files.local_path(picture.file) as path:
        assert path.is_relative_to(settings.FILE_CACHE)
        first = path.stat().st_ino
    monkeypatch.setattr(files, "_fetch", lambda *args: pytest.fail("fetched twice"))
    with files.local_path(picture.file) as path:
        assert path.stat().st_ino == first


def test_copies_unused_for_longest_make_room(picture, monkeypatch, settings):
    monkeypatch.setattr(files, "CACHE_BYTES", picture.size_bytes)
    for field in (picture.pyramid, picture.file):
        with files.local_path(field) as path:
            assert path.exists()
    kept = {str(path.relative_to(settings.FILE_CACHE)) for path in settings.FILE_CACHE.rglob("*") if path.is_file()}
    assert kept == {picture.file.name}


def test_a_refused_file_and_a_failed_row_leave_the_bucket_empty(collection, curator, monkeypatch):
    with pytest.raises(UserError):
        services.seal_picture(SimpleUploadedFile("x.png", b"no picture"), collection=collection, user=curator)
    monkeypatch.setattr(sealing, "seal_stored", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sealing.seal_picture(picture_upload(), collection=collection, user=curator)
    assert list(integrity._walk("")) == []


def test_a_lost_object_is_missing_and_a_stray_one_an_orphan(picture):
    stray = "pictures/zz/stray.png"
    with picture.thumbnail.open() as content:
        default_storage.save(stray, content)
    default_storage.delete(picture.file.name)
    assert [(trouble.kind, trouble.name) for trouble in integrity.check_files()] == [("missing", picture.file.name)]
    assert integrity.orphans(timedelta(0)) == [stray]
