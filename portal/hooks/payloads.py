"""What a message says: what happened, to which thing, where to read more. Nothing of people but the roles they hold."""

import json
import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from portal.accounts.models import Grant
from portal.audit.models import Event

PING = "webhook.ping"
PEOPLE = {"owner", "who", "actor", "user", "person", "people", "username", "email", "name_of_person"}
ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
LONGEST = 500
PAGES = {  # kind of thing → its page, and its place in the API
    "collection": ("catalogue:collection", "api:collection-detail"),
    "artwork": ("catalogue:artwork", "api:artwork-detail"),
    "mask": ("restoration:mask", "api:mask-detail"),
    "restoration": ("restoration:detail", "api:restoration-detail"),
    "candidate": ("", "api:candidate-detail"),
    "job": ("jobs:detail", "api:job-detail"),
    "round": ("generation:round", "api:ink-detail"),
    "painting": ("generation:painting", "api:ink-painting-detail"),
    "webhook": ("hooks:webhook", "api:webhook-detail"),
}


def body_of(event: Event) -> str:
    """The JSON of an event of a collection."""
    data: dict[str, Any] = {
        "event": event.pk,
        "collection": _thing("collection", event.collection_id, name=str(event.collection)),
        "subject": _thing(event.subject, event.subject_id),
        "artwork": _thing("artwork", event.artwork_id, title=event.artwork.title) if event.artwork else None,
        "roles": _roles(event),
        "details": {name: _clean(value) for name, value in event.data.items() if name not in PEOPLE},
    }
    return _json(event.action, event.at, data)


def ping_of(webhook: Any, at: datetime) -> str:
    """The JSON of a test."""
    collection = webhook.collection
    return _json(PING, at, {"collection": _thing("collection", collection.pk, name=collection.name)})


def site_address(path: str) -> str:
    """A path of this site as an address that works elsewhere."""
    return settings.SITE_URL.rstrip("/") + path


def _json(kind: str, at: datetime, data: dict[str, Any]) -> str:
    message = {"type": kind, "timestamp": at.isoformat().replace("+00:00", "Z"), "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _thing(kind: str, key: Any, **more: Any) -> dict[str, Any]:
    page, api = PAGES.get(kind, ("", ""))
    return {"kind": kind, "id": str(key), **more, "url": _address(page, key), "api": _address(api, key)}


def _address(route: str, key: Any) -> str | None:
    try:
        return site_address(reverse(route, args=[key])) if route else None
    except NoReverseMatch:
        return None


def _roles(event: Event) -> list[str]:
    """The roles in the collection of whoever did it; none for what the site did by itself."""
    grants = Grant.objects.filter(user=event.actor_id, collection=event.collection_id)
    return sorted(grants.values_list("role", flat=True)) if event.actor_id else []


def _clean(value: Any) -> Any:
    """The words and numbers of an event, without what reads like somebody's e-mail address."""
    if isinstance(value, dict):
        return {name: _clean(part) for name, part in value.items() if name not in PEOPLE}
    if isinstance(value, list):
        return [_clean(part) for part in value[:100]]
    return ADDRESS.sub("…", value)[:LONGEST] if isinstance(value, str) else value
