"""Where the site may send to: no address that a person names leads into the network that the site stands in.

An address is judged twice: its form when it is saved, and what its name resolves to at every try. The connection is
then made to the very address that was judged, so that a name which changes its mind in between gains nothing.
"""

import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host
from django.utils.translation import gettext as _

from portal.errors import UserError
from portal.hooks.models import MAX_URL, Reason

V6 = ipaddress.ip_network("2000::/3")  # all that is routed in public
V6_CLOSED = [ipaddress.ip_network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
V4_CLOSED = [ipaddress.ip_network("192.88.99.0/24")]  # relays into 6to4, beside what ipaddress knows


@dataclass(frozen=True)
class Target:
    """An address taken apart. host: ASCII, lower case, without brackets; path: with its query."""

    secure: bool
    host: str
    port: int
    path: str


class Refused(Exception):
    """The site cannot, or will not, connect there; `reason` is a `Reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def target_of(url: str, known: Callable[[str], bool] | None = None) -> Target:
    """Take an address apart; raises `UserError` with one sentence for one that the site will not send to.

    known: which hosts may stand in private networks and be reached without encryption; `trusted` unless given.
    """
    known = known or trusted
    if not url or len(url) > MAX_URL or any(letter in "\\" or not letter.isprintable() for letter in url) or " " in url:
        raise UserError(_("Give the whole address, such as https://museum.example/lacuna."))
    try:
        parts = urlsplit(url)
        host, port = _ascii(parts.hostname or ""), parts.port
    except (ValueError, UnicodeError) as error:
        raise UserError(_("Give the whole address, such as https://museum.example/lacuna.")) from error
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise UserError(_("Give the whole address, such as https://museum.example/lacuna."))
    if parts.username is not None or parts.password is not None:
        raise UserError(_("Leave name and password out of the address: every message is signed instead."))
    if parts.scheme == "http" and not known(host):
        raise UserError(_("The address has to begin with https://."))
    if (literal := _literal(host)) and not known(host) and not public(literal):
        raise UserError(_("This site does not send into private networks."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    secure = parts.scheme == "https"
    return Target(secure, host, port or (443 if secure else 80), _quoted(path))


def trusted(host: str) -> bool:
    """Whether the operator has said that this host may be sent to, wherever it stands (WEBHOOK_PRIVATE_HOSTS)."""
    allowed = [name.strip("[]") for name in settings.WEBHOOK_PRIVATE_HOSTS]
    return settings.DEBUG or validate_host(host, allowed)


def addresses_of(target: Target, known: Callable[[str], bool] | None = None) -> list[str]:
    """The IP addresses to connect to, in the resolver's order, every one of them allowed; raises `Refused`."""
    known = known or trusted
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError) as error:
        raise Refused(Reason.NAME) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not known(target.host) and not all(public(address) for address in addresses):
        raise Refused(Reason.ADDRESS)
    return addresses


def public(address: str) -> bool:
    """Whether an IP address is one of the open internet: no private, local, shared, reserved or translated one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # one with a zone, which only local addresses have
        return False
    if isinstance(found, ipaddress.IPv6Address):
        return found in V6 and found.is_global and not any(found in closed for closed in V6_CLOSED)
    return found.is_global and not found.is_multicast and not any(found in closed for closed in V4_CLOSED)


def _literal(host: str) -> str:
    """The IP address that a host spells out in whatever way, such as 127.1 or 2130706433; else an empty string."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        return host if "%" in host else ""


def _ascii(host: str) -> str:
    host = host.rstrip(".").lower()
    return host if host.isascii() else host.encode("idna").decode()


def _quoted(path: str) -> str:
    """The path as it goes on the wire; one that is spelled in another script is quoted."""
    from urllib.parse import quote

    return quote(path, safe="/?#[]@!$&'()*+,;=:%~-._")
