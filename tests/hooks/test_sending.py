"""One POST to a real receiver on this machine: what it gets, and what is made of what it answers."""

import datetime
import ipaddress
import socket
import ssl
import threading

import pytest

from portal.hooks import sending
from portal.hooks.models import Reason
from portal.hooks.sending import post
from tests.hooks.conftest import Receiver


def test_a_receiver_gets_the_body_and_the_headers(receiver):
    answer = post(receiver.url, b'{"a":1}', {"webhook-id": "one"})
    (headers, body), *others = receiver.got
    assert (answer.reason, answer.status, others) == ("", 200, [])
    assert body == b'{"a":1}'
    assert headers["webhook-id"] == "one"
    assert headers["Content-Type"] == "application/json"
    assert headers["Host"] == f"127.0.0.1:{receiver.server.server_port}"


@pytest.mark.parametrize(
    ("status", "reason"), [(200, ""), (204, ""), (400, "status"), (404, "status"), (410, "gone"), (500, "status")]
)
def test_every_status_but_2xx_is_a_reason(receiver, status, reason):
    receiver.answer = lambda handler: handler.reply(status)
    answer = post(receiver.url, b"{}", {})
    assert (answer.reason, answer.status) == (reason, status)


def test_a_redirect_is_not_followed(receiver):
    receiver.answer = lambda handler: handler.reply(307, Location=receiver.url)
    assert post(receiver.url, b"{}", {}).reason == Reason.REDIRECT
    assert len(receiver.got) == 1


def test_of_a_long_answer_the_beginning_is_read(receiver):
    receiver.answer = lambda handler: handler.reply(500, b"<b>\x00\xff no " + b"x" * 10_000_000)
    answer = post(receiver.url, b"{}", {})
    assert answer.excerpt.startswith("<b>")
    assert "\x00" not in answer.excerpt
    assert len(answer.excerpt) <= sending.EXCERPT


def test_a_receiver_that_is_not_there_is_a_reason(receiver):
    receiver.close()
    assert post(receiver.url, b"{}", {}).reason == Reason.CONNECTION


def raw_server(speak):
    """A socket on 127.0.0.1 that does `speak(connection)`; returns its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        connection, _address = server.accept()
        with connection, server:
            speak(connection)

    threading.Thread(target=serve, daemon=True).start()
    return f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_what_is_not_http_is_a_reason(receiver):
    url = raw_server(lambda connection: (connection.recv(1000), connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")))
    assert post(url, b"{}", {}).reason == Reason.ANSWER


@pytest.mark.parametrize("drip", [b"", b"H", b"HTTP/1.1 200 OK\r\nX-Slow: "])
def test_a_receiver_that_says_nothing_or_a_letter_at_a_time_is_cut_off(receiver, monkeypatch, drip):
    monkeypatch.setattr(sending, "SECONDS", 0.5)
    over = threading.Event()

    def speak(connection):
        connection.recv(1000)
        connection.sendall(drip)
        while drip and not over.wait(0.05):
            try:
                connection.sendall(b"x")
            except OSError:
                return
        over.wait(30)

    answer = post(raw_server(speak), b"{}", {})
    over.set()
    assert answer.reason == Reason.TIME
    assert answer.status is None


def test_an_answer_that_breaks_off_after_its_status_has_arrived(receiver, monkeypatch):
    monkeypatch.setattr(sending, "SECONDS", 0.5)
    over = threading.Event()

    def speak(connection):
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthan")
        over.wait(30)

    answer = post(raw_server(speak), b"{}", {})
    over.set()
    assert (answer.reason, answer.status) == ("", 200)


def certificate(folder, names):
    """Files with a key and a certificate that signs itself, for these names."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return pem


@pytest.fixture
def encrypted(settings, tmp_path):
    """A receiver behind TLS, under the name archive.museum.lan, whose certificate the machine may be told to trust."""
    from cryptography import x509

    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1", "archive.museum.lan", "other.museum.lan"]
    pem = certificate(tmp_path, [x509.DNSName("archive.museum.lan"), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))])
    receiver = Receiver()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
    receiver.pem = pem
    yield receiver
    receiver.close()


@pytest.fixture
def names(monkeypatch):
    """Every name in museum.lan is this machine."""
    real = socket.getaddrinfo

    def getaddrinfo(host, port, *args, **options):
        return real("127.0.0.1" if str(host).endswith("museum.lan") else host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_a_certificate_is_judged_by_the_name_of_the_host_though_the_address_is_connected_to(
    encrypted, names, monkeypatch
):
    port = encrypted.server.server_port
    assert post(f"https://archive.museum.lan:{port}/", b"{}", {}).reason == Reason.ENCRYPTION
    monkeypatch.setenv("SSL_CERT_FILE", str(encrypted.pem))
    assert post(f"https://archive.museum.lan:{port}/", b"{}", {}).reason == ""
    assert post(f"https://other.museum.lan:{port}/", b"{}", {}).reason == Reason.ENCRYPTION
    assert post(f"https://127.0.0.1:{port}/", b"{}", {}).reason == Reason.ENCRYPTION
    assert encrypted.got[0][0]["Host"] == f"archive.museum.lan:{port}"
    assert len(encrypted.got) == 1
