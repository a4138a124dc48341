"""Answers of experts: saved as they come, versioned, and final once they are submitted."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import Grant, User
from portal.accounts.policy import MEMBERS, require
from portal.errors import UserError
from review.models import Deduction, DeductionTerm, Presentation, Revision, Score, Seat, Sheet, Study
from review.services import following

SCORE = "review.score"
EMPTY: dict[str, Any] = {
    "scores": {}, "deductions": {}, "recognised": False, "guess": "", "comment": "", "seconds": 0,
}  # fmt: skip
MAX_DEDUCTIONS = 10  # a dimension
MAX_TEXT = 1000
MAX_COMMENT = 2000
MAX_SECONDS = 24 * 3600


class Conflicting(UserError):
    """Somebody (another tab) has saved since: `sheet` has the present answers; nothing was overwritten."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(_("These answers were changed in another window; look at them again."))
        self.sheet = sheet


@transaction.atomic
def save(user: User, presentation: Presentation, content: Mapping[str, Any], version: int, request: Any) -> Sheet:
    """Keep the answers to one item as a draft.

    Args:
        content: see `EMPTY`; a dimension that is missing is not answered, None is “cannot judge”.
        version: what the sender has seen; an older one raises `Conflicting`.
        request: a UUID of this very save; sent twice it counts once.

    Raises `UserError` for what is no answer, for a round that is over and for a sheet that was submitted.
    """
    sheet = _held(user, presentation)
    if sheet.revisions.filter(request=request).exists():
        return sheet
    _writable(sheet, version)
    _store(sheet, _checked(presentation.seat.study, content))
    _revise(sheet, request)
    return sheet


@transaction.atomic
def submit(user: User, presentation: Presentation, version: int, request: Any) -> Sheet:
    """Make the answers final. Everything has to be answered, and every deduction needs its reason."""
    sheet = _held(user, presentation)
    if sheet.submitted_at:
        return sheet
    _writable(sheet, version)
    _complete(sheet)
    sheet.submitted_at = timezone.now()
    sheet.save(update_fields=["submitted_at"])
    _revise(sheet, request, submitted=True)
    following.publish_after_commit(presentation.seat.study_id)
    return sheet


def content_of(sheet: Sheet) -> dict[str, Any]:
    """The answers as `save` takes them; three queries."""
    scores = list(sheet.scores.select_related("dimension").prefetch_related("deductions__term"))
    return {
        "scores": {score.dimension.key: score.value for score in scores},
        "deductions": {
            score.dimension.key: [
                {"term": it.term.key if it.term else None, "text": it.text, "region": it.region}
                for it in score.deductions.all()
            ]
            for score in scores
        },
        "recognised": sheet.recognised,
        "guess": sheet.guess,
        "comment": sheet.comment,
        "seconds": sheet.seconds,
    }


def revise_score(sheet: Sheet, dimension_key: str, value: int, delphi_round: int) -> None:
    """Change one number of a submitted sheet in a discussion; what it was stays among the revisions."""
    Score.objects.filter(sheet=sheet, dimension__key=dimension_key).update(value=value)
    _revise(sheet, None, submitted=True, delphi_round=delphi_round)


def sees_works(user: Any, collection: Any) -> bool:
    """Whether a role lets a person look up the works of a collection, restored and generated ones among them."""
    return Grant.objects.filter(user=user, collection=collection, role__in=MEMBERS).exists()


def _held(user: User, presentation: Presentation) -> Sheet:
    """The sheet under its row lock, made when it is first needed."""
    require(user, SCORE, presentation)
    Sheet.objects.get_or_create(presentation=presentation)
    return Sheet.objects.select_for_update().get(presentation=presentation)


def _writable(sheet: Sheet, version: int) -> None:
    presentation = sheet.presentation
    study = Study.objects.get(pk=presentation.seat.study_id)
    if sees_works(presentation.seat.user_id, study.collection_id):
        raise UserError(_("Who can look up the works of this collection cannot score them blind."))
    if presentation.seat.state != Seat.State.ACCEPTED:
        raise UserError(_("This place on the panel has ended."))
    running = study.State.CALIBRATION if presentation.round else study.State.SCORING
    if study.state != running or not _round_is_open(study, presentation.round):
        raise UserError(_("This round is over; its answers can no longer be changed."))
    if sheet.submitted_at:
        raise UserError(_("These answers were submitted; they are final."))
    if version != sheet.version:
        raise Conflicting(sheet)


def _round_is_open(study: Study, number: int) -> bool:
    return not number or study.calibrations.filter(number=number, closed_at=None).exists()


def _checked(study: Study, content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with every value proven; `UserError` names the first that cannot be."""
    if not isinstance(content, Mapping) or content.keys() - EMPTY.keys():
        raise UserError(_("These are no answers to this picture."))
    clean = EMPTY | dict(content)
    dimensions = {row.key: row for row in study.dimensions.all()}
    scores, deductions = clean["scores"], clean["deductions"]
    if not isinstance(scores, Mapping) or not isinstance(deductions, Mapping):
        raise UserError(_("These are no answers to this picture."))
    if (scores.keys() | deductions.keys()) - dimensions.keys():
        raise UserError(_("The rubric has no such dimension."))
    if any(value is not None and (type(value) is not int or not 1 <= value <= 5) for value in scores.values()):
        raise UserError(_("A score is a whole number from 1 to 5, or “cannot judge”."))
    terms = {term.key: term for term in DeductionTerm.objects.filter(retired=False)}
    clean["deductions"] = {key: _deductions(rows, terms) for key, rows in deductions.items()}
    if type(clean["recognised"]) is not bool or clean["guess"] not in Sheet.Guess.values:
        raise UserError(_("These are no answers to this picture."))
    if not _is_text(clean["comment"], MAX_COMMENT):
        raise UserError(_("A remark has at most %(most)d letters.") % {"most": MAX_COMMENT})
    seconds = clean["seconds"]
    clean["seconds"] = min(max(seconds, 0), MAX_SECONDS) if type(seconds) is int else 0
    return clean | {"dimensions": dimensions}


def _deductions(rows: Any, terms: Mapping[str, DeductionTerm]) -> list[dict[str, Any]]:
    if not isinstance(rows, list) or len(rows) > MAX_DEDUCTIONS:
        raise UserError(_("A score has at most %(most)d reasons.") % {"most": MAX_DEDUCTIONS})
    found = []
    for row in rows:
        if not isinstance(row, Mapping) or row.keys() - {"term", "text", "region"}:
            raise UserError(_("This is no reason for a deduction."))
        term, text, region = row.get("term"), row.get("text", ""), row.get("region")
        if term is not None and (not isinstance(term, str) or term not in terms):
            raise UserError(_("The lexicon has no such reason."))
        if not _is_text(text, MAX_TEXT):
            raise UserError(_("A reason has at most %(most)d letters.") % {"most": MAX_TEXT})
        if region is not None and not _is_region(region):
            raise UserError(_("The marked place lies outside the picture."))
        if term is not None or text.strip():
            found.append({"term": terms[term] if term is not None else None, "text": text.strip(), "region": region})
    return found


def _is_text(text: Any, most: int) -> bool:
    """Whether it is text that the database can hold."""
    if not isinstance(text, str) or len(text) > most:
        return False
    return not any(it == "\0" or 0xD800 <= ord(it) <= 0xDFFF for it in text)


def _is_region(region: Any) -> bool:
    if not isinstance(region, list) or len(region) != 4 or not all(type(it) in (int, float) for it in region):
        return False
    left, top, width, height = region
    return 0 <= left < 1 and 0 <= top < 1 and 0 < width <= 1 - left + 1e-9 and 0 < height <= 1 - top + 1e-9


def _store(sheet: Sheet, content: Mapping[str, Any]) -> None:
    sheet.recognised, sheet.guess = content["recognised"], content["guess"]
    sheet.comment, sheet.seconds = content["comment"], max(sheet.seconds, content["seconds"])
    sheet.version += 1
    sheet.saved_at = timezone.now()
    sheet.save()
    sheet.scores.exclude(dimension__key__in=content["scores"].keys()).delete()
    for key, value in content["scores"].items():
        score, _made = Score.objects.update_or_create(
            sheet=sheet, dimension=content["dimensions"][key], defaults={"value": value}
        )
        score.deductions.all().delete()
        Deduction.objects.bulk_create(Deduction(score=score, **row) for row in content["deductions"].get(key, ()))


def _revise(sheet: Sheet, request: Any, submitted: bool = False, delphi_round: int = 0) -> None:
    """Add a revision; versions of a submission and of discussion go on from the last one."""
    if submitted:
        sheet.version += 1
        sheet.save(update_fields=["version"])
    Revision.objects.create(
        sheet=sheet, version=sheet.version, content=content_of(sheet), submitted=submitted, request=request,
        delphi_round=delphi_round,
    )  # fmt: skip


def _complete(sheet: Sheet) -> None:
    study = sheet.presentation.seat.study
    scores = {score.dimension_id: score for score in sheet.scores.prefetch_related("deductions__term")}
    for dimension in study.dimensions.all():
        score = scores.get(dimension.pk)
        if score is None:
            raise UserError(_("“%(name)s” has no answer yet.") % {"name": dimension})
        if score.value is not None and score.value < 5 and not _explained(score, study.least_reason):
            raise UserError(
                _("“%(name)s” has a deduction without a reason: pick a term, or write at least %(least)d letters.")
                % {"name": dimension, "least": study.least_reason}
            )
    if study.ask_origin and not sheet.guess:
        raise UserError(_("Say whether you take the picture for authentic."))


def _explained(score: Score, least: int) -> bool:
    return any(
        (it.term is not None and it.term.key != "other") or len(it.text) >= least for it in score.deductions.all()
    )
