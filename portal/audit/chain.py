"""The log as a chain: every event carries the hash of the one before it, so that nobody can alter it unseen.

An event is sealed when it is written (`sealed`, the canonical JSON of all it says) and linked right after its
transaction has been committed, under one lock: a lock held from within would make everything that is noted wait for
everything else. What a crash left unlinked, the next event links. The database refuses to alter or delete an event
(migrations/0003_chain).
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction

LOCK = 7_022_349  # of PostgreSQL's advisory locks, this one
BATCH = 1000


def sealed(event: Any) -> str:
    """All that an event says, as canonical JSON; keys of what may vanish are kept as text."""
    said = {
        "action": event.action, "actor": _key(event.actor_id), "artwork": _key(event.artwork_id),
        "at": event.at.isoformat(), "collection": _key(event.collection_id), "data": event.data,
        "subject": event.subject, "subject_id": event.subject_id,
    }  # fmt: skip
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def hash_of(previous: str, text: str) -> str:
    """SHA-256 over the hash before ("" for the first) and what the event says."""
    return hashlib.sha256((previous + text).encode()).hexdigest()


def link(model: Any = None) -> int:
    """Link every committed event that is not linked yet, in the order of their keys; returns how many."""
    if model is None:
        from portal.audit.models import Event as model
    count = 0
    while model.objects.filter(sequence=None).exists():
        with transaction.atomic():
            _lock()
            count += (linked := _link_some(model))
        if not linked:
            break
    return count


def faults(step: Callable[[], Any] = lambda: None, head: str = "") -> Iterator[str]:
    """What is wrong with the chain, the first broken event first; nothing is wrong where nothing is yielded.

    step: called for every event. head: a hash that was noted earlier and must be part of the chain.
    """
    from portal.audit.models import Event

    previous, found = "", not head
    linked = Event.objects.exclude(sequence=None).order_by("sequence")
    for place, event in enumerate(linked.iterator(), start=1):
        step()
        if fault := _fault(event, place, previous):
            yield f"event {event.pk} (number {event.sequence}): {fault}"
            return
        previous, found = event.hash, found or event.hash == head
    for event in Event.objects.filter(sequence=None).order_by("pk").iterator():
        step()
        if fault := _altered(event):
            yield f"event {event.pk} (not linked yet): {fault}"
            return
    if not found:
        yield f"the head {head[:12]}… that was noted is not part of the log: events are missing at its end"


def head() -> tuple[int, str]:
    """Number and hash of the last linked event; (0, "") of an empty log."""
    from portal.audit.models import Event

    return _last(Event)


def _link_some(model: Any) -> int:
    number, previous = _last(model)
    rows = list(model.objects.filter(sequence=None).order_by("pk").values_list("pk", "sealed")[:BATCH])
    for pk, text in rows:
        number, digest = number + 1, hash_of(previous, text)
        model.objects.filter(pk=pk).update(sequence=number, previous=previous, hash=digest)
        previous = digest
    return len(rows)


def _last(model: Any) -> tuple[int, str]:
    rows = model.objects.exclude(sequence=None).order_by("-sequence")
    return rows.values_list("sequence", "hash").first() or (0, "")


def _lock() -> None:
    """One at a time: SQLite takes the lock of the whole database where the transaction begins, PostgreSQL this one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _fault(event: Any, place: int, previous: str) -> str:
    if event.sequence != place:
        return f"event number {place} is missing before it"
    if event.previous != previous:
        return "it does not follow the event before it"
    if event.hash != hash_of(previous, event.sealed):
        return "what it says is not what its hash was made of"
    return _altered(event)


def _altered(event: Any) -> str:
    """Whether the columns still say what was sealed; what they named may be gone meanwhile."""
    said = json.loads(event.sealed)
    same = {"action", "actor", "at", "data", "subject", "subject_id"}
    now = json.loads(sealed(event))
    changed = sorted(name for name in same if said[name] != now[name])
    changed += [name for name in ("artwork", "collection") if now[name] not in (None, said[name])]
    return f"its {', '.join(changed)} was altered" if changed else ""


def _key(pk: Any) -> str | None:
    return None if pk is None else str(pk)
