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
PARTS = {
    **{"region": "full", "size": "max", "rotation": "0", "quality": "default", "format": "jpg"},
    **{"token": "no-such-token", "form": "csv"},
    **{"slug": "an-exhibition", "number": "1", "work": "00000000-0000-0000-0000-000000000000"},
}
KEYS = ("pk", "code", "item", "release")
KINDS = {  # beginning of an address → the kind of object that it is about, where the first word does not say it
    "iiif/": "pictures",
    "ink/paintings/": "ink-paintings",
    "checks/works/": "artworks",
    "checks/exceptions/": "anchor-exceptions",
    "checks/notices/": "protocols",
    "checks/rights/": "releases",
    "checks/consultations/": "releases",
    "checks/samples/": "samples",
    "clearances/nearest/": "releases",
    "webhooks/deliveries/": "webhook-deliveries",
    "studies/seats/": "seats",
    "published/": "releases",
    "exhibitions/works/": "releases",
    "curating/exhibitions/": "exhibitions",
    "curating/sections/": "exhibition-sections",
    "curating/hangings/": "exhibition-hangings",
    "curating/concerns/": "concerns",
    "gate/works/": "artworks",
    "gate/studies/": "studies",
    "gate/": "releases",
    "panel/<": "seats",
    "panel/sheets/": "presentations",
    "panel/score/": "presentations",
    "panel/pictures/": "presentations",
    "panel/discussions/": "arguments",
    "panel/examples/": "examples",
}


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
    kind = _kind(text.removeprefix("api/v1/").removeprefix("review/"))
    about = "items" if ":item>" in text else kind if re.search(r":(pk|code|release)>", text) else ""

    def value(match: re.Match) -> str:
        name = match["name"]
        return str(objects["items" if name == "item" else kind]) if name in KEYS else PARTS[name]

    return Address("/" + re.sub(r"<(?:\w+:)?(?P<name>\w+)>", value, text), about)


def _kind(text: str) -> str:
    return next((kind for start, kind in KINDS.items() if text.startswith(start)), text.partition("/")[0])
