"""Writing down what happened, and telling who listens: notices for people, webhooks for programs."""

from collections.abc import Callable
from typing import Any

from django.db import models, transaction
from django.utils.timezone import now

from portal.accounts.models import User
from portal.accounts.policy import collection_of
from portal.audit import chain
from portal.audit.models import Event
from portal.audit.wording import ACTIONS, PERSONAL

Listener = Callable[[Event], None]
LISTENERS: list[Listener] = []


def listen(listener: Listener) -> Listener:
    """Have `listener(event)` called inside the transaction of every event; what it writes stands or falls with it."""
    if listener not in LISTENERS:
        LISTENERS.append(listener)
    return listener


@transaction.atomic
def record(action: str, subject: models.Model, *, actor: User | None = None, artwork: Any = None, **data: Any) -> Event:
    """Note that `actor` did `action` to `subject`. Call it in the transaction that does it.

    Args:
        action: a key of `wording.ACTIONS`, such as ``"restoration.ordered"``, or of `wording.PERSONAL`.
        subject: the row that it was done to; its collection says who may read of it. What is personal is of none, and
            nobody reads of it but who gets a notice.
        artwork: the work that it is about, where `subject` is not the work itself.
        data: words and numbers (JSON) for the sentence of the action.

    Raises:
        KeyError: the action has no sentence.
    """
    if action not in ACTIONS and action not in PERSONAL:
        raise KeyError(action)
    from portal.catalogue.models import Artwork

    event = Event.objects.create(
        action=action,
        actor=actor,
        collection=None if action in PERSONAL else collection_of(subject),
        artwork=subject if isinstance(subject, Artwork) else artwork,
        subject=subject._meta.model_name or "",
        subject_id=str(subject.pk),
        data=data,
        at=now(),
    )
    transaction.on_commit(chain.link, robust=True)
    for listener in LISTENERS:
        listener(event)
    return event
