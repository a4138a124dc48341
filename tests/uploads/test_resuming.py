"""Real connections to a real server, with somebody else's tus client: cut off, taken up again, two at once."""

import hashlib
import http.client
import threading
import time
from urllib.parse import urlsplit

import numpy as np
import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from portal.accounts.services import create_token
from portal.uploads import arriving
from portal.uploads.models import Upload
from tests.factories import CollectionFactory
from tests.uploads.conftest import BYTES, encoded
from tests.uploads.cutting import CutLine

SIZE = 6 << 20


@pytest.fixture
def calls():
    """Here the broker is real."""


@pytest.fixture
def data():
    return np.random.default_rng(5).integers(0, 256, SIZE, dtype=np.uint8).tobytes()


@pytest.fixture
def mine(live_site):
    """A collection and a token of its curator."""
    collection = CollectionFactory()
    return collection, create_token(collection.created_by, name="t", scopes=["catalogue"])[1]


@pytest.fixture
def line(live_site):
    where = urlsplit(live_site)
    line = CutLine(where.hostname, where.port)
    yield line
    line.close()


def wait_until(true, seconds=20):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def send(client, options, url, seconds=20):
    """Send what is missing. The server may hear of a broken line late, and begin with its last request only then: while
    it says that another one still writes, ask again, as clients are told to.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return client.uploader(**options, url=url).upload()
        except TusCommunicationError as refusal:
            if refusal.status_code not in (409, 423) or time.monotonic() > deadline:
                raise
        time.sleep(0.05)


@pytest.mark.parametrize("algorithm", ["", "sha1"])
def test_a_file_cut_off_three_times_arrives_byte_for_byte(line, mine, data, tmp_path, algorithm):
    """Where each request has a checksum only whole requests count, so they have to be smaller than what is cut off."""
    collection, key = mine
    path = tmp_path / "scroll.tif"
    path.write_bytes(data)
    client = TusClient(f"http://127.0.0.1:{line.port}/api/v1/uploads/", headers={"Authorization": f"Bearer {key}"})
    about = {"filename": path.name, "collection": str(collection.pk), "sha256": hashlib.sha256(data).hexdigest()}
    piece = 500_000 if algorithm else SIZE
    with path.open("rb") as file:
        options = {"file_stream": file, "chunk_size": piece, "metadata": about, "upload_checksum": bool(algorithm)}
        uploader = client.uploader(**options)
        uploader.set_url(uploader.create_url())
        offsets = [0]
        for _ in range(3):
            line.cut_after(1_500_000)
            with pytest.raises(Exception, match=r"(?i)connection|abort|reset|remote"):
                send(client, options, uploader.url)
            wait_until(lambda: Upload.objects.get().offset > offsets[-1] and not _busy())
            offsets.append(client.uploader(**options, url=uploader.url).offset)
        assert line.cuts == 3
        assert offsets == sorted(set(offsets))
        assert offsets[-1] < SIZE
        send(client, options, uploader.url)
    upload = Upload.objects.get()
    assert (upload.state, upload.sha256) == ("complete", about["sha256"])
    with upload.file.open() as file:
        assert file.read() == data


def _busy() -> bool:
    """Whether some request still writes to the part: the server hears of a broken line a moment later."""
    from portal.uploads import parts

    upload = Upload.objects.get()
    try:
        with parts.writing(parts.path_of(upload.pk)):
            return False
    except parts.Busy:
        return True


class Sending:
    """A PATCH that is sent as far as one likes."""

    def __init__(self, site, key, address, offset, size):
        where = urlsplit(site)
        self.http = http.client.HTTPConnection(where.hostname, where.port, timeout=20)
        self.http.putrequest("PATCH", address)
        headers = {"Authorization": f"Bearer {key}", "Tus-Resumable": "1.0.0", "Upload-Offset": str(offset)}
        for name, value in {**headers, "Content-Type": BYTES, "Content-Length": str(size)}.items():
            self.http.putheader(name, value)
        self.http.endheaders()

    def send(self, data):
        self.http.send(data)
        return self

    def status(self):
        answer = self.http.getresponse()
        answer.read()
        self.http.close()
        return answer.status


def announce(site, mine, size):
    collection, key = mine
    where = urlsplit(site)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=20)
    metadata = encoded(filename="a.tif", collection=collection.pk)
    headers = {"Authorization": f"Bearer {key}", "Tus-Resumable": "1.0.0", "Upload-Length": str(size)}
    connection.request("POST", "/api/v1/uploads/", headers=headers | {"Upload-Metadata": metadata})
    answer = connection.getresponse()
    said = answer.read()
    connection.close()
    assert answer.status == 201, said
    return answer.headers["Location"]


def test_of_two_connections_at_once_one_writes_and_the_other_is_told(live_site, mine, data):
    key, address = mine[1], announce(live_site, mine, SIZE)
    first = Sending(live_site, key, address, 0, SIZE).send(data[:100_000])
    wait_until(_busy)
    assert Sending(live_site, key, address, 0, SIZE).send(b"other bytes" * 1000).status() == 423
    assert first.send(data[100_000:]).status() == 204
    upload = Upload.objects.get()
    assert upload.sha256 == hashlib.sha256(data).hexdigest()


def test_of_many_connections_at_once_exactly_one_brings_a_piece(live_site, mine, data):
    key, address = mine[1], announce(live_site, mine, SIZE)
    statuses = []

    def send():
        statuses.append(Sending(live_site, key, address, 0, SIZE).send(data).status())

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(204) == 1
    assert set(statuses) <= {204, 409, 423}
    assert Upload.objects.get().sha256 == hashlib.sha256(data).hexdigest()


def test_what_arrived_is_kept_while_the_rest_is_still_to_come(live_site, mine, data):
    """The body is read as it comes: half of it is on the disk before the other half has been sent."""
    key, address = mine[1], announce(live_site, mine, SIZE)
    sending = Sending(live_site, key, address, 0, SIZE).send(data[: SIZE // 2])
    from portal.uploads import parts

    path = parts.path_of(Upload.objects.get().pk)
    wait_until(lambda: path.stat().st_size >= SIZE // 2 - (1 << 19))
    sending.http.close()
    wait_until(lambda: Upload.objects.get().offset > SIZE // 2 - (1 << 19))


def test_a_connection_that_falls_silent_lets_go(live_site, mine, data, monkeypatch):
    monkeypatch.setattr(arriving, "STALLED_SECONDS", 0.5)
    key, address = mine[1], announce(live_site, mine, SIZE)
    silent = Sending(live_site, key, address, 0, SIZE).send(data[:100_000])
    wait_until(lambda: Upload.objects.get().offset == 100_000)
    assert Sending(live_site, key, address, 100_000, SIZE - 100_000).send(data[100_000:]).status() == 204
    assert Upload.objects.get().sha256 == hashlib.sha256(data).hexdigest()
    silent.http.close()


@pytest.mark.parametrize("_turn", range(4))
def test_a_connection_serves_other_requests_after_an_upload(live_site, mine, data, _turn):
    """What the server remembers for one request must not stay with the connection; whether it did is up to chance."""
    key, address = mine[1], announce(live_site, mine, SIZE)
    sending = Sending(live_site, key, address, 0, SIZE).send(data)
    answer = sending.http.getresponse()
    assert (answer.status, answer.read()) == (204, b"")
    for path in ("/accounts/login/", "/static/css/tokens.css", "/accounts/login/"):
        sending.http.request("GET", path)
        answer = sending.http.getresponse()
        assert answer.status == 200
        answer.read()
    sending.http.close()
