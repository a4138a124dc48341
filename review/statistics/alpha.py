"""Krippendorff's α, and how sure it is.

α = 1 - observed / expected disagreement over all pairs of scores that an item got, each item weighing as much as it has
scores; any pattern of missing scores is allowed (Krippendorff, *Content Analysis*, 4th ed., ch. 12; Hayes &
Krippendorff 2007). Metrics: "nominal", "ordinal", "interval", "ratio". The ordinal distance of two values is that of
their mean ranks among all scores, so it is an interval distance between values that are placed anew for each sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .estimate import NO_PAIRS, NO_VARIATION, Estimate

METRICS = ("nominal", "ordinal", "interval", "ratio")
DRAWS = 10_000
CELLS = 200_000  # numbers that are worked on at a time: they fit the processor's cache, and bound the memory


@dataclass(frozen=True)
class Interval:
    """A 95 % interval of α: the percentiles 2.5 and 97.5 of `draws` draws of a named `method` from `seed`.

    degenerate: draws without variation, of which α cannot be computed; they are left out and counted.
    """

    low: float | None
    high: float | None
    method: str
    draws: int
    degenerate: int
    seed: int
    reason: str = ""


@dataclass(frozen=True)
class _Counts:
    """values (V,); of each item that has two scores or more, how many gave each value: table (U, V)."""

    values: np.ndarray
    table: np.ndarray

    @property
    def sizes(self) -> np.ndarray:
        return self.table.sum(axis=1)


def alpha(scores: np.ndarray, metric: str = "ordinal") -> Estimate:
    """Krippendorff's α of scores (raters, items), NaN = missing. Items with fewer than two scores drop out."""
    counts = _counts(scores, metric)
    if not len(counts.table):
        return Estimate.none(NO_PAIRS)
    found = _alphas(counts, np.ones((len(counts.table), 1)), metric)[0]
    return Estimate.none(NO_VARIATION) if np.isnan(found) else Estimate(float(found))


def bootstrap(scores: np.ndarray, metric: str = "ordinal", draws: int = DRAWS, seed: int = 0) -> Interval:
    """An interval by drawing items with replacement: what other works of the same kind would have given."""
    return bootstraps([scores], [metric], draws, seed)[0]


def bootstraps(
    tables: Sequence[np.ndarray], metrics: Sequence[str], draws: int = DRAWS, seed: int = 0
) -> list[Interval]:
    """The intervals of several tables (raters, items), each on its metric, such as the dimensions of one rubric.

    No loop over draws: how often each item was drawn is counted for a piece of them at a time, and all α of a piece
    follow from one product of matrices. Tables with as many usable items share the draws, so they cost little more
    than one. The draws follow from the seed and the number of items alone, however large the pieces are.
    """
    counts = [_counts(scores, metric) for scores, metric in zip(tables, metrics, strict=True)]
    found: dict[int, Interval] = {}
    for units in {len(it.table) for it in counts}:
        group = [number for number, it in enumerate(counts) if len(it.table) == units]
        if units < 2:
            reason = "Fewer than two items have two scores."
            found |= {number: Interval(None, None, "items", draws, 0, seed, reason) for number in group}
            continue
        alphas = _drawn([counts[number] for number in group], [metrics[number] for number in group], draws, seed)
        found |= {number: _interval(row, "items", draws, seed) for number, row in zip(group, alphas, strict=True)}
    return [found[number] for number in range(len(counts))]


def pair_bootstrap(scores: np.ndarray, metric: str = "ordinal", draws: int = DRAWS, seed: int = 0) -> Interval:
    """Hayes and Krippendorff's interval (2007): pairs of scores are drawn as if they were independent.

    They are not, since one item gives many; on few items it is far too narrow. So it stands beside `bootstrap` and
    decides nothing. As their macro does, as many draws of α = 1 count as 0 as could have no variation by chance.
    """
    counts = _counts(scores, metric)
    if not len(counts.table) or alpha(scores, metric).value is None:
        return Interval(None, None, "pairs", draws, 0, seed, NO_PAIRS if not len(counts.table) else NO_VARIATION)
    table, sizes = counts.table, counts.sizes
    together = (table / (sizes - 1)[:, None]).T @ table - np.diag((table / (sizes - 1)[:, None]).sum(axis=0))
    total, margin = together.sum(), together.sum(axis=0)
    distance = _distances(counts.values, margin, metric)
    expected = float(margin @ distance @ margin / (total * (total - 1)))
    pairs = int((sizes * (sizes - 1) // 2).sum())
    shares, kinds = (together / total).ravel(), np.unique(distance.ravel(), return_inverse=True)
    chance = np.bincount(kinds[1].ravel(), shares, len(kinds[0]))
    rng = np.random.default_rng(seed)
    found = np.clip(1 - rng.multinomial(pairs, chance / chance.sum(), draws) @ kinds[0] / (pairs * expected), -1, None)
    perfect = np.flatnonzero(found == 1)
    used = np.diag(together) > 0
    lost = len(perfect) if used.sum() == 1 else round(draws * float((np.diag(together / total)[used] ** pairs).sum()))
    found[perfect[:lost]] = 0
    ordered = np.sort(found)
    low, high = ordered[max(int(0.025 * draws) - 1, 0)], ordered[min(int(0.975 * draws), draws - 1)]
    return Interval(float(low), float(high), "pairs", draws, 0, seed)


def _interval(found: np.ndarray, method: str, draws: int, seed: int) -> Interval:
    usable = found[~np.isnan(found)]
    degenerate = int(draws - len(usable))
    if not len(usable):
        return Interval(None, None, method, draws, degenerate, seed, NO_VARIATION)
    low, high = np.percentile(usable, [2.5, 97.5])
    return Interval(float(low), float(high), method, draws, degenerate, seed)


def _counts(scores: np.ndarray, metric: str) -> _Counts:
    if metric not in METRICS:
        raise ValueError(f"There is no metric “{metric}”; choose among {', '.join(METRICS)}.")
    scores = np.asarray(scores, float)
    if metric == "ratio" and (scores < 0).any():
        raise ValueError("The ratio metric is for scores of 0 and more.")
    paired = (~np.isnan(scores)).sum(axis=0) >= 2
    kept = scores[:, paired]
    values = np.unique(kept[~np.isnan(kept)])
    table = np.stack([(kept == value).sum(axis=0) for value in values], axis=1) if len(values) else np.zeros((0, 0))
    return _Counts(values, table.astype(float))


def _drawn(group: Sequence[_Counts], metrics: Sequence[str], draws: int, seed: int) -> np.ndarray:
    """α (tables, draws) of tables with as many items, NaN where a draw has no variation."""
    units = len(group[0].table)
    parts = [_parts(counts, metric) for counts, metric in zip(group, metrics, strict=True)]
    all_parts, ends = np.concatenate(parts), np.cumsum([len(part) for part in parts])[:-1]
    rng, piece = np.random.default_rng(seed), max(1, CELLS // (units + len(all_parts)))
    found = np.empty((len(group), draws))
    for start in range(0, draws, piece):
        size = min(piece, draws - start)
        drawn = rng.integers(units, size=(size, units), dtype=np.uint32) + np.arange(0, size * units, units)[:, None]
        times = np.bincount(drawn.ravel(), minlength=size * units).reshape(size, units).astype(float).T
        for row, sums in enumerate(np.split(all_parts @ times, ends)):
            found[row, start : start + size] = _alphas_of(group[row], metrics[row], sums, times)
    return found


def _alphas(counts: _Counts, times: np.ndarray, metric: str) -> np.ndarray:
    """α (B,) of B samples in which each item stands `times` (U, B) times; NaN where there is no variation."""
    return _alphas_of(counts, metric, _parts(counts, metric) @ times, times)


def _parts(counts: _Counts, metric: str) -> np.ndarray:
    """What each item (F, U) adds to the sums that α needs; first how many gave it each value."""
    table, sizes = counts.table, counts.sizes
    if metric == "ordinal":
        own = _pairs_apart(counts) if _few_values(counts) else np.empty((0, len(table)))
    elif metric == "interval":
        first, second = table @ counts.values, table @ counts.values**2
        own = np.stack([2 * (sizes * second - first**2) / (sizes - 1), first, second])
    else:
        distance = _distances(counts.values, sizes, metric)
        own = (((table @ distance) * table).sum(axis=1) / (sizes - 1))[None]
    return np.concatenate([table.T, own])


def _alphas_of(counts: _Counts, metric: str, sums: np.ndarray, times: np.ndarray) -> np.ndarray:
    """α (B,) from the sums (F, B) of `_parts` over each sample."""
    margin, own = np.split(sums, [len(counts.values)])
    total = margin.sum(axis=0)
    if metric == "ordinal":
        places = np.cumsum(margin, axis=0) - (margin + total) / 2  # mean ranks, their mean being 0
        expected = total * (total**3 - (margin**3).sum(axis=0)) / 6
        observed = _ordinal(counts, places, own, times)
    elif metric == "interval":
        observed, expected = own[0], 2 * (total * own[2] - own[1] ** 2)
    else:
        observed, expected = own[0], ((_distances(counts.values, total, metric) @ margin) * margin).sum(axis=0)
    flat = (margin > 0).sum(axis=0) < 2
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 1 - (total - 1) * observed / expected
    return np.where(flat, np.nan, found)


def _few_values(counts: _Counts) -> bool:
    units, values = counts.table.shape
    return values * (values - 1) // 2 <= units


def _pairs_apart(counts: _Counts) -> np.ndarray:
    """How many pairs of scores of each item (pairs of values, U) take each two values, weighted as α does."""
    one, other = np.triu_indices(counts.table.shape[1], 1)
    return (2 * counts.table[:, one] * counts.table[:, other] / (counts.sizes - 1)[:, None]).T


def _ordinal(counts: _Counts, places: np.ndarray, pairs: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Observed disagreement (B,) when every sample places (V, B) its values anew.

    With few values the pairs that take each two of them are counted, over all items; else every item is asked.
    """
    if _few_values(counts):
        one, other = np.triu_indices(len(places), 1)
        return (pairs * (places[one] - places[other]) ** 2).sum(axis=0)
    table, weights = counts.table, 2 / (counts.sizes - 1)[:, None]
    squares = counts.sizes[:, None] * (table @ places**2) - (table @ places) ** 2
    return (times * weights * squares).sum(axis=0)


def _distances(values: np.ndarray, margin: np.ndarray, metric: str) -> np.ndarray:
    """δ² (V, V) of each two values; margin (V,): how many scores each has, which the ordinal one rests on."""
    if metric == "nominal":
        return 1.0 - np.eye(len(values))
    if metric == "ratio":
        sums = values[:, None] + values[None]
        return ((values[:, None] - values[None]) / np.where(sums == 0, 1, sums)) ** 2
    places = np.cumsum(margin) - margin / 2 if metric == "ordinal" else values
    return (places[:, None] - places[None]) ** 2
