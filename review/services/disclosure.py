"""The second part of a result: what the codes stood for, whether blindness held, and how engines compare.

It is computed when two people have lifted the blindness, and kept as a row of its own; the first part stays as it is.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from gpu_workers.engines.recipe import code_version
from review.models import Disclosure, Item, Result, Seat, Sheet, Study
from review.services.results import DRAWS
from review.statistics import BlindingIndex, bang, compare, discrimination
from review.statistics.totals import mean_interval

INK = "ink"
TAKEN_FOR = {Sheet.Guess.AUTHENTIC: 1.0, Sheet.Guess.UNSURE: 0.5, Sheet.Guess.GENERATED: 0.0}
NOT_ASKED = "The panel was not asked what is authentic."


@dataclass(frozen=True)
class Answer:
    """What one expert (by number) took one item for, and whether the work was recognised."""

    expert: int
    code: str
    authentic: bool  # what it is
    guess: str
    recognised: bool


def disclose(study: Study) -> Disclosure:
    """Compute and keep the second part of a study that has just been unblinded; kept before: left alone."""
    kept = Disclosure.objects.filter(study=study).first()
    if kept is None:
        kept = _made(study)
        kept.save()
    return kept


def disclosure_of(study: Study) -> Disclosure:
    """The second part of an unblinded study; computed anew, and not kept, of one that was unblinded before it was
    kept.
    """
    return Disclosure.objects.filter(study=study).first() or _made(study)


def origin_of(item: Item) -> dict[str, Any]:
    """What an item is, ready for JSON: `origin`, its `engine` (None of an authentic work), the `work` by its title and
    key. Restorations of one painting share its key, paintings of one description that of the description.
    """
    if item.candidate:
        restoration = item.candidate.restoration
        made = {"engine": restoration.engine, "work": restoration.artwork.title}
        return {"origin": item.origin, **made, "key": f"{restoration.task}:{restoration.artwork_id}"}
    if item.painting:
        made = {"engine": item.painting.round.job.parameters.get("engine", INK), "work": item.painting.round.caption}
        return {"origin": item.origin, **made, "key": f"paint:{item.painting.round.caption}"}
    return {"origin": item.origin, "engine": None, "work": item.artwork.title, "key": f"work:{item.artwork_id}"}


def answers_of(study: Study) -> list[Answer]:
    """What the experts took the items for, in a fixed order; experts who left the panel do not count."""
    rows = Sheet.objects.filter(
        presentation__seat__study=study, presentation__seat__state=Seat.State.ACCEPTED, presentation__round=0,
        submitted_at__isnull=False,
    )  # fmt: skip
    about = ("presentation__seat__label", "presentation__item__code", "presentation__item__origin", "guess")
    return sorted(
        (
            Answer(label, code, origin == Item.Origin.ARTWORK, guess, recognised)
            for label, code, origin, guess, recognised in rows.values_list(*about, "recognised")
        ),
        key=lambda it: (it.expert, it.code),
    )


def _made(study: Study) -> Disclosure:
    result = Result.objects.get(study=study)
    related = ("candidate__restoration__artwork", "painting__round__job", "artwork")
    items = study.items.filter(calibration=False).select_related(*related).order_by("code")
    origins = {item.code: origin_of(item) for item in items}
    answers = answers_of(study)
    means = {code: entry["total"]["mean"] for code, entry in result.statistics["items"].items()}
    found = {
        "origins": origins,
        "blinding": _blinding(study, answers),
        "items": {code: _told(answers, code) for code in origins},
        "kinds": _kinds(origins, means, study.seed),
        "engines": _engines(origins, means, study.seed),
    }
    return Disclosure(
        study=study, statistics=found, seed=study.seed, draws=DRAWS, code_version=code_version(),
        data_sha256=_sha256(result.data_sha256, origins, answers),
    )  # fmt: skip


def _sha256(scores: str, origins: dict[str, Any], answers: Iterable[Answer]) -> str:
    """Of the digest of the scores, the origins and the answers: the same data, the same digest."""
    data = [scores, origins, [asdict(it) for it in answers]]
    return hashlib.sha256(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _told(answers: list[Answer], code: str) -> dict[str, int]:
    """What experts who did not recognise an item took it for, and how many recognised it."""
    here = [it for it in answers if it.code == code]
    blind = Counter(it.guess for it in here if not it.recognised)
    return {guess: blind[guess] for guess in TAKEN_FOR} | {"recognised": sum(it.recognised for it in here)}


def _blinding(study: Study, answers: list[Answer]) -> dict[str, Any]:
    """Of the whole panel and of each expert; what was recognised was not seen blind, so it is left out."""
    blind = [it for it in answers if it.guess and not it.recognised]
    experts = sorted({it.expert for it in answers})
    counts = Counter((it.authentic, it.guess) for it in blind)
    return {
        "asked": study.ask_origin,
        "recognised": sum(it.recognised for it in answers),
        "answers": {
            kind: {guess: counts[authentic, guess] for guess in TAKEN_FOR}
            for kind, authentic in (("authentic", True), ("generated", False))
        },
        "panel": _seen_through(blind, study.ask_origin),
        "experts": {
            str(expert): _seen_through([it for it in blind if it.expert == expert], study.ask_origin)
            for expert in experts
        },
    }


def _seen_through(answers: list[Answer], asked: bool) -> dict[str, Any]:
    """Bang's index of both kinds, d′ and the area under the curve of some answers."""
    taken = {kind: np.array([TAKEN_FOR[it.guess] for it in answers if it.authentic is kind]) for kind in (True, False)}
    told = discrimination(taken[True], taken[False])
    return {
        "authentic": _index(bang(*_counted(taken[True])), asked),
        "generated": _index(bang(*_counted(1 - taken[False])), asked),
        "d_prime": told.d_prime.value,
        "d_prime_ci": list(told.d_prime_interval) if told.d_prime_interval else None,
        "area": told.area.value,
        "area_ci": list(told.area_interval) if told.area_interval else None,
        "reason": told.d_prime.reason if asked else NOT_ASKED,
    }


def _counted(right: np.ndarray) -> tuple[int, int, int]:
    """How many answers are right (1), wrong (0) and neither (0.5)."""
    return int((right == 1).sum()), int((right == 0).sum()), int((right == 0.5).sum())


def _index(found: BlindingIndex, asked: bool) -> dict[str, Any]:
    interval = None if found.low is None else [found.low, found.high]
    reason = found.index.reason if asked else NOT_ASKED
    return {"index": found.index.value, "ci": interval, "answers": found.answers, "reason": reason}


def _mean(values: Iterable[float | None], seed: int) -> dict[str, Any]:
    kept = [value for value in values if value is not None]
    interval = mean_interval(kept, DRAWS, seed)
    mean = float(np.mean(kept)) if kept else None
    return {"items": len(kept), "mean": mean, "ci": list(interval) if interval else None}


def _kinds(origins: dict[str, Any], means: dict[str, float | None], seed: int) -> dict[str, Any]:
    """The weighted totals of authentic works, restorations and generated works, as far as there are any."""
    kinds = sorted({about["origin"] for about in origins.values()})
    return {
        kind: _mean((means.get(code) for code, about in origins.items() if about["origin"] == kind), seed)
        for kind in kinds
    }


def _engines(origins: dict[str, Any], means: dict[str, float | None], seed: int) -> dict[str, Any]:
    """Engines by what they do, each on the works of which all made something; several items of one engine and work
    count as their mean.
    """
    cells: dict[str, dict[tuple[str, str], list[float]]] = defaultdict(lambda: defaultdict(list))
    for code, about in origins.items():
        if about["engine"] and (mean := means.get(code)) is not None:
            cells[about["key"].partition(":")[0]][about["key"], about["engine"]].append(mean)
    tables = [_table(task) for _name, task in sorted(cells.items())]
    return {
        "means": {
            name: _mean(column[~np.isnan(column)], seed)
            for engines, table in tables
            for name, column in zip(engines, table.T, strict=True)
        },
        "groups": [_compared(engines, table) for engines, table in tables if len(engines) > 1],
    }


def _table(cells: dict[tuple[str, str], list[float]]) -> tuple[list[str], np.ndarray]:
    """The engines of some cells, and their scores (works, engines), NaN = none."""
    works, engines = sorted({key for key, _engine in cells}), sorted({engine for _key, engine in cells})
    table = np.full((len(works), len(engines)), np.nan)
    for (key, engine), values in cells.items():
        table[works.index(key), engines.index(engine)] = np.mean(values)
    return engines, table


def _compared(engines: list[str], table: np.ndarray) -> dict[str, Any]:
    friedman, pairs = compare(table)
    return {
        "engines": engines,
        "friedman": {"p": friedman.p.value, "works": friedman.works, "reason": friedman.p.reason},
        "pairs": [
            {
                "first": engines[it.first], "second": engines[it.second], "works": it.works,
                "difference": it.difference, "p": it.p.value, "corrected": it.corrected, "reason": it.p.reason,
            }
            for it in pairs
        ],
    }  # fmt: skip
