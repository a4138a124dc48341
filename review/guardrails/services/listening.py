"""Who wants to know that something became public or ceased to be: caches, manifests, files that wait for download."""

from collections.abc import Callable

from django.db import transaction

from review.guardrails.models import Release

Listener = Callable[[Release], None]
PUBLISHED: list[Listener] = []
WITHDRAWN: list[Listener] = []


def on_published(listener: Listener) -> Listener:
    """Have `listener(release)` called once a publication has been committed."""
    return _added(PUBLISHED, listener)


def on_withdrawn(listener: Listener) -> Listener:
    """Have `listener(release)` called once a withdrawal has been committed; one that fails keeps no other from it."""
    return _added(WITHDRAWN, listener)


def tell(listeners: list[Listener], release: Release) -> None:
    """Call them after the commit of the transaction that this is in."""
    for listener in list(listeners):
        transaction.on_commit(lambda listener=listener: listener(release), robust=True)


def _added(listeners: list[Listener], listener: Listener) -> Listener:
    if listener not in listeners:
        listeners.append(listener)
    return listener
