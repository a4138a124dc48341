"""Krippendorff's α, and how sure it is.

α = 1 - observed / expected disagreement over all pairs of scores that an item got, each item weighing as much as it has
scores; any pattern of missing scores is allowed (Krippendorff, *Content Analysis*, 4th ed., ch. 12; Hayes &
Krippendorff 2007). Metrics: "nominal", "ordinal", "interval", "ratio". The ordinal distance of two values is that of
their mean ranks among all scores, so it is an interval distance between values that are placed anew for each sample.
"""

from __future__ import annotations

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
    found = _alphas(counts, np.ones((1, len(counts.table))), metric)[0]
    return Estimate.none(NO_VARIATION) if np.isnan(found) else Estimate(float(found))


def bootstrap(scores: np.ndarray, metric: str = "ordinal", draws: int = DRAWS, seed: int = 0) -> Interval:
    """An interval by drawing items with replacement: what other works of the same kind would have given.

    No loop over draws: all α of a piece of them are computed at once.
    """
    counts = _counts(scores, metric)
    units = len(counts.table)
    if units < 2:
        return Interval(None, None, "items", draws, 0, seed, "Fewer than two items have two scores.")
    rng, kind = np.random.default_rng(seed), np.uint16 if units < 2**16 else np.uint32
    piece = max(1, CELLS // (units + len(counts.values)))
    found = []
    for start in range(0, draws, piece):
        size = min(piece, draws - start)
        drawn = np.add(rng.integers(units, size=(size, units), dtype=kind), np.arange(0, size * units, units)[:, None])
        times = np.bincount(drawn.ravel(), minlength=size * units).reshape(size, units)
        found.append(_alphas(counts, times.astype(float), metric))
    return _interval(np.concatenate(found), "items", draws, seed)


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


def _alphas(counts: _Counts, times: np.ndarray, metric: str) -> np.ndarray:
    """α (B,) of B samples in which each item stands `times` (B, U) times; NaN where there is no variation."""
    table, sizes = counts.table, counts.sizes
    margin = times @ table
    total = margin.sum(axis=1)
    if metric == "ordinal":
        observed, expected = _ordinal(counts, times, margin)
    elif metric == "interval":
        first, second = table @ counts.values, table @ counts.values**2
        observed = times @ (2 * (sizes * second - first**2) / (sizes - 1))
        expected = 2 * (total * (times @ second) - (times @ first) ** 2)
    else:
        distance = _distances(counts.values, margin[0], metric)
        observed = times @ (((table @ distance) * table).sum(axis=1) / (sizes - 1))
        expected = ((margin @ distance) * margin).sum(axis=1)
    flat = (margin > 0).sum(axis=1) < 2
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 1 - (total - 1) * observed / expected
    return np.where(flat, np.nan, found)


def _ordinal(counts: _Counts, times: np.ndarray, margin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Observed and expected disagreement (B,) when every sample ranks its values anew.

    What an item's scores disagree is a quadratic form in the places of the values. With few values the forms of all
    items are added up first, which leaves one small product a sample.
    """
    table, sizes = counts.table, counts.sizes
    places = np.cumsum(margin, axis=1) - margin / 2
    places -= (margin * places).sum(axis=1, keepdims=True) / margin.sum(axis=1, keepdims=True)
    expected = 2 * margin.sum(axis=1) * (margin * places**2).sum(axis=1)
    one, other = np.triu_indices(table.shape[1])
    if len(one) > table.shape[0]:
        squares = (times @ (table * (sizes / (sizes - 1))[:, None]) * places**2).sum(axis=1)
        return 2 * (squares - ((places @ table.T) ** 2 * (times / (sizes - 1))).sum(axis=1)), expected
    forms = (one == other) * sizes[:, None] * table[:, one] - table[:, one] * table[:, other] * (2 - (one == other))
    summed = times @ (forms / (sizes - 1)[:, None])
    return 2 * (summed * places[:, one] * places[:, other]).sum(axis=1), expected


def _distances(values: np.ndarray, margin: np.ndarray, metric: str) -> np.ndarray:
    """δ² (V, V) of each two values; margin (V,): how many scores each has, which the ordinal one rests on."""
    if metric == "nominal":
        return 1.0 - np.eye(len(values))
    if metric == "ratio":
        sums = values[:, None] + values[None]
        return ((values[:, None] - values[None]) / np.where(sums == 0, 1, sums)) ** 2
    places = np.cumsum(margin) - margin / 2 if metric == "ordinal" else values
    return (places[:, None] - places[None]) ** 2
