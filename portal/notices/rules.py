"""Which events somebody is told of, and who. What is in no rule makes no notice."""

from collections.abc import Callable, Iterable
from typing import Any

from portal.accounts.models import Grant, Role
from portal.accounts.policy import IN_COLLECTION
from portal.audit.models import Event
from portal.notices.models import Kind
from restoration.models import Candidate
from review.models import Seat
from review.services.people import readers_of

Recipients = Callable[[Event], Iterable[Any]]


def recipients(event: Event) -> tuple[str, set[int]]:
    """The kind of notice an event makes, and the keys of the people it is for; nobody is told of what they did."""
    kind, people = RULES.get(event.action, ("", _nobody))
    return kind, set(people(event)) - {None}


def _nobody(event: Event) -> Iterable[int]:
    return ()


def _owner(event: Event) -> Iterable[Any]:
    """Who ordered the job; the end of an import is told by what it brought in."""
    told_otherwise = event.action == "job.done" and event.data.get("kind") in ("bring_in", "bring_in_iiif")
    return [] if told_otherwise else [event.data.get("owner")]


def _orderer(event: Event) -> Iterable[int]:
    """Who ordered what the candidate came of, unless they judged it themselves."""
    owners = Candidate.objects.filter(pk=event.subject_id).values_list("restoration__job__owner", flat=True)
    return owners.exclude(restoration__job__owner=event.actor_id) if event.actor_id else owners


def _coordinators(event: Event) -> Iterable[int]:
    """The coordinators of the collection, but for who did it."""
    rows = Grant.objects.filter(role=Role.COORDINATOR, collection=event.collection_id)
    return rows.exclude(user=event.actor_id).values_list("user", flat=True)


def _unblinders(event: Event) -> Iterable[int]:
    """Who may lift the blindness of a study, but for who did it."""
    rows = Grant.objects.filter(role__in=IN_COLLECTION["review.unblind"], collection=event.collection_id)
    return rows.exclude(user=event.actor_id).values_list("user", flat=True)


def _seated(event: Event) -> Iterable[int]:
    """Who holds the seat; of an invitation, whose address it was sent to, where that is known to be theirs."""
    seat = Seat.objects.get(pk=event.subject_id)
    return [seat.holder_id] if seat.holder_id else readers_of(seat.email)


def _curators(event: Event) -> Iterable[int]:
    """The curators of the collection."""
    return Grant.objects.filter(role=Role.CURATOR, collection=event.collection_id).values_list("user", flat=True)


def _signers(event: Event) -> Iterable[int]:
    """Who may sign for the collection, but for who did it."""
    rows = Grant.objects.filter(role__in=IN_COLLECTION["guardrails.sign"], collection=event.collection_id)
    return rows.exclude(user=event.actor_id).values_list("user", flat=True)


def _actor(event: Event) -> Iterable[Any]:
    return [event.actor_id]


ENDS = {"done": Kind.DONE, "failed": Kind.FAILED, "quarantined": Kind.FAILED}
RULES: dict[str, tuple[str, Recipients]] = {
    f"{what}.{end}": (kind, _owner) for what in ("restoration", "reconstruction", "job") for end, kind in ENDS.items()
} | {
    "candidate.picked": (Kind.JUDGED, _orderer),
    "candidate.rejected": (Kind.JUDGED, _orderer),
    "candidate.nominated": (Kind.NOMINATED, _coordinators),
    "upload.imported": (Kind.IMPORTED, _actor),
    "webhook.disabled": (Kind.WEBHOOK, _curators),
    "concern.reported": (Kind.CONCERN, _curators),
    **dict.fromkeys(
        ("study.expert_accepted", "study.expert_declined", "study.expert_left"), (Kind.SEATS, _coordinators)
    ),
    **dict.fromkeys(
        ("study.round_complete", "study.calibrated", "study.calibration_failed", "study.closed"),
        (Kind.STUDY, _coordinators),
    ),
    **dict.fromkeys(("study.unblinding_asked", "study.unblinded"), (Kind.UNBLINDING, _unblinders)),
    **dict.fromkeys(("panel.invited", "panel.round_opened"), (Kind.PANEL, _seated)),
    "panel.discussion_opened": (Kind.DISCUSSION, _seated),
    "panel.deadline_near": (Kind.DEADLINE, _seated),
    **dict.fromkeys(
        ("release.prepared", "release.signed", "release.published", "release.withdrawn"), (Kind.RELEASE, _signers)
    ),
}
