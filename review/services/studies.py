"""Setting a study up, and starting it: what it asks, about which pictures, by which rules."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.models import Painting
from portal.accounts.models import User
from portal.accounts.policy import require
from portal.audit.services import record
from portal.catalogue import files
from portal.catalogue.models import Artwork, Collection
from portal.errors import UserError
from restoration.models import Candidate
from review.models import Dimension, Example, Item, Level, Nomination, Study
from review.rubric import default_rubric
from review.services import calibration, examples, letters, orders, renditions
from review.services.readiness import readiness
from review.statistics import ScoreError, weights_of

MANAGE = "review.manage_study"
MAX_ITEMS = 1000
MAX_DIMENSIONS = 12
RESERVED = {"total", "experts", "items"}  # what a result calls other things
RULES = (
    "title", "title_zh", "brief", "brief_zh", "template", "calibration_bar", "calibration_rounds", "delphi_rounds",
    "delphi_change", "least_reason", "ask_origin", "deadline",
)  # fmt: skip


@transaction.atomic
def create_study(user: User, collection: Collection, *, title: str, **rules: Any) -> Study:
    """Make a study with the default rubric. Raises `UserError` for rules that cannot be."""
    require(user, MANAGE, collection)
    study = Study(collection=collection, created_by=user, seed=secrets.randbits(32))
    _apply(study, {"title": title, **rules})
    _replace_rubric(study, default_rubric())
    record("study.created", study, actor=user, title=study.title)
    return study


@transaction.atomic
def copy_study(user: User, source: Study, *, title: str) -> Study:
    """A new draft with the rubric and the rules of a study or a template; not its items and not its people."""
    require(user, MANAGE, source)
    study = Study(collection=source.collection, created_by=user, seed=secrets.randbits(32), copied_from=source)
    rules = {name: getattr(source, name) for name in RULES if name not in ("template", "deadline")}
    _apply(study, rules | {"title": title})
    _replace_rubric(study, rubric_of(source))
    record("study.created", study, actor=user, title=study.title)
    return study


@transaction.atomic
def update_study(user: User, study: Study, **rules: Any) -> Study:
    """Change the words and rules of a draft."""
    study = drafted(user, study)
    _apply(study, rules)
    return study


@transaction.atomic
def set_rubric(user: User, study: Study, dimensions: Sequence[Mapping[str, Any]]) -> Study:
    """Give a draft another rubric: each dimension with key, weight, name_en, name_zh, question_en, question_zh and
    five levels (text_en, text_zh), from 1 to 5. The weights add up to exactly 1.

    A level may have an `example`: an uploaded picture or the one that it has (`rubric_of`); False takes it away, and
    where it is not named, that of the dimension with the same key stays.
    """
    study = drafted(user, study)
    _replace_rubric(study, dimensions)
    return study


@transaction.atomic
def add_items(
    user: User, study: Study, *, candidates: Iterable[Candidate] = (), paintings: Iterable[Painting] = (),
    artworks: Iterable[Artwork] = (), calibration: bool = False,
) -> list[Item]:  # fmt: skip
    """Take pictures into a draft: restorations, generated works, authentic works (their masters).

    One that is there already stays as it is. They are of the study's collection. A nominated candidate's nomination is
    taken. Raises `UserError`.
    """
    study = drafted(user, study)
    wanted = [("candidate", it) for it in candidates] + [("painting", it) for it in paintings]
    wanted += [("artwork", it) for it in artworks]
    if study.items.count() + len(wanted) > MAX_ITEMS:
        raise UserError(_("A study holds at most %(most)d pictures.") % {"most": MAX_ITEMS})
    made = []
    for origin, work in wanted:
        if work.collection != study.collection:
            raise UserError(_("All pictures of a study are of its own collection."))
        if origin == "artwork" and work.master_id is None:
            raise UserError(_("“%(work)s” has no photograph, so it cannot be shown.") % {"work": work})
        item, fresh = study.items.get_or_create(
            **{origin: work}, defaults={"origin": origin, "calibration": calibration}
        )
        if fresh:
            _take_nomination(user, item)
            made.append(item)
    if made:
        renditions.outdated(study)
    return made


@transaction.atomic
def remove_item(user: User, study: Study, item: Item) -> None:
    """Take a picture out of a draft; its nomination waits again."""
    study = drafted(user, study)
    if item.study_id != study.pk:
        raise UserError(_("This picture is not of this study."))
    if item.nomination:
        Nomination.objects.filter(pk=item.nomination_id).update(
            state=Nomination.State.WAITING, ended_by=None, ended_at=None
        )
    item.delete()
    renditions.outdated(study)


@transaction.atomic
def start(user: User, study: Study) -> Study:
    """Freeze a draft that is ready and open its first round of calibration; one that runs already is left alone.

    Rubric, items and orders cannot change afterwards: triggers of the database see to it. The blind pictures are made
    before (`renditions.build_renditions`), so that this is quick. Raises `UserError` with the first thing that blocks.
    """
    study = locked(user, study)
    if study.state in (*Study.OPEN, Study.State.CLOSED):
        return study
    if blockers := readiness(study):
        raise UserError(blockers[0].sentence)
    study.state, study.frozen_at = Study.State.CALIBRATION, timezone.now()
    orders.draw_labels(study)
    study.save(update_fields=["state", "frozen_at"])
    calibration.open_round(study, 1)
    letters.tell_panel(study)
    record("study.started", study, actor=user, title=study.title)
    return study


@transaction.atomic
def abandon(user: User, study: Study, because: str) -> Study:
    """End a study without a result; what was scored stays as it is."""
    study = locked(user, study)
    if study.state == Study.State.ABANDONED:
        return study
    if study.state == Study.State.CLOSED:
        raise UserError(_("This study is closed; its result stands."))
    if not because.strip():
        raise UserError(_("Say why the study ends."))
    study.state, study.ended_at, study.ended_because = Study.State.ABANDONED, timezone.now(), because.strip()[:500]
    study.save(update_fields=["state", "ended_at", "ended_because"])
    record("study.abandoned", study, actor=user, title=study.title)
    return study


def locked(user: User, study: Study) -> Study:
    """The study under its row lock, for somebody who may manage it."""
    require(user, MANAGE, study)
    return Study.objects.select_for_update(of=("self",)).select_related("collection").get(pk=study.pk)


def drafted(user: User, study: Study) -> Study:
    """The same, of a study that has not started."""
    study = locked(user, study)
    if study.state != Study.State.DRAFT:
        raise UserError(_("This study has started: what it asks and shows can no longer change."))
    return study


def rubric_of(study: Study) -> list[dict[str, Any]]:
    """The rubric of a study as `set_rubric` takes it."""
    names = ("key", "weight", "name_en", "name_zh", "question_en", "question_zh")
    return [
        {name: getattr(row, name) for name in names}
        | {
            "levels": [
                {"text_en": level.text_en, "text_zh": level.text_zh, "example": examples.kept_of(level)}
                for level in row.levels.all()
            ]
        }
        for row in study.dimensions.prefetch_related("levels__example")
    ]


def _apply(study: Study, rules: Mapping[str, Any]) -> None:
    if unknown := rules.keys() - {*RULES}:
        raise TypeError(f"A study has no rule {', '.join(sorted(unknown))}.")
    for name, value in rules.items():
        setattr(study, name, value.strip() if isinstance(value, str) else value)
    try:
        study.full_clean()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        label = getattr(Study._meta.get_field(field), "verbose_name", field) if field != "__all__" else ""
        raise UserError(f"{str(label).capitalize()}: {sentences[0]}" if label else sentences[0]) from error
    study.save()


def _replace_rubric(study: Study, dimensions: Sequence[Mapping[str, Any]]) -> None:
    if not 1 <= len(dimensions) <= MAX_DIMENSIONS:
        raise UserError(_("A rubric has 1 to %(most)d dimensions.") % {"most": MAX_DIMENSIONS})
    if taken := RESERVED & {row["key"] for row in dimensions}:
        raise UserError(_("“%(key)s” cannot be the key of a dimension.") % {"key": min(taken)})
    if len({row["key"] for row in dimensions}) < len(dimensions):
        raise UserError(_("Every dimension needs a key of its own."))
    try:
        weights = weights_of({row["key"]: row["weight"] for row in dimensions})
    except ScoreError as problem:
        raise UserError(_("The weights lie above 0 and add up to exactly 1.")) from problem
    before = {
        (row.level.dimension.key, row.level.value): examples.Kept(row.file.name, row.sha256)
        for row in Example.objects.filter(level__dimension__study=study).select_related("level__dimension")
    }
    study.dimensions.all().delete()
    for position, row in enumerate(dimensions):
        levels = row["levels"]
        if len(levels) != 5 or not all(level["text_en"].strip() for level in levels):
            raise UserError(_("Every level from 1 to 5 needs a text that says what it means."))
        words = {name: row[name].strip() for name in ("name_en", "name_zh", "question_en", "question_zh")}
        made = Dimension(study=study, position=position, key=row["key"], weight=Decimal(weights[row["key"]]), **words)
        try:
            made.full_clean()
        except ValidationError as error:
            raise UserError(next(iter(error.message_dict.values()))[0]) from error
        made.save()
        Level.objects.bulk_create(
            Level(
                dimension=made, value=value, text_en=level["text_en"].strip(), text_zh=level.get("text_zh", "").strip()
            )
            for value, level in enumerate(levels, start=1)
        )
        for level in made.levels.all():
            _set_example(level, levels[level.value - 1].get("example", before.get((made.key, level.value))))
    names = [kept.name for kept in before.values()]
    transaction.on_commit(lambda: files.delete_unused(names), robust=True)


def _set_example(level: Level, given: Any) -> None:
    """Give a new level its example: a stored one, an upload, or none."""
    kept = examples.keep(given) if isinstance(given, UploadedFile) else given
    if isinstance(kept, examples.Kept):  # no name that somebody sent ever leads to a file
        Example.objects.create(level=level, file=kept.name, sha256=kept.sha256)


def _take_nomination(user: User, item: Item) -> None:
    if item.candidate_id is None:
        return
    waiting = Nomination.objects.filter(candidate=item.candidate_id, state=Nomination.State.WAITING).first()
    if waiting:
        item.nomination = waiting
        item.save(update_fields=["nomination"])
        Nomination.objects.filter(pk=waiting.pk).update(
            state=Nomination.State.TAKEN, ended_by=user, ended_at=timezone.now()
        )
