"""What people are told of a study beside its letters, as events of which notices are made.

What an expert is told is an event of its own, about the own seat and of no collection: nobody else can read it, and it
names nothing but the study. What coordinators are told is an event of the study; it names no expert and no picture.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from portal.audit.models import Event
from portal.audit.services import record
from review.models import Presentation, Seat, Study
from review.selectors.panel import open_round
from review.services import people

NEAR = timedelta(days=3)  # before the deadline
MOST = 200  # studies that are looked after in one round of the post
OPENED = {  # event of a study → what it means for the experts who have something to do
    "study.started": "panel.round_opened",
    "study.calibrated": "panel.round_opened",
    "study.calibration_repeated": "panel.round_opened",
    "study.discussion_opened": "panel.discussion_opened",
}


def tell_experts(event: Event) -> None:
    """Tell experts of what concerns them in an event of a study; called inside the transaction of every event."""
    if event.subject != "study" or event.action not in (*OPENED, "study.expert_invited"):
        return
    study = Study.objects.get(pk=event.subject_id)
    if event.action == "study.expert_invited":
        newest = study.seats.order_by("-invited_at", "-pk")[:1]
        _tell("panel.invited", study, [seat for seat in newest if people.readers_of(seat.email)])
    else:
        _tell(OPENED[event.action], study, waiting(study))


def waiting(study: Study) -> QuerySet[Seat]:
    """The experts who have something left to answer in the round that is open; two queries."""
    seats = study.seats.filter(state=Seat.State.ACCEPTED)
    if study.state == Study.State.DELPHI:
        asked = Q(arguments__flagged=True, arguments__answered_at=None, arguments__discussion__closed_at=None)
        return seats.filter(asked).distinct()
    round = open_round(study)
    left = Presentation.objects.filter(Q(sheet=None) | Q(sheet__submitted_at=None), round=round)
    return seats.filter(pk__in=left.values("seat")) if round is not None else seats.none()


def look_after(now: datetime) -> None:
    """Tell coordinators of rounds in which nothing is missing any more, and experts of deadlines. The post calls it."""
    for study in Study.objects.filter(state__in=Study.OPEN).order_by("pk")[:MOST]:
        if not waiting(study).exists():
            _tell_complete(study)
        elif study.deadline and now < study.deadline <= now + NEAR:
            _tell_deadline(study)


@transaction.atomic
def _tell_complete(study: Study) -> None:
    """Once a round; none is open, and nothing is told, while a study waits for its coordinator."""
    study = Study.objects.select_for_update(of=("self",)).get(pk=study.pk)
    round = open_round(study)
    if study.state == Study.State.DELPHI:
        round = study.discussions.filter(closed_at=None).values_list("round", flat=True).first()
    if round is None or waiting(study).exists():
        return
    step = f"{study.state}-{round}"
    told = Event.objects.filter(subject_id=str(study.pk), action="study.round_complete")
    if not any(data.get("step") == step for data in told.values_list("data", flat=True)):
        record("study.round_complete", study, title=study.title, step=step)


@transaction.atomic
def _tell_deadline(study: Study) -> None:
    """Once an expert, while the expert has something to do."""
    study = Study.objects.select_for_update(of=("self",)).get(pk=study.pk)
    seats = {str(seat.pk): seat for seat in waiting(study)}
    told = Event.objects.filter(subject_id__in=seats, action="panel.deadline_near").values_list("subject_id", flat=True)
    _tell("panel.deadline_near", study, [seat for key, seat in seats.items() if key not in set(told)])


def _tell(action: str, study: Study, seats: QuerySet[Seat] | list[Seat]) -> None:
    deadline = study.deadline.isoformat() if study.deadline else None
    for seat in seats:
        record(action, seat, title={"en": study.title, "zh": study.title_zh}, deadline=deadline)
