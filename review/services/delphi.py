"""Discussion of outlying scores: who is flagged keeps or changes the score with an argument, the others may answer."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.services import record
from portal.errors import UserError
from review.models import Argument, Discussion, Sheet, Study
from review.services import following, letters, sheets
from review.services.closing import close
from review.services.rounds import Scores, scores_of, unfinished
from review.statistics import outliers

ARGUE = "review.argue"
LEAST_ARGUMENT = 10
MAX_ARGUMENT = 2000


@transaction.atomic
def close_scoring(user: User, study: Study, *, even_if_unfinished: bool = False) -> Study:
    """End scoring: open the first round of discussion where somebody is flagged, else close the study."""
    from review.services.studies import locked

    study = locked(user, study)
    if study.state != Study.State.SCORING:
        return study
    if not even_if_unfinished and (waiting := unfinished(study)):
        raise UserError(_("%(n)d experts have not submitted everything yet.") % {"n": len(waiting)})
    if study.delphi_rounds and _open(study, 1):
        study.state = Study.State.DELPHI
        study.save(update_fields=["state"])
        letters.tell_panel(study)
        record("study.discussion_opened", study, actor=user, title=study.title, round=1)
        return study
    return close(user, study)


@transaction.atomic
def argue(user: User, argument: Argument, after: int, text: str) -> Argument:
    """A flagged expert keeps the own score (after = before) or changes it, and says why; final for this round."""
    require(user, ARGUE, argument)
    argument = (
        Argument.objects.select_for_update(of=("self",)).select_related("discussion__dimension").get(pk=argument.pk)
    )
    if argument.answered_at:
        return argument
    discussion = _running(argument.discussion)
    if not argument.flagged:
        raise UserError(_("Your score lies among the others; you may answer, but not change it."))
    if type(after) is not int or not 1 <= after <= 5:
        raise UserError(_("A score is a whole number from 1 to 5, or “cannot judge”."))
    argument.after, argument.text, argument.answered_at = after, _argument(text), timezone.now()
    argument.save()
    if after != argument.before:
        sheet = Sheet.objects.select_for_update().get(
            presentation__seat=argument.seat_id, presentation__item=discussion.item_id, presentation__round=0
        )
        sheets.revise_score(sheet, discussion.dimension.key, after, discussion.round)
    following.publish_after_commit(discussion.study_id)
    return argument


@transaction.atomic
def answer(user: User, argument: Argument, text: str) -> Argument:
    """Another expert answers, without a name; the last answer of a round counts."""
    require(user, ARGUE, argument)
    argument = Argument.objects.select_for_update(of=("self",)).select_related("discussion").get(pk=argument.pk)
    _running(argument.discussion)
    if argument.flagged:
        raise UserError(_("Say whether you keep or change your score."))
    argument.text, argument.answered_at = _argument(text), timezone.now()
    argument.save(update_fields=["text", "answered_at"])
    return argument


@transaction.atomic
def close_round(user: User, study: Study, *, even_if_unfinished: bool = False) -> Study:
    """End a round of discussion. Another one follows unless nobody is flagged, the mean change fell below the study's
    threshold, or the limit is reached: then the study closes.
    """
    from review.services.studies import locked

    study = locked(user, study)
    if study.state != Study.State.DELPHI:
        return study
    number = study.discussions.order_by("round").values_list("round", flat=True).last() or 1
    rows = Argument.objects.filter(discussion__study=study, discussion__round=number)
    waiting = rows.filter(flagged=True, answered_at=None).values("seat").distinct().count()
    if waiting and not even_if_unfinished:
        raise UserError(_("%(n)d experts have not answered yet.") % {"n": waiting})
    study.discussions.filter(round=number, closed_at=None).update(closed_at=timezone.now())
    if number >= study.delphi_rounds or mean_change(study, number) < float(study.delphi_change):
        return close(user, study)
    if not _open(study, number + 1):
        return close(user, study)
    letters.tell_panel(study)
    record("study.discussion_opened", study, actor=user, title=study.title, round=number + 1)
    return study


def mean_change(study: Study, number: int) -> float:
    """By how many points the flagged scores of a round moved, on average; 0 where nobody answered."""
    rows = Argument.objects.filter(discussion__study=study, discussion__round=number, flagged=True)
    moves = [abs(after - before) for before, after in rows.values_list("before", "after") if after is not None]
    return sum(moves) / len(moves) if moves else 0.0


def _open(study: Study, number: int) -> bool:
    """Open a discussion for every item and dimension with an outlying score; whether there is any."""
    scores = scores_of(study)
    dimensions = {row.key: row for row in study.dimensions.all()}
    for key, table in scores.dimensions.items():
        flagged: dict[int, dict[int, float]] = {}
        for found in outliers(table):
            flagged.setdefault(found.item, {})[found.rater] = found.z
        for place, zs in flagged.items():
            discussion = Discussion.objects.create(
                study=study, item=scores.items[place], dimension=dimensions[key], round=number
            )
            _seat_all(discussion, scores, key, place, zs)
    return study.discussions.filter(round=number).exists()


def _seat_all(discussion: Discussion, scores: Scores, key: str, place: int, zs: dict[int, float]) -> None:
    """A row for everybody who scored the item: the flagged ones have to speak, the others may."""
    column = scores.dimensions[key][:, place]
    Argument.objects.bulk_create(
        Argument(
            discussion=discussion, seat=seat, flagged=rater in zs, z=zs.get(rater),
            before=int(column[rater]) if rater in zs else None,
        )
        for rater, seat in enumerate(scores.seats)
        if column[rater] == column[rater]
    )  # fmt: skip


def _running(discussion: Discussion) -> Discussion:
    if discussion.closed_at or discussion.study.state != Study.State.DELPHI:
        raise UserError(_("This discussion is over."))
    return discussion


def _argument(text: str) -> str:
    clean = text.strip()
    if not LEAST_ARGUMENT <= len(clean) <= MAX_ARGUMENT:
        raise UserError(
            _("Say why in %(least)d to %(most)d letters.") % {"least": LEAST_ARGUMENT, "most": MAX_ARGUMENT}
        )
    return clean
