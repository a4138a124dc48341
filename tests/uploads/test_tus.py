"""The tus protocol, header by header and status by status."""

import base64
import hashlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.services import create_token
from portal.uploads import parts as on_disk
from portal.uploads import services
from portal.uploads.models import Upload
from tests.factories import CollectionFactory, painted, person, picture_bytes
from tests.uploads.conftest import BYTES, Tus, encoded

DATA = bytes(range(256)) * 40
GOOD = hashlib.sha256(DATA).hexdigest()


def sum_of(data, algorithm="sha256"):
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def test_a_file_arrives_in_pieces_and_is_then_whole(tus, parts):
    made = tus.create(len(DATA), "scroll.png")
    assert (made.status_code, made["Tus-Resumable"], made["Upload-Offset"]) == (201, "1.0.0", "0")
    path = made["Location"]
    assert len(parts()) == 1
    for start in range(0, len(DATA), 4000):
        answer = tus.patch(path, start, DATA[start : start + 4000])
        assert answer.status_code == 204
        assert answer["Upload-Offset"] == str(min(start + 4000, len(DATA)))
    upload = Upload.objects.get()
    assert (upload.state, upload.sha256, upload.name) == ("complete", GOOD, "scroll.png")
    with upload.file.open() as file:
        assert file.read() == DATA
    assert parts() == []


def test_where_an_upload_stands_is_told_and_never_cached(tus):
    path = tus.create(len(DATA), sha256=GOOD)["Location"]
    tus.patch(path, 0, DATA[:100])
    answer = tus.head(path)
    assert answer.status_code == 200
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == ("100", str(len(DATA)))
    assert answer["Cache-Control"] == "no-store"
    assert answer["Upload-Expires"].endswith("GMT")
    assert answer["Upload-Metadata"] == encoded(filename="a.tif", collection=tus.collection.pk, sha256=GOOD)


def test_the_first_bytes_may_come_along_when_a_file_is_announced(tus):
    made = tus.create(len(DATA), body=DATA[:500])
    assert (made.status_code, made["Upload-Offset"]) == (201, "500")
    assert tus.create(len(DATA), body=DATA)["Upload-Offset"] == str(len(DATA))
    assert Upload.objects.filter(state="complete").count() == 1


def test_what_the_site_can_do(tus):
    answer = tus.http.options("/api/v1/uploads/")
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert set(answer["Tus-Extension"].split(",")) >= {"creation", "termination", "expiration", "checksum"}
    assert set(answer["Tus-Checksum-Algorithm"].split(",")) >= {"sha1", "sha256"}
    assert int(answer["Tus-Max-Size"]) == 2 * 1024**3


@pytest.mark.parametrize("version", [None, "0.2.2", "2.0.0"])
def test_another_version_is_refused_before_anything_else(tus, version):
    headers = {"Tus-Resumable": version} if version else {}
    path = tus.create(10)["Location"]
    for verb in ("HEAD", "PATCH", "DELETE"):
        answer = tus.http.generic(verb, path, headers=headers)
        assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    assert tus.http.generic("POST", "/api/v1/uploads/", headers=headers).status_code == 412
    assert Upload.objects.get().offset == 0


@pytest.mark.parametrize(
    ("offset", "kind", "status"),
    [(1, BYTES, 409), (11, BYTES, 409), (-1, BYTES, 400), ("ten", BYTES, 400), (0, "application/json", 415)],
)
def test_bytes_that_do_not_fit_are_refused_and_nothing_is_kept(tus, offset, kind, status):
    path = tus.create(10)["Location"]
    answer = tus.patch(path, offset, b"12345", kind=kind)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert tus.head(path)["Upload-Offset"] == "0"


def test_more_bytes_than_announced_are_refused(tus):
    path = tus.create(4)["Location"]
    assert tus.patch(path, 0, b"12345").status_code == 413
    assert tus.patch(path, int(tus.head(path)["Upload-Offset"]), b"1234").status_code == 204
    assert tus.patch(path, 4, b"5").status_code == 413
    assert tus.patch(path, 4, b"").status_code == 204
    assert tus.patch(path, 0, b"1").status_code == 409


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_bytes_with_a_right_checksum_are_kept(tus, algorithm):
    path = tus.create(len(DATA))["Location"]
    assert tus.patch(path, 0, DATA, **{"Upload-Checksum": sum_of(DATA, algorithm)}).status_code == 204
    assert Upload.objects.get().sha256 == GOOD


def test_bytes_with_a_wrong_checksum_are_not(tus):
    path = tus.create(len(DATA))["Location"]
    tus.patch(path, 0, DATA[:100])
    answer = tus.patch(path, 100, DATA[100:], **{"Upload-Checksum": sum_of(b"other")})
    assert answer.status_code == 460
    assert tus.head(path)["Upload-Offset"] == "100"
    assert tus.patch(path, 100, DATA[100:]).status_code == 204
    assert Upload.objects.get().sha256 == GOOD


@pytest.mark.parametrize("header", ["md4 aaaa", "sha256", "sha256 !!!", ""])
def test_a_checksum_that_says_nothing_is_refused(tus, header):
    path = tus.create(10)["Location"]
    answer = tus.patch(path, 0, b"1234567890", **{"Upload-Checksum": header})
    assert answer.status_code in (400, 460)
    assert tus.head(path)["Upload-Offset"] == "0"


def test_a_file_that_is_not_the_one_declared_begins_anew(tus):
    path = tus.create(len(DATA), sha256=GOOD)["Location"]
    assert tus.patch(path, 0, bytes(len(DATA))).status_code == 460
    assert tus.head(path)["Upload-Offset"] == "0"
    assert tus.patch(path, 0, DATA).status_code == 204
    assert Upload.objects.get().state == "complete"


def test_an_upload_can_be_thrown_away(tus, parts):
    path = tus.create(len(DATA), body=DATA[:10])["Location"]
    assert tus.delete(path).status_code == 204
    assert tus.head(path).status_code == 404
    assert (parts(), Upload.objects.count()) == ([], 0)


def test_a_thrown_away_file_leaves_nothing_in_storage(tus, django_capture_on_commit_callbacks):
    path = tus.create(len(DATA), body=DATA)["Location"]
    file = Upload.objects.get().file
    assert file.storage.exists(file.name)
    with django_capture_on_commit_callbacks(execute=True):
        tus.delete(path)
    assert not file.storage.exists(file.name)


@pytest.mark.parametrize(
    "metadata",
    ["", "filename", "filename YQ==", "collection !!!", "filename YQ==,filename YQ==", "collection bm90IGFuIGlk"],
)
def test_metadata_that_name_no_collection_are_refused(tus, metadata):
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Metadata": metadata}
    assert tus.http.generic("POST", "/api/v1/uploads/", headers=headers).status_code == 400
    assert Upload.objects.count() == 0


@pytest.mark.parametrize("length", ["", "-1", "1e3", "٣", "9" * 30])
def test_a_length_that_is_none_is_refused(tus, length):
    answer = tus.create(length)
    assert answer.status_code == 400
    assert Upload.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/passwd", "passwd"),
        ("a\0b\n.tif", "ab.tif"),
        ("..", ".."),
        ("", "file"),
        ("山水" * 200 + ".tif", ("山水" * 200 + ".tif")[-255:]),
    ],
)
def test_no_name_that_a_client_sends_reaches_the_disk(tus, parts, name, kept):
    path = tus.create(3, name)["Location"]
    upload = Upload.objects.get()
    assert upload.name == kept
    assert parts() == [upload.pk.hex]
    tus.patch(path, 0, b"abc")
    upload.refresh_from_db()
    assert upload.file.name == f"arrivals/{upload.pk.hex[:2]}/{upload.pk.hex}"


def test_an_empty_file_is_here_at_once_and_known_to_be_empty(tus):
    tus.create(0)
    upload = Upload.objects.get()
    assert (upload.state, upload.problem) == ("complete", "The file is empty.")


def test_a_file_beyond_the_largest_master_is_refused(tus, settings):
    settings.MAX_MASTER_BYTES = 1000
    assert tus.create(1001).status_code == 413
    assert tus.create(1000).status_code == 201


def test_the_quota_counts_whole_files_that_arrive_or_wait_and_no_others(tus, settings, curator):
    settings.UPLOAD_QUOTA_BYTES = 1000
    first = tus.create(600, body=b"x")["Location"]
    assert tus.create(401).status_code == 413
    assert "0.0" in tus.create(401).json()["detail"]
    assert tus.create(400).status_code == 201
    tus.delete(first)
    assert tus.create(600).status_code == 201
    Upload.objects.update(expires_at=timezone.now())
    assert tus.create(1000).status_code == 201
    Upload.objects.update(state="used")
    assert tus.create(1000).status_code == 201


def test_an_expired_upload_is_gone_and_swept(tus, parts):
    path = tus.create(10, body=b"12345")["Location"]
    Upload.objects.update(expires_at=timezone.now())
    assert tus.head(path).status_code == 410
    assert tus.patch(path, 5, b"67890").status_code == 410
    assert services.sweep_expired() == 1
    assert tus.head(path).status_code == 404
    assert parts() == []
    assert services.sweep_expired() == 0


def test_every_byte_puts_the_expiry_off(tus):
    path = tus.create(10)["Location"]
    soon = timezone.now() + timezone.timedelta(seconds=60)
    Upload.objects.update(expires_at=soon)
    tus.patch(path, 0, b"12345")
    assert Upload.objects.get().expires_at > soon


def test_parts_of_nobody_are_swept_once_they_are_old(tus, uploads_folder):
    import os

    tus.create(10)
    lost = uploads_folder / "parts" / ("0" * 32)
    lost.touch()
    services.sweep_expired()
    assert lost.exists()
    for path in (uploads_folder / "parts").iterdir():
        os.utime(path, (0, 0))
    services.sweep_expired()
    assert [path.name for path in (uploads_folder / "parts").iterdir()] == [Upload.objects.get().pk.hex]


def test_an_upload_of_somebody_else_does_not_exist(tus, collection):
    path = tus.create(10)["Location"]
    other = Tus(person("curator", collection), collection)
    for answer in (other.head(path), other.patch(path, 0, b"1"), other.delete(path), other.http.get(path)):
        assert answer.status_code == 404
    assert other.http.get("/api/v1/uploads/").json()["count"] == 0
    assert Upload.objects.get().offset == 0


def test_who_may_only_look_announces_nothing(collection):
    looking = Tus(person("consultant", collection), collection)
    assert looking.create(10).status_code == 403
    assert Tus(CollectionFactory().created_by, collection).create(10).status_code == 400
    assert Upload.objects.count() == 0


@pytest.mark.parametrize(("scope", "status"), [("catalogue", 201), ("read", 403), ("restoration", 403)])
def test_a_token_needs_the_scope_of_the_catalogue(tus, curator, scope, status):
    _token, key = create_token(curator, name="t", scopes=[scope])
    tus.http.force_authenticate(None)
    tus.http.credentials(HTTP_AUTHORIZATION=f"Bearer {key}")
    assert tus.create(10).status_code == status
    assert tus.http.get("/api/v1/uploads/").status_code == (200 if status == 201 else 403)


def test_a_browser_needs_the_csrf_token(collection, curator):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(curator)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "5"}
    metadata = encoded(filename="a", collection=collection.pk)
    send = {"headers": headers | {"Upload-Metadata": metadata}, "content_type": BYTES}
    assert client.generic("POST", "/api/v1/uploads/", b"", **send).status_code == 403
    token = client.get(f"/collections/{collection.pk}/bring-in/").cookies["csrftoken"].value
    send["headers"]["X-CSRFToken"] = token
    assert client.generic("POST", "/api/v1/uploads/", b"", **send).status_code == 201


def test_a_verb_may_stand_in_a_header(tus):
    path = tus.create(3)["Location"]
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    assert tus.http.generic("POST", path, b"abc", content_type=BYTES, headers=headers).status_code == 204
    headers["X-HTTP-Method-Override"] = "BREW"
    assert tus.http.generic("POST", path, b"", headers=headers).status_code == 405
    headers["X-HTTP-Method-Override"] = "DELETE"
    assert tus.http.generic("POST", path, b"", headers=headers).status_code == 204


def test_while_one_connection_writes_another_is_told_so(tus):
    path = tus.create(3)["Location"]
    with on_disk.writing(on_disk.path_of(Upload.objects.get().pk)):
        answer = tus.patch(path, 0, b"abc")
    assert answer.status_code == 423
    assert tus.patch(path, 0, b"abc").status_code == 204


def test_bytes_that_no_row_counts_are_written_over(tus, uploads_folder):
    path = tus.create(6)["Location"]
    part = on_disk.path_of(Upload.objects.get().pk)
    part.write_bytes(b"X" * 20)  # a process died before it could count them
    tus.patch(path, 0, b"abc")
    tus.patch(path, 3, b"def")
    with Upload.objects.get().file.open() as file:
        assert file.read() == b"abcdef"


def test_a_broken_connection_keeps_what_arrived(tus, curator):
    tus.create(10)
    upload = Upload.objects.get()

    def breaking(pieces):
        yield from pieces
        raise ConnectionAbortedError

    pieces = breaking([b"abc", b"def"])
    with pytest.raises(ConnectionAbortedError):
        services.receive(upload, 0, lambda size: next(pieces))
    upload.refresh_from_db()
    assert upload.offset == 6
    rest = iter([b"ghij", b""])
    assert services.receive(upload, 6, lambda size: next(rest)).state == "complete"
    with upload.file.open() as file:
        assert file.read() == b"abcdefghij"


def test_a_process_that_died_at_the_last_byte_is_made_up_for(tus, monkeypatch):
    path = tus.create(3)["Location"]
    monkeypatch.setattr(services, "_complete", lambda *args: None)
    tus.patch(path, 0, b"abc")
    monkeypatch.undo()
    assert Upload.objects.get().state == "receiving"
    assert tus.head(path)["Upload-Offset"] == "3"
    assert Upload.objects.get().state == "complete"


def test_a_process_that_died_between_moving_the_file_and_saying_so_is_made_up_for(tus, monkeypatch):
    path = tus.create(3)["Location"]
    really = services._set
    monkeypatch.setattr(services, "_set", lambda upload, **values: "file" not in values and really(upload, **values))
    tus.patch(path, 0, b"abc")
    monkeypatch.undo()
    assert Upload.objects.get().state == "receiving"
    assert tus.head(path).status_code == 200
    upload = Upload.objects.get()
    assert upload.state == "complete"
    with upload.file.open() as file:
        assert file.read() == b"abc"


def test_what_is_complete_says_what_it_is_in_the_readers_language(tus):
    data = picture_bytes(painted())
    good = tus.create(len(data), "hills.png", body=data)["Location"]
    assert tus.http.get(good).json() | {"kind": "PNG, 96 × 64, 8 bit", "problem": "", "state": "complete"} == (
        tus.http.get(good).json()
    )
    bad = tus.create(4, body=b"text")["Location"]
    assert "not a picture" in tus.http.get(bad).json()["problem"]
    assert "TIFF" in tus.http.get(bad, headers={"Accept-Language": "zh-hans"}).json()["problem"]
    assert tus.http.get("/api/v1/uploads/").json()["count"] == 2


def test_a_list_of_uploads_asks_as_much_for_many_as_for_one(tus):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            tus.http.get("/api/v1/uploads/")
        return len(captured)

    tus.create(10)
    one = queries()
    for _ in range(4):
        tus.create(10)
    assert (queries(), Upload.objects.count()) == (one, 5)
