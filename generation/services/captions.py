"""Writes of the caption review: import, score, arbitrate. Each checks the policy, then does one thing."""

import json
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from generation.corpus.agreement import needs_arbiter
from generation.models import HIGHEST, LOWEST, Arbitration, CaptionSample, CaptionScore
from generation.selectors.captions import ARBITRATE, SCORE
from generation.words import lexicon
from gpu_workers.pictures import PictureError, probe, sha256_file
from portal.accounts.models import User
from portal.accounts.policy import require
from portal.catalogue.files import delete_unused, sealed_name, store
from portal.catalogue.models import Collection
from portal.errors import UserError
from portal.phrases import said

IMPORT = "generation.import_captions"


def import_captions(user: User, collection: Collection, folder: Path, most: int = 0) -> int:
    """Take captions that `prepare_corpus` wrote into `folder` for validation; return how many are new.

    `most`: only so many, chosen by the pictures' hashes (0: all). Keywords must be of the lexicon. Raises `UserError`,
    and then nothing was taken.
    """
    require(user, IMPORT, collection)
    rows = sorted(_rows(folder / "captions.jsonl"), key=lambda row: row["sha256"])
    known = set(CaptionSample.objects.filter(collection=collection).values_list("sha256", flat=True))
    made: list[CaptionSample] = []
    try:
        for row in rows[:most] if most else rows:
            if row["sha256"] not in known:
                known.add(row["sha256"])
                made.append(_sample(user, collection, folder, row))
        CaptionSample.objects.bulk_create(made, batch_size=200)
    except BaseException:
        delete_unused(str(sample.picture.name) for sample in made)
        raise
    return len(made)


def score_caption(user: User, sample: CaptionSample, score: int) -> CaptionScore:
    """Give a caption a score, or change one's own until an arbiter has decided."""
    require(user, SCORE, sample)
    if Arbitration.objects.filter(sample=sample).exists():
        raise UserError(_("An arbiter has decided on this caption, so its scores stay as they are."))
    made, _new = CaptionScore.objects.update_or_create(
        sample=sample, validator=user, defaults={"score": _checked(score)}
    )
    return made


@transaction.atomic
def arbitrate(user: User, sample: CaptionSample, score: int, note: str = "") -> Arbitration:
    """Decide on a caption whose validators differ; whoever scored it cannot be its arbiter."""
    require(user, ARBITRATE, sample)
    CaptionSample.objects.select_for_update().get(pk=sample.pk)
    given = dict(sample.scores.values_list("validator_id", "score"))
    if user.pk in given:
        raise UserError(_("You have scored this caption yourself, so somebody else has to decide."))
    if not needs_arbiter(list(given.values())):
        raise UserError(_("The validators do not differ on this caption, so there is nothing to decide."))
    if Arbitration.objects.filter(sample=sample).exists():
        raise UserError(_("An arbiter has decided on this caption already."))
    return Arbitration.objects.create(sample=sample, arbiter=user, score=_checked(score), note=note[:500])


def _checked(score: int) -> int:
    if not LOWEST <= score <= HIGHEST:
        raise UserError(_("A score is a whole number from 1 to 5."))
    return score


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for row in rows:
            lexicon().compose(row["terms"], row["adjectives"])
            if not isinstance(row["picture"], str) or not re.fullmatch("[0-9a-f]{64}", row["sha256"]):
                raise ValueError
    except (OSError, ValueError, KeyError, TypeError) as error:
        text = _("%(file)s cannot be taken: it is not what prepare_corpus wrote with this lexicon.")
        raise UserError(text % {"file": path}) from error
    return rows


def _sample(user: User, collection: Collection, folder: Path, row: dict[str, Any]) -> CaptionSample:
    source = (folder / row["picture"]).resolve()
    try:
        if not source.is_relative_to(folder.resolve()):
            raise PictureError(f"There is no file called {source.name}.")
        info = probe(source)
    except PictureError as error:
        raise UserError(said(str(error))) from error
    return CaptionSample(
        collection=collection, picture=_stored(source), sha256=row["sha256"], size=max(info.width, info.height),
        title=str(row.get("title", ""))[:300], terms=list(row["terms"]), adjectives=list(row["adjectives"]),
        created_by=user,
    )  # fmt: skip


def _stored(source: Path) -> str:
    name = sealed_name("captions", sha256_file(source), ".webp")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(source, folder))
        store(copy, name)
    return name
