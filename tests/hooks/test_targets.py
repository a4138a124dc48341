"""No address that a person names leads into the site's own network."""

import socket

import pytest

from portal.errors import UserError
from portal.hooks import sending, targets
from portal.hooks.models import Reason

INSIDE = [
    "127.0.0.1", "127.1", "0.0.0.0", "10.1.2.3",  # noqa: S104  refused, not bound
     "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.170", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.9", "192.88.99.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "2130706433", "0x7f000001", "0177.0.0.1", "3232235777",
    "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd12:3456::1]", "[fec0::1]", "[ff02::1]", "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]",
    "[2001:db8::1]", "[2001::1]", "[3fff::1]", "[100::1]",
]  # fmt: skip
OUTSIDE = ["8.8.8.8", "93.184.216.34", "[2606:2800:220:1:248:1893:25c8:1946]"]


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_that_spells_out_a_private_host_is_refused_when_it_is_saved(host):
    with pytest.raises(UserError, match="private networks"):
        targets.target_of(f"https://{host}/hook")


@pytest.mark.parametrize("host", OUTSIDE)
def test_an_address_on_the_open_internet_is_accepted(host):
    assert targets.target_of(f"https://{host}:8443/hook?a=b").port == 8443


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "whole address"),
        ("museum.example", "whole address"),
        ("ftp://museum.example/", "whole address"),
        ("file:///etc/passwd", "whole address"),
        ("javascript:alert(1)", "whole address"),
        ("https://", "whole address"),
        ("https://museum.example:0/", "whole address"),
        ("https://museum.example:99999/", "whole address"),
        ("https://museum.example/a b", "whole address"),
        ("https://museum.example/\r\nHost: other", "whole address"),
        ("https://museum.example\\@127.0.0.1/", "whole address"),
        ("https://[::1/", "whole address"),
        ("https://[fe80::1%25eth0]/", "private networks"),
        ("https://museum.example/" + "a" * 500, "whole address"),
        ("https://user:word@museum.example/", "Leave name and password"),
        ("http://museum.example/", "begin with https"),
    ],
)
def test_what_is_no_address_of_a_webhook_is_one_sentence(url, words):
    with pytest.raises(UserError, match=words):
        targets.target_of(url)


def test_an_address_is_taken_apart():
    found = targets.target_of("https://Museum.Example./a/山?key=值#part")
    assert (found.secure, found.host, found.port) == (True, "museum.example", 443)
    assert found.path == "/a/%E5%B1%B1?key=%E5%80%BC"
    assert targets.target_of("https://故宫.example/").host == "xn--3bt56t.example"


def test_hosts_that_the_operator_names_may_be_private_and_plain(settings):
    settings.WEBHOOK_PRIVATE_HOSTS = ["10.0.0.5", ".museum.lan", "[fd00::5]"]
    for url in ("http://10.0.0.5:9000/", "http://archive.museum.lan/", "https://museum.lan/", "http://[fd00::5]/"):
        targets.target_of(url)
    for url in ("http://10.0.0.6/", "http://museum.lan.example/", "http://notmuseum.lan/"):
        with pytest.raises(UserError):
            targets.target_of(url)


@pytest.fixture
def resolve(monkeypatch):
    """Have every name resolve to these addresses, a set of them at each question; returns what was connected to."""
    asked, connected = [], []

    def prepare(*answers):
        def getaddrinfo(host, port, **options):
            asked.append(host)
            found = answers[min(len(asked), len(answers)) - 1]
            if not found:
                raise socket.gaierror(socket.EAI_NONAME, "unknown")
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

        def create_connection(address, timeout):
            connected.append(address)
            raise ConnectionRefusedError

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        monkeypatch.setattr(socket, "create_connection", create_connection)
        return connected

    return prepare


@pytest.mark.parametrize("host", INSIDE)
def test_a_name_that_resolves_into_a_private_network_is_not_connected_to(host, resolve):
    connected = resolve([host.strip("[]")])
    assert sending.post("https://museum.example/", b"{}", {}).reason == Reason.ADDRESS
    assert connected == []


def test_a_name_with_one_private_address_among_others_is_not_connected_to(resolve):
    connected = resolve(["8.8.8.8", "127.0.0.1"])
    assert sending.post("https://museum.example/", b"{}", {}).reason == Reason.ADDRESS
    assert connected == []


def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_judged(resolve):
    connected = resolve(["8.8.8.8"], ["127.0.0.1"])
    assert sending.post("https://museum.example/", b"{}", {}).reason == Reason.CONNECTION
    assert connected == [("8.8.8.8", 443)]


def test_a_name_that_nobody_knows_is_a_reason(resolve):
    resolve([])
    assert sending.post("https://museum.example/", b"{}", {}).reason == Reason.NAME


def test_a_host_that_is_allowed_no_longer_is_not_connected_to(receiver, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = []
    assert sending.post(receiver.url, b"{}", {}).reason == Reason.ADDRESS
    assert receiver.got == []
