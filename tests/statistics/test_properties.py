"""What must hold for any scores."""

import itertools
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from review.statistics import METRICS, alpha, bootstrap, bootstraps, discrimination, habits, holm, kendall, outliers
from review.statistics.comparison import wilcoxon
from review.statistics.functions import chi_squared_tail

alpha_module = sys.modules["review.statistics.alpha"]  # the package calls its function by the same name
LIKERT = st.integers(1, 5).map(float)
COMPLETE = st.tuples(st.integers(2, 7), st.integers(2, 9)).flatmap(lambda shape: arrays(float, shape, elements=LIKERT))
WITH_GAPS = st.tuples(st.integers(2, 7), st.integers(2, 9)).flatmap(
    lambda shape: arrays(float, shape, elements=st.one_of(LIKERT, st.just(np.nan)))
)


@settings(deadline=None)
@given(WITH_GAPS, st.randoms(use_true_random=False), st.sampled_from(METRICS))
def test_the_order_of_raters_and_items_does_not_matter(scores, random, metric):
    rows, columns = (random.sample(range(n), n) for n in scores.shape)
    shuffled = scores[rows][:, columns]
    one, other = alpha(scores, metric).value, alpha(shuffled, metric).value
    assert (one is None) == (other is None)
    assert one is None or one == pytest.approx(other, abs=1e-9)
    one, other = kendall(scores).w.value, kendall(shuffled).w.value
    assert (one is None) == (other is None)
    assert one is None or one == pytest.approx(other, abs=1e-9)


RISING = st.lists(st.integers(-1000, 1000), min_size=5, max_size=5, unique=True).map(sorted)


@settings(deadline=None)
@given(COMPLETE, st.data())
def test_w_knows_ranks_alone(scores, data):
    """Every rater may stretch the scale as they like, as long as its order stays."""
    maps = [np.array(data.draw(RISING), float) for _ in scores]
    stretched = np.stack([scale[row.astype(int) - 1] for scale, row in zip(maps, scores, strict=True)])
    one, other = kendall(scores), kendall(stretched)
    assert (one.w, one.uncorrected, one.p) == (other.w, other.uncorrected, other.p)


@settings(deadline=None)
@given(WITH_GAPS, RISING)
def test_ordinal_alpha_knows_the_order_of_values_alone(scores, scale):
    known = ~np.isnan(scores)
    stretched = np.where(known, np.array(scale, float)[np.where(known, scores, 1).astype(int) - 1], np.nan)
    assert alpha(scores, "ordinal") == alpha(stretched, "ordinal")
    shuffled = np.where(known, 6 - scores, np.nan)  # another order: other values, the same sameness
    assert same(alpha(scores, "nominal"), alpha(shuffled, "nominal"))
    assert same(alpha(scores, "ordinal"), alpha(shuffled, "ordinal"))


def same(one, other):
    return one.value == other.value or one.value == pytest.approx(other.value, abs=1e-9)


@settings(deadline=None)
@given(WITH_GAPS, st.floats(0.1, 50))
def test_ratio_alpha_knows_no_unit(scores, scale):
    assert same(alpha(scores, "ratio"), alpha(scale * scores, "ratio"))


@settings(deadline=None)
@given(st.integers(2, 6), st.integers(2, 8), st.randoms(use_true_random=False))
def test_w_without_ties_is_the_mean_correlation_of_ranks(raters, items, random):
    scores = np.array([random.sample(range(items), items) for _ in range(raters)], float)
    pairs = [stats.spearmanr(*pair).statistic for pair in itertools.combinations(scores, 2)]
    assert kendall(scores).w.value == pytest.approx((1 + (raters - 1) * np.mean(pairs)) / raters, abs=1e-9)


@settings(deadline=None)
@given(st.integers(5, 9), st.integers(1, 5), st.integers(1, 9), st.integers(-9, 9), st.data())
def test_who_is_flagged_knows_no_unit_no_zero_and_no_order(raters, items, scale, shift, data):
    scores = data.draw(arrays(float, (raters, items), elements=st.one_of(LIKERT, st.just(np.nan))))
    order = data.draw(st.permutations(range(raters)))
    flagged = {(it.item, it.rater): it.z for it in outliers(scores)}
    moved = {(it.item, order[it.rater]): it.z for it in outliers(scale * scores[list(order)] + shift)}
    assert moved == pytest.approx(flagged)
    for item, rater in flagged:
        column = scores[:, item][~np.isnan(scores[:, item])]
        z = (scores[rater, item] - column.mean()) / column.std(ddof=1)
        assert flagged[item, rater] == pytest.approx(z)
        assert abs(z) > 1.5


TAKEN = st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=1, max_size=30).map(np.array)


@settings(deadline=None)
@given(TAKEN, TAKEN)
def test_telling_apart_is_the_mann_whitney_statistic_and_turns_round(authentic, generated):
    found, turned = discrimination(authentic, generated), discrimination(generated, authentic)
    expected = stats.mannwhitneyu(authentic, generated).statistic / (len(authentic) * len(generated))
    assert found.area.value == pytest.approx(expected, abs=1e-12)
    assert turned.area.value == pytest.approx(1 - expected, abs=1e-12)
    assert turned.d_prime.value == pytest.approx(-found.d_prime.value, abs=1e-9)
    assert found.d_prime_interval[0] < found.d_prime.value < found.d_prime_interval[1]
    assert 0 <= found.area_interval[0] <= found.area.value <= found.area_interval[1] <= 1


@settings(deadline=None)
@given(WITH_GAPS, st.floats(0.5, 20), st.floats(-50, 50))
def test_interval_alpha_knows_no_unit_and_no_zero(scores, scale, shift):
    one, other = alpha(scores, "interval"), alpha(scale * scores + shift, "interval")
    assert (one.value is None) == (other.value is None)
    assert one.value is None or one.value == pytest.approx(other.value, abs=1e-6)


@settings(deadline=None)
@given(COMPLETE)
def test_w_is_what_friedmans_test_says(scores):
    found = kendall(scores)
    assume(found.w.value is not None and scores.shape[1] >= 3 and scores.shape[0] >= 2)
    chi_squared, p = stats.friedmanchisquare(*scores.T)
    assert found.chi_squared == pytest.approx(chi_squared, abs=1e-8)
    assert found.p == pytest.approx(p, abs=1e-10)


def reference(scores, metric):
    """α by going over every pair of scores, as the definition reads."""
    units = [column[~np.isnan(column)] for column in scores.T]
    units = [unit for unit in units if len(unit) >= 2]
    values = np.concatenate(units) if units else np.array([])
    if len(np.unique(values)) < 2:
        return None
    counts = {value: int((values == value).sum()) for value in np.unique(values)}

    def distance(one, other):
        if metric == "nominal":
            return float(one != other)
        if metric == "interval":
            return (one - other) ** 2
        if metric == "ratio":
            return ((one - other) / (one + other)) ** 2
        low, high = sorted((one, other))
        between = sum(count for value, count in counts.items() if low <= value <= high)
        return (between - (counts[low] + counts[high]) / 2) ** 2

    within = sum(sum(distance(a, b) for a in unit for b in unit) / (len(unit) - 1) for unit in units)
    expected = sum(distance(a, b) for a in values for b in values)
    return 1 - (len(values) - 1) * within / expected


@settings(deadline=None, max_examples=60)
@given(WITH_GAPS, st.sampled_from(METRICS))
def test_alpha_is_its_definition(scores, metric):
    found, expected = alpha(scores, metric).value, reference(scores, metric)
    assert (found is None) == (expected is None)
    assert found is None or found == pytest.approx(expected, abs=1e-9)


@settings(deadline=None, max_examples=30)
@given(WITH_GAPS, st.sampled_from(METRICS))
def test_a_draw_is_the_alpha_of_the_drawn_items(scores, metric):
    from review.statistics.alpha import _alphas, _counts

    counts = _counts(scores, metric)
    assume(len(counts.table) >= 2)
    usable = scores[:, (~np.isnan(scores)).sum(axis=0) >= 2]
    drawn = np.random.default_rng(1).integers(usable.shape[1], size=(6, usable.shape[1]))
    times = np.stack([np.bincount(row, minlength=usable.shape[1]) for row in drawn]).astype(float)
    for row, found in zip(drawn, _alphas(counts, times.T, metric), strict=True):
        expected = alpha(usable[:, row], metric).value
        assert np.isnan(found) if expected is None else found == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(WITH_GAPS)
def test_nobody_is_flagged_by_fewer_than_five(scores):
    flagged = {found.item for found in outliers(scores)}
    assert all((~np.isnan(scores[:, item])).sum() >= 5 for item in flagged)


@settings(deadline=None)
@given(st.floats(0.001, 200), st.integers(1, 60))
def test_the_tail_of_chi_squared(x, freedom):
    assert chi_squared_tail(x, freedom) == pytest.approx(stats.chi2.sf(x, freedom), rel=1e-9, abs=1e-290)


@settings(deadline=None)
@given(arrays(float, st.integers(1, 40), elements=st.integers(-6, 6).map(float)))
def test_wilcoxon_is_that_of_scipy(differences):
    kept = differences[differences != 0]
    found = wilcoxon(differences)
    if not len(kept):
        assert found is None
        return
    if len(kept) > 25:
        expected = stats.wilcoxon(kept, method="approx", correction=False).pvalue
    elif len(np.unique(np.abs(kept))) == len(kept):
        expected = stats.wilcoxon(kept, method="exact").pvalue
    elif len(kept) <= 9:
        expected = by_all_signs(np.abs(kept), kept > 0)
    else:
        return
    assert found == pytest.approx(expected, abs=1e-9)


def by_all_signs(sizes, positive):
    """Wilcoxon's p by going over every way in which the signs could have fallen."""
    ranks = stats.rankdata(sizes)
    sums = [ranks[list(signs)].sum() for signs in itertools.product([False, True], repeat=len(ranks))]
    away = np.abs(np.array(sums) - ranks.sum() / 2)
    return (away >= abs(ranks[positive].sum() - ranks.sum() / 2) - 1e-9).mean()


def test_holm_steps_down_and_never_falls():
    assert holm([0.01, None, 0.04, 0.03]) == [pytest.approx(0.03), None, pytest.approx(0.06), pytest.approx(0.06)]
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_an_interval_repeats_for_its_seed_and_counts_what_is_degenerate():
    scores = np.array([[1, 1, 2, 1], [1, 1, 2, 1]], float)
    one, again, other = (
        bootstrap(scores, draws=2000, seed=4),
        bootstrap(scores, draws=2000, seed=4),
        bootstrap(scores, draws=2000, seed=5),
    )
    assert one == again
    assert one.degenerate > 0
    assert one.degenerate != other.degenerate
    assert (one.low, one.high) == (1.0, 1.0)


@settings(deadline=None, max_examples=20)
@given(WITH_GAPS, st.sampled_from(METRICS), st.integers(0, 9))
def test_tables_that_are_drawn_together_get_the_intervals_they_get_alone(scores, metric, seed):
    tables, metrics = [scores, scores[:, :-1], scores[::-1], scores + 1], [metric, "ordinal", "nominal", metric]
    together = bootstraps(tables, metrics, 100, seed)
    for table, of, found in zip(tables, metrics, together, strict=True):
        alone = bootstrap(table, of, 100, seed)
        assert (found.degenerate, found.reason) == (alone.degenerate, alone.reason)
        assert found.low == pytest.approx(alone.low, abs=1e-12)
        assert found.high == pytest.approx(alone.high, abs=1e-12)


def test_pieces_bound_the_memory_and_change_nothing(monkeypatch):
    scores = np.random.default_rng(2).integers(1, 6, (6, 21)).astype(float)
    found = bootstrap(scores, draws=501, seed=3)
    monkeypatch.setattr(alpha_module, "CELLS", 97)
    assert bootstrap(scores, draws=501, seed=3) == found
    assert found != bootstrap(scores, draws=500, seed=3)


def test_severity_is_in_points_below_the_others():
    severe, mild, third = habits(np.array([[1, 2, 3], [3, 4, 5], [2, 3, 4]], float))
    assert (severe.severity, mild.severity, third.severity) == (1.5, -1.5, 0.0)


def test_straight_lining_is_the_longest_run():
    (one, _other) = habits(np.array([[3, 3, 3, 4, 4], [1, 2, 3, 4, 5]], float))
    assert one.straight == pytest.approx(0.6)
