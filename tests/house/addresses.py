"""Every address of the site as a concrete path, for one set of objects."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

REGEX = {  # the few addresses that are regular expressions
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": "accounts/confirm-email/no-such-key/",
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "accounts/password/reset/key/1-no-such-key/",
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/": "accounts/oidc/nobody/login/",
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/callback/": "accounts/oidc/nobody/login/callback/",
    "api/v1/^.*/$": "api/v1/no/such/address/",
}
IMAGE = {"region": "full", "size": "max", "rotation": "0", "quality": "default", "format": "jpg", "token": "no-such-token"}


@dataclass(frozen=True)
class Address:
    """One path. `thing` names the kind of object it is about ("artworks", …), or is empty."""

    path: str
    thing: str


def patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """The pattern of every address, as written in the `urls.py` files, joined."""
    for pattern in (resolver or get_resolver()).url_patterns:
        text = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield text
        else:
            yield from patterns(pattern, text)


def addresses(objects: dict[str, object]) -> list[Address]:
    """Every address outside the admin, for these objects: kind → primary key."""
    return [_concrete(text, objects) for text in patterns() if not text.startswith("admin/")]


def _concrete(text: str, objects: dict[str, object]) -> Address:
    if "^" in text:
        return Address("/" + REGEX[text], "")
    text_of = text.removeprefix("api/v1/").removeprefix("review/").replace("ink/paintings", "ink-paintings")
    kind = text_of.replace("webhooks/deliveries", "webhook-deliveries").partition("/")[0]
    kind = {"iiif": "pictures"}.get(kind, kind)
    about = kind if re.search(r":pk>", text) else ""

    def value(match: re.Match) -> str:
        return str(objects[kind]) if match["name"] == "pk" else IMAGE[match["name"]]

    return Address("/" + re.sub(r"<(?:\w+:)?(?P<name>\w+)>", value, text), about)
