"""What a study came to: computed on codes when it closes, and frozen with all that is needed to compute it again."""

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from gpu_workers.engines.recipe import code_version
from review.models import Item, Result, Sheet, Study
from review.services.rounds import Scores, scores_of
from review.statistics import Table, report, totals
from review.statistics.totals import mean_interval

DRAWS = 10_000


@dataclass(frozen=True)
class Verdict:
    """What the panel says of one item, for the publication gate. dissent: experts still flagged at the end."""

    item: Item
    mean: float | None
    interval: tuple[float, float] | None
    experts: int
    alpha: float | None
    alpha_interval: tuple[float, float] | None
    dissent: int


def table_of(scores: Scores, weights: dict[str, str]) -> Table:
    """The scores as the statistics take them: items by code, experts by number."""
    return Table(
        [item.code for item in scores.items], [str(seat.label) for seat in scores.seats], scores.dimensions, weights
    )


def compute(study: Study, draws: int = DRAWS) -> dict[str, Any]:
    """All statistics of the final blind scores, ready for JSON; names no work and no person."""
    scores = scores_of(study)
    weights = {row.key: str(row.weight) for row in study.dimensions.all()}
    found = report(table_of(scores, weights), "ordinal", draws, study.seed)
    whole = _totals(scores, weights)
    found["items"] = {
        item.code: _of_item(scores, whole, place, draws, study.seed) for place, item in enumerate(scores.items)
    }
    found["recognised"] = Sheet.objects.filter(
        presentation__seat__study=study, presentation__round=0, submitted_at__isnull=False, recognised=True
    ).count()
    found["seconds"] = _seconds(study)
    return found


def freeze(study: Study) -> Result:
    """Compute and keep the result of a study that has just closed; kept before: left alone."""
    if kept := Result.objects.filter(study=study).first():
        return kept
    return Result.objects.create(
        study=study, statistics=compute(study), seed=study.seed, draws=DRAWS, code_version=code_version(),
        data_sha256=data_sha256(study),
    )  # fmt: skip


def data_sha256(study: Study) -> str:
    """SHA-256 of the final scores, sorted by code, number and dimension: the same data, the same digest."""
    scores = scores_of(study)
    rows = [
        [item.code, seat.label, key, None if np.isnan(value) else int(value)]
        for key, table in sorted(scores.dimensions.items())
        for row, seat in enumerate(scores.seats)
        for column, item in enumerate(scores.items)
        for value in [table[row, column]]
    ]
    return hashlib.sha256(json.dumps(sorted(rows, key=str), separators=(",", ":")).encode()).hexdigest()


def verdict(study: Study, item: Item) -> Verdict | None:
    """The verdict on one item of a closed study; None while it has none."""
    result = Result.objects.filter(study=study).first()
    entry = (result.statistics["items"] if result else {}).get(item.code)
    if result is None or entry is None:
        return None
    total = result.statistics["total"]
    interval, sure = entry["total"]["interval"], total["alpha_ci"]
    flagged = {it["rater"] for it in total["outliers"] if it["item"] == item.code}
    return Verdict(
        item, entry["total"]["mean"], tuple(interval) if interval else None, entry["experts"],
        total["krippendorff_alpha"], tuple(sure) if sure else None, len(flagged),
    )  # fmt: skip


def _totals(scores: Scores, weights: dict[str, str]) -> np.ndarray:
    return totals(scores.dimensions, {key: Decimal(weight) for key, weight in weights.items()})


def _of_item(scores: Scores, whole: np.ndarray, place: int, draws: int, seed: int) -> dict[str, Any]:
    tables = {**scores.dimensions, "total": whole}
    entry: dict[str, Any] = {"experts": int((~np.isnan(whole[:, place])).sum())}
    for key, table in tables.items():
        column = table[:, place][~np.isnan(table[:, place])]
        interval = mean_interval(column, draws, seed)
        entry[key] = {
            "mean": float(column.mean()) if len(column) else None,
            "interval": list(interval) if interval else None,
            "counts": [int((column == value).sum()) for value in range(1, 6)] if key != "total" else None,
        }
    return entry


def _seconds(study: Study) -> dict[str, float]:
    """The median time that each expert took for an item, by the expert's number."""
    found: dict[int, list[int]] = {}
    rows = Sheet.objects.filter(presentation__seat__study=study, presentation__round=0, submitted_at__isnull=False)
    for label, seconds in rows.values_list("presentation__seat__label", "seconds"):
        found.setdefault(label, []).append(seconds)
    return {str(label): float(np.median(times)) for label, times in sorted(found.items())}
