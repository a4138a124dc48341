"""Every move of a job, each one compare-and-swap: of any number of callers at most one makes it.

Attempts are told apart by number: an attempt that was given up for lost finds the number gone on and can change nothing
more. The database is the truth; events and wake-up calls leave after the commit, and nothing is lost when they never
arrive.
"""

from datetime import timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from gpu_workers import progress as events
from gpu_workers import queueing, telling
from gpu_workers.actions import to_cancel, to_order
from gpu_workers.models import Attempt, Job
from gpu_workers.moves import ENDS, MOVES
from gpu_workers.wake import wake
from portal.accounts.models import User
from portal.accounts.policy import allowed, require
from portal.errors import UserError

UNTOLD_SECONDS = 5  # a job that waits longer than this may have nobody coming for it
QUARANTINED = _("This job was stopped because every worker that took it was lost while working on it.")
WAKE_AT_ONCE = 8  # calls of one sweep; the next one follows in ten seconds


@transaction.atomic
def queue(job: Job) -> Job:
    """Hand a draft to the workers, at the end of the line; nothing is sent before the transaction commits.

    Raises `UserError` when as many jobs of its owner wait as the site lets one person have, or when its priority is
    not one that the owner may give.
    """
    check_priority(job.owner, job.priority)
    _check_room(job)
    _move("queue", job, queued_at=timezone.now())
    telling.tell(job.pk, "ordered", job.owner)
    _wake_after_commit()
    job.refresh_from_db()
    return job


def claim(worker: str) -> Job | None:
    """Take the next job for this worker by the rule of `fairness.py`, or None when there is none that may run."""
    while True:
        with transaction.atomic():
            queueing.one_claim_at_a_time()
            job = queueing.next_job()
            if job is None:
                return None
            number, now = job.attempts + 1, timezone.now()
            fresh = {"worker": worker, "lease_until": _lease(), "fraction": 0.0, "stage": "", "message": ""}
            if _move("claim", job, number=job.attempts, attempts=number, started_at=now, finished_at=None, **fresh):
                Attempt.objects.create(job=job, number=number, worker=worker)
                job.refresh_from_db()
                return job


def renew(job: Job, number: int) -> bool:
    """Prolong the lease of an attempt; False when the attempt no longer holds it and has to stop."""
    return bool(_held(job, number).update(lease_until=_lease()))


def must_stop(job: Job, number: int) -> bool:
    """Whether a person asked this attempt to stop, or the job has gone on without it."""
    return not _held(job, number).filter(cancel_requested=False).exists()


def progress(job: Job, number: int, fraction: float, stage: str, preview: np.ndarray | None = None) -> bool:
    """Note how far an attempt is: fraction 0 to 1, stage in plain words, preview (h, w, 3) uint8; shown live."""
    changes: dict[str, Any] = {"fraction": min(max(fraction, 0.0), 1.0), "stage": stage[:200]}
    if preview is not None:
        name = f"previews/{job.pk.hex}-{number}.webp"
        changes["preview"] = default_storage.save(name, ContentFile(events.encode_preview(preview)))
    with transaction.atomic():
        old = Job.objects.filter(pk=job.pk).values_list("preview", flat=True).first()
        made = bool(_held(job, number).update(sequence=F("sequence") + 1, **changes))
        if made:
            events.publish_after_commit(job.pk)
    if preview is not None:
        _delete_file(old if made else changes["preview"])
    return made


def succeed(job: Job, number: int, recipe: dict[str, Any]) -> bool:
    """End an attempt well. Write its results in the same transaction, and only if this returns True."""
    changes = {"recipe": recipe, "fraction": 1.0}
    return _move("succeed", job, number=number, guard={"cancel_requested": False}, **_over(), **changes)


def fail(job: Job, number: int, message: str) -> bool:
    """End an attempt badly, with one sentence for a person, in English: pages translate it for whoever reads it."""
    return _move("fail", job, number=number, guard={"cancel_requested": False}, message=message, **_over())


def stop(job: Job, number: int) -> bool:
    """End an attempt that a person asked to stop."""
    return _move("stop", job, number=number, guard={"cancel_requested": True}, **_over())


def request_cancel(user: User, job: Job) -> bool:
    """Cancel a waiting job at once, ask a running one to stop; False when it had already ended.

    Raises PermissionDenied for a person who may neither cancel in this collection nor steer the queue.
    """
    _require(user, to_cancel(job.kind), job)
    now = timezone.now()
    if _move("cancel", job, actor=user, cancel_requested=True, finished_at=now):
        return True
    return _move("ask_to_stop", job, guard={"cancel_requested": False}, cancel_requested=True)


def retry(user: User, job: Job) -> bool:
    """Queue a failed or cancelled job again, at the end of the line; False when it is neither.

    Raises PermissionDenied for a person who may neither order in this collection nor steer the queue, and `UserError`
    as `queue` does.
    """
    _require(user, to_order(job.kind), job)
    if job.status not in Job.ACTIVE:
        _check_room(job)
    clean: dict[str, Any] = {"cancel_requested": False, "quarantined": False, "losses": 0, "message": ""}
    made = _move("retry", job, queued_at=timezone.now(), finished_at=None, fraction=0.0, stage="", **clean)
    if made:
        _wake_after_commit()
    return made


def require_move(user: User, job: Job) -> None:
    """Raise PermissionDenied unless the person ordered this job or steers the queue."""
    if job.owner_id != user.pk or not allowed(user, to_order(job.kind), job):
        require(user, "gpu_workers.steer_queue")


def set_priority(user: User, job: Job, priority: int) -> bool:
    """Let a waiting job go sooner or later; False when it no longer waits.

    Whoever ordered it may lower it; an operator, who steers the queue, may do either. Raises PermissionDenied for
    anybody else, `UserError` for a priority that does not exist.
    """
    require_move(user, job)
    _check_known(priority)
    if priority > job.priority:
        require(user, "gpu_workers.steer_queue")
    rows = Job.objects.filter(pk=job.pk, status=Job.Status.QUEUED, priority=job.priority)
    with transaction.atomic():
        made = bool(rows.update(priority=priority, sequence=F("sequence") + 1))
        events.publish_after_commit(job.pk)
    return made


def check_priority(user: User, priority: int) -> None:
    """Whether a person may order at this priority: `UserError` where it is unknown, or high and not for this person."""
    _check_known(priority)
    if priority > Job.Priority.NORMAL and not allowed(user, "gpu_workers.steer_queue"):
        raise UserError(gettext("Only an operator can let a job go before others."))


def sweep() -> int:
    """Put right what lost workers and lost wake-up calls left behind; returns how many jobs it moved.

    Harmless at any time, from any number of places at once.
    """
    now = timezone.now()
    expired = Job.objects.filter(status=Job.Status.RUNNING, lease_until__lt=now)
    moved = sum(_give_up(job) for job in expired)
    untold = now - timedelta(seconds=UNTOLD_SECONDS)
    forgotten = Job.objects.filter(status=Job.Status.QUEUED, queued_at__lt=untold).count()
    if forgotten:
        wake(min(forgotten, WAKE_AT_ONCE), expires=settings.JOB_LEASE_SECONDS)
    return moved


def _give_up(job: Job) -> bool:
    """The worker of this job fell silent: stop, quarantine or queue it again, unless it was heard of just now."""
    silent = {"lease_until": job.lease_until, "cancel_requested": job.cancel_requested}
    if job.cancel_requested:
        return _move("stop", job, number=job.attempts, guard=silent, **_over())
    losses = job.losses + 1
    if losses < settings.JOB_MAX_ATTEMPTS:
        return _move("lose", job, number=job.attempts, guard=silent, losses=losses, **_idle())
    changes = {"losses": losses, "quarantined": True, "message": QUARANTINED}
    return _move("quarantine", job, number=job.attempts, guard=silent, **changes, **_over())


def _move(
    event: str, job: Job, *, number: int | None = None, guard: dict[str, Any] | None = None, actor: User | None = None,
    **changes,
) -> bool:  # fmt: skip
    """Make one move of the table if the job still is where the move starts; returns whether this call made it.

    An end is told to the log of events in the same transaction.
    """
    sources, target = MOVES[event]
    rows = Job.objects.filter(pk=job.pk, status__in=sources, **(guard or {}))
    if number is not None:
        rows = rows.filter(attempts=number)
    with transaction.atomic():
        preview = Job.objects.filter(pk=job.pk).values_list("preview", flat=True).first()
        if not rows.update(status=target, sequence=F("sequence") + 1, **changes):
            return False
        if event in ENDS:
            ended = {"outcome": ENDS[event], "finished_at": timezone.now(), "message": changes.get("message", "")}
            Attempt.objects.filter(job=job, number=number or 0).update(**ended)
            if any(queueing.limits()):
                _wake_after_commit()  # what the limits held back may run now
        if event in telling.TOLD:
            telling.tell(job.pk, telling.TOLD[event], actor)
        if preview and "preview" in changes:
            transaction.on_commit(lambda: _delete_file(preview), robust=True)
        events.publish_after_commit(job.pk)
    return True


def _require(user: User, action: str, job: Job) -> None:
    if not allowed(user, "gpu_workers.steer_queue"):
        require(user, action, job)


def _check_known(priority: int) -> None:
    if priority not in Job.Priority.values:
        raise UserError(gettext("A priority is low, normal or high."))


def _check_room(job: Job) -> None:
    """Whether its owner may have one more job that waits."""
    most = settings.JOBS_WAITING_PER_PERSON
    if most and Job.objects.filter(owner=job.owner_id, status=Job.Status.QUEUED).count() >= most:
        sentence = ngettext(
            "%(most)d of your jobs is waiting already; let it begin, or cancel it, before you order more.",
            "%(most)d of your jobs are waiting already; let some begin, or cancel some, before you order more.",
            most,
        )
        raise UserError(sentence % {"most": most})


def _held(job: Job, number: int):
    """The row of the job while this attempt is the one that holds it."""
    return Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING, attempts=number)


def _lease():
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def _idle() -> dict[str, Any]:
    """What no job has that nobody works on."""
    return {"lease_until": None, "worker": "", "preview": ""}


def _over() -> dict[str, Any]:
    return {"finished_at": timezone.now(), **_idle()}


def _wake_after_commit() -> None:
    transaction.on_commit(wake, robust=True)


def _delete_file(name: str | None) -> None:
    if name:
        default_storage.delete(name)
