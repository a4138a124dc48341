"""Values worked out by hand or by scipy, to the last digit: intervals, habits, κ, and what a report is made of."""

import json
from decimal import Decimal

import numpy as np
import pytest
from django.core.management import call_command
from scipy import stats

from review.statistics import (
    ScoreError,
    Table,
    alpha,
    bang,
    bootstrap,
    discrimination,
    fleiss_kappa,
    habits,
    icc,
    kendall,
    outliers,
    pair_bootstrap,
    read_csv,
    report,
    totals,
    weights_of,
)
from review.statistics.alpha import Interval
from review.statistics.totals import mean_interval

NAN = np.nan
SAME = "All scores are the same, so agreement cannot be told from chance."
PANEL = np.array([[1, 2, 3, 4, NAN], [1, 2, 4, 4, 5], [2, 2, 3, 5, 5]], float)


# ---- α and its intervals ----


def test_what_has_no_interval_says_why():
    alone = np.array([[1, NAN], [NAN, 2]])
    assert alpha(alone).reason == "No item has two scores."
    assert pair_bootstrap(alone, draws=50, seed=3) == Interval(None, None, "pairs", 50, 0, 3, "No item has two scores.")
    same = np.full((3, 4), 2.0)
    assert alpha(same).reason == SAME
    assert pair_bootstrap(same, draws=50, seed=3) == Interval(None, None, "pairs", 50, 0, 3, SAME)
    assert bootstrap(same, draws=50, seed=3) == Interval(None, None, "items", 50, 50, 3, SAME)
    one = np.array([[1, NAN], [2, 2.0]])
    assert bootstrap(one, draws=50).reason == "Fewer than two items have two scores."
    with pytest.raises(
        ValueError, match=r"^There is no metric “cosine”; choose among nominal, ordinal, interval, ratio\.$"
    ):
        alpha(same, "cosine")
    with pytest.raises(ValueError, match="0 and more"):
        alpha(-same, "ratio")
    assert alpha(np.array([[0, 1, 2], [0, 1, 1.0]]), "ratio").value is not None


def test_an_interval_of_items_is_that_of_a_loop():
    rng = np.random.default_rng(7)
    drawn = rng.integers(5, size=(400, 5), dtype=np.uint32)
    values = [alpha(PANEL[:, row]).value for row in drawn]
    found = bootstrap(PANEL, draws=400, seed=7)
    kept = [value for value in values if value is not None]
    assert found.degenerate == len(values) - len(kept)
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(kept, [2.5, 97.5])), abs=1e-12)
    assert (found.draws, found.seed, found.method) == (400, 7, "items")


def test_perfect_draws_of_pairs_count_as_nothing_where_one_value_alone_ever_agrees():
    scores = np.array([[1, 1, 1, 2], [1, 1, 1, 1]], float)
    found = pair_bootstrap(scores, draws=2000, seed=1)
    assert found.high < 1
    assert found.low >= -1
    more = np.array([[1, 1, 1, 2, 3, 3], [1, 1, 1, 1, 3, 3]], float)  # two do: only some of them
    assert pair_bootstrap(more, draws=2000, seed=1).high == 1


MEASURED = np.array(
    [
        [36.1, 53.0, 63.7, 73.7, 13.3, 49.9, 33.7],
        [43.3, 40.1, 50.9, 69.9, 42.2, 52.8, 43.9],
        [28.5, 74.8, 31.4, 77.7, 25.1, 42.0, 33.4],
    ]
)


@pytest.mark.parametrize(
    ("metric", "low", "high"),
    [
        ("interval", 0.3319060826978867, 0.7851221954377239),
        ("ordinal", 0.1768707482993197, 0.6858379715522573),
        ("ratio", 0.06576181642305667, 0.740555054317632),
    ],
)
def test_an_interval_of_pairs_stays_what_it_was(metric, low, high):
    found = pair_bootstrap(MEASURED, metric, 1000, 2)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)


def test_an_interval_of_pairs_goes_down_to_minus_one():
    assert pair_bootstrap(np.array([[1, 2, 1, 2], [2, 1, 2, 1], [1.5, 3, 7, 9]]), "interval", 200, 2).low == -1


# ---- blinding ----


def test_bangs_interval_is_the_normal_one():
    # r = 12, w = 4, u = 8: (r - w) / n = 1/3; variance (p + q - (p - q)²) / n
    found, z = bang(12, 4, 8), stats.norm.ppf(0.975)
    half = z * np.sqrt((16 / 24 - (8 / 24) ** 2) / 24)
    assert (found.index.value, found.answers) == (pytest.approx(1 / 3), 24)
    assert (found.low, found.high) == pytest.approx((1 / 3 - half, 1 / 3 + half), abs=1e-12)
    assert (bang(3, 1, 0).high, bang(1, 3, 0).low) == (1, -1)
    assert (bang(0, 0, 0).answers, bang(0, 0, 0).low) == (0, None)
    assert (bang(5, 0, 0).low, bang(5, 0, 0).high) == (1, 1)


def test_d_prime_and_area_are_those_of_the_formulas():
    authentic, generated = np.array([1, 1, 1, 0.5, 0]), np.array([1, 0.5, 0, 0, 0, 0, 0.5])
    found, norm = discrimination(authentic, generated), stats.norm
    hits, alarms = 4 / 6, 2.5 / 8
    d = norm.ppf(hits) - norm.ppf(alarms)
    variance = hits * (1 - hits) / (5 * norm.pdf(norm.ppf(hits)) ** 2)
    variance += alarms * (1 - alarms) / (7 * norm.pdf(norm.ppf(alarms)) ** 2)
    half = norm.ppf(0.975) * np.sqrt(variance)
    assert found.d_prime.value == pytest.approx(d, abs=1e-12)
    assert found.d_prime_interval == pytest.approx((d - half, d + half), abs=1e-12)
    area = stats.mannwhitneyu(authentic, generated).statistic / 35
    assert found.area.value == pytest.approx(area, abs=1e-12)
    first, second = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + 4 * (first - area**2) + 6 * (second - area**2)
    half = norm.ppf(0.975) * np.sqrt(spread / 35)
    assert found.area_interval == pytest.approx((area - half, min(1, area + half)), abs=1e-12)
    turned = discrimination(np.zeros(3), np.ones(3))
    assert (turned.area.value, turned.area_interval) == (0, (0, 0))
    nothing = discrimination(authentic, np.ones(0))
    assert nothing.d_prime.reason == nothing.area.reason == "Both authentic and generated items need answers."
    assert (nothing.d_prime_interval, nothing.area_interval) == (None, None)


# ---- κ, W, habits ----


def test_kappa_says_why_there_is_none():
    assert fleiss_kappa([[1], []]).reason == "No caption has two scores yet."
    assert (fleiss_kappa([]).items, fleiss_kappa([]).raters) == (0, 0)
    same = fleiss_kappa([[1, 1], [1, 1], [1]])
    assert (same.value, same.items, same.raters, same.reason) == (None, 2, 2, SAME)
    two = fleiss_kappa([[1, 1], [2, 2], [1, 2], [1, 1, 1]])
    assert (two.items, two.raters) == (3, 2)
    assert two.value == pytest.approx((2 / 3 - 1 / 2) / (1 / 2))


def test_w_counts_what_it_rests_on():
    found = kendall(PANEL)
    assert (found.raters, found.items, found.dropped, found.freedom) == (3, 4, 1, 3)
    few = kendall(PANEL[:1])
    assert (few.w.value, few.w.reason) == (None, "Fewer than two raters scored the same items.")
    few = kendall(PANEL[:, 3:])
    assert few.w.reason == few.uncorrected.reason == "Fewer than two items were scored by every rater."
    assert (few.freedom, few.items, few.dropped, few.p) == (0, 1, 1, None)
    nothing = kendall(np.full((2, 2), NAN))
    assert (nothing.freedom, nothing.items) == (0, 0)
    flat = kendall(np.full((2, 3), 4.0))
    assert (flat.w.reason, flat.uncorrected.value, flat.freedom) == (SAME, 0, 2)


def test_habits_rest_on_items_that_somebody_else_scored():
    one, two, three = habits(np.array([[1, 2, NAN, 5], [3, NAN, NAN, 5], [NAN, NAN, 4, NAN]], float))
    assert (one.scored, one.severity, one.straight) == (3, pytest.approx(1.0), pytest.approx(1 / 3))
    assert one.spread == pytest.approx(np.std([1, 2, 5], ddof=1))
    assert (two.scored, two.severity) == (2, pytest.approx(-1.0))
    assert (three.scored, three.severity, three.spread, three.straight) == (1, None, None, None)


def test_two_scores_are_enough_to_be_straight():
    same, other = habits(np.array([[4, 4, NAN], [3, 5, NAN]], float))
    assert (same.straight, other.straight) == (1.0, 0.5)


def test_decimal_scores_are_compared_exactly():
    scores = np.array([4.25, 4.25, 4.25, 4.25, 4.26])[:, None]
    (found,) = outliers(scores)
    assert found.z == pytest.approx((4.26 - 4.252) / np.std(scores[:, 0], ddof=1))


def test_two_of_each_are_enough():
    two = bootstrap(np.array([[1, 2], [1, 3]], float), draws=100)
    assert (two.low, two.high) == pytest.approx((-0.5, 5 / 6))
    assert icc(np.array([[1, 2], [3, 3]], float))["ICC(C,1)"].value == pytest.approx((2.25 - 0.25) / (2.25 + 0.25))
    assert icc(np.array([[1.0], [3.0]]))["ICC(C,1)"].reason


# ---- totals ----


def test_a_mean_has_the_interval_of_a_loop():
    values = [1.0, 2.0, 4.0, NAN, 4.5]
    kept = np.array([1.0, 2.0, 4.0, 4.5])
    means = [kept[row].mean() for row in np.random.default_rng(3).integers(4, size=(500, 4))]
    assert mean_interval(values, 500, 3) == pytest.approx(tuple(np.percentile(means, [2.5, 97.5])))
    assert mean_interval([3.0, NAN], 500, 3) is None
    assert mean_interval([3.0, 3.0], 500, 3) == (3.0, 3.0)


def test_a_total_needs_every_score_and_every_weight():
    weights = weights_of({"a": "0.3", "b": "0.7"})
    found = totals({"a": np.array([[1, 2.0]]), "b": np.array([[3, NAN]])}, weights)
    assert found[0, 0] == 2.4
    assert np.isnan(found[0, 1])
    with pytest.raises(ScoreError, match="Every dimension needs a weight"):
        totals({"a": np.ones((1, 1))}, weights)
    with pytest.raises(ScoreError, match="Every weight lies above 0"):
        weights_of({"a": "1", "b": "0"})
    with pytest.raises(ScoreError, match=r"add up to 0\.9"):
        weights_of({"a": "0.9"})
    assert weights_of({"a": 1}) == {"a": Decimal(1)}


# ---- the report ----


@pytest.fixture
def table():
    raters = list("abcde")
    first = np.array([[4, 2, 5, 3], [4, 2, 4, 3], [4, 3, 4, 3], [4, 2, 5, NAN], [1, 2, 5, 3]], float)
    return Table(
        [*"wxyz"], raters, {"type": first, "place": np.clip(first + 1, 1, 5)}, {"type": "0.25", "place": "0.75"}
    )


def test_a_report_says_what_it_was_computed_with(table):
    found = report(table, "interval", draws=300, seed=9)
    assert (found["metric"], found["draws"], found["seed"]) == ("interval", 300, 9)
    assert found["weights"] == {"type": "0.25", "place": "0.75"}
    assert [*found["dimensions"]] == ["type", "place"]
    for key, scores in table.dimensions.items():
        entry, w = found["dimensions"][key], kendall(scores)
        assert (entry["n_items"], entry["n_raters"], entry["n_missing"]) == (4, 5, 1)
        assert (entry["metric"], entry["alpha_items"]) == ("interval", 4)
        assert entry["krippendorff_alpha"] == alpha(scores, "interval").value
        interval, pairs = (way(scores, "interval", 300, 9) for way in (bootstrap, pair_bootstrap))
        assert entry["alpha_ci"] == pytest.approx([interval.low, interval.high], abs=1e-12)
        assert entry["alpha_ci_pairs"] == [pairs.low, pairs.high]
        assert (entry["alpha_ci_method"], entry["alpha_ci_degenerate"]) == ("bootstrap over items", interval.degenerate)
        assert (entry["kendall_w"], entry["kendall_w_uncorrected"]) == (w.w.value, w.uncorrected.value)
        assert (entry["kendall_chi2"], entry["kendall_df"], entry["kendall_p"]) == (w.chi_squared, 2, w.p)
        assert (entry["kendall_items"], entry["kendall_dropped"]) == (3, 1)
        of_items = np.nanmean(scores, axis=0)
        assert entry["mean"] == pytest.approx(of_items.mean())
        assert entry["mean_ci"] == pytest.approx(list(mean_interval(of_items, 300, 9)))
        assert entry["reasons"] == {}
        assert [(it["item"], it["rater"]) for it in entry["outliers"]][:1] == [("w", "e")]
        assert [row["rater"] for row in entry["raters"]] == table.raters
        assert entry["raters"][4]["severity"] == pytest.approx(habits(scores)[4].severity)


def test_the_total_is_of_the_weighted_sums_on_the_interval_metric(table):
    found = report(table, "ordinal", draws=300, seed=9)
    whole = totals(table.dimensions, weights_of(table.weights))
    assert found["dimensions"]["type"]["metric"] == "ordinal"
    assert found["total"]["metric"] == "interval"
    assert found["total"]["krippendorff_alpha"] == alpha(whole, "interval").value
    assert found["total"]["mean"] == pytest.approx(np.nanmean(whole, axis=0).mean())
    other = report(table, draws=300, seed=9, weights={"type": "0.5", "place": "0.5"})
    assert other["weights"] == {"type": "0.5", "place": "0.5"}
    assert other["total"]["mean"] != found["total"]["mean"]


def test_one_dimension_is_its_own_total(table):
    alone = Table(table.items, table.raters, {"type": table.dimensions["type"]}, {})
    found = report(alone, draws=100)
    assert found["total"] == found["dimensions"]["type"]
    assert found["weights"] == {"type": "1"}


def test_a_total_without_weights_has_every_name_and_no_value(table):
    bare = Table(table.items, table.raters, table.dimensions, {})
    found = report(bare, draws=100)
    assert found["weights"] is None
    assert found["total"]["outliers"] == []
    assert (found["total"]["n_items"], found["total"]["n_raters"]) == (4, 5)
    assert found["total"]["reasons"] == {"total": "A total of several dimensions needs their weights."}
    without = {name for name, value in found["total"].items() if value is None}
    assert without == {
        "n_missing", "kendall_w", "kendall_w_uncorrected", "kendall_p", "krippendorff_alpha", "alpha_ci", "mean",
        "mean_ci",
    }  # fmt: skip
    assert found["total"].keys() <= found["dimensions"]["type"].keys()


def test_items_that_nobody_scored_have_no_mean():
    empty = report(Table(["a"], ["x", "y"], {"d": np.full((2, 1), NAN)}, {}), draws=100)["total"]
    assert (empty["mean"], empty["mean_ci"], empty["alpha_items"], empty["n_missing"]) == (None, None, 0, 2)
    assert empty["reasons"] == {
        "kendall_w": "Fewer than two items were scored by every rater.",
        "kendall_w_uncorrected": "Fewer than two items were scored by every rater.",
        "kendall_p": "Fewer than two items were scored by every rater.",
        "krippendorff_alpha": "No item has two scores.",
        "alpha_ci": "Fewer than two items have two scores.",
        "outliers": "An item needs 5 scores before one of them can be an outlier.",
    }
    json.dumps(empty)


# ---- tables ----

LONG = "item,rater,dimension,score,weight\n"


@pytest.fixture
def written(tmp_path):
    def written(text: str):
        path = tmp_path / "scores.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_a_long_table_is_read_with_its_weights_and_gaps(written):
    found = read_csv(written(LONG + "x,a,type,4,0.4\nx,b,type,,\ny,b,place,2.5,0.6\n\nx,a,place,3,0.6\n"))
    assert (found.items, found.raters, found.weights) == (["x", "y"], ["a", "b"], {"type": "0.4", "place": "0.6"})
    assert np.array_equal(found.dimensions["type"], [[4, NAN], [NAN, NAN]], equal_nan=True)
    assert np.array_equal(found.dimensions["place"], [[3, NAN], [NAN, 2.5]], equal_nan=True)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (LONG + "x,a,type,4,0.4\nx,b,type,4,0.5\n", "^Line 3 gives “type” another weight than an earlier line.$"),
        (LONG + "x,a,type,4\n", "^Line 2 has 4 columns where the first line has 5.$"),
        (LONG + "x,a,type,inf,1\n", "^Line 2: “inf” is not a score.$"),
        (LONG + "x,a,type,4,\nx,a,type,5,\n", "^Line 3 scores “x” by “a” for “type” a second time.$"),
        ("item,a,\nx,1,2\n", "^A rater has no name.$"),
        ("item,a,b\n,1,2\n", "^A item has no name.$"),
        ("item,a,b\nx,1,2\nx,1,2\n", "^The item “x” stands in the table twice.$"),
        ("item,a,b\nx,1,2,3\n", "^Line 2 has 4 columns where the first line has 3.$"),
    ],
)
def test_a_mistake_in_a_table_is_named_with_its_line(written, text, words):
    with pytest.raises(ScoreError, match=words):
        read_csv(written(text))


def test_a_file_that_is_no_text_is_no_table(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_bytes(b"item,a,b\nx,\xff,2\n")
    with pytest.raises(ScoreError, match=r"^scores.csv is not a table in UTF-8.$"):
        read_csv(path)
    long = "x" * 70
    path.write_text(f"item,a,b\n{long},1,2\n{long},1,2\n")
    with pytest.raises(ScoreError, match=f"^The item “{long[:60]}” stands"):
        read_csv(path)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_wide_table_is_read_whatever_parts_its_columns(written, mark):
    found = read_csv(written(f"\ufeffitem{mark}a{mark}b\nx{mark} 1{mark}2\ny{mark}{mark}4\n"))
    assert np.array_equal(found.dimensions["score"], [[1, NAN], [2, 4]], equal_nan=True)
    assert (found.items, found.raters, found.weights) == (["x", "y"], ["a", "b"], {})


def test_a_table_may_not_grow_beyond_all_bounds(written, monkeypatch):
    import review.statistics.table as module

    path = written(LONG + "x,a,type,4,\ny,b,type,4,\n")
    monkeypatch.setattr(module, "MOST_CELLS", 4)
    assert read_csv(path).items == ["x", "y"]
    monkeypatch.setattr(module, "MOST_CELLS", 3)
    with pytest.raises(ScoreError, match="more than 3 cells"):
        read_csv(path)
    monkeypatch.setattr(module, "MOST_ROWS", 2)
    with pytest.raises(ScoreError, match="more than 2 lines"):
        read_csv(path)


def test_the_command_gives_the_table_2_of_the_paper(written, capsys, tmp_path):
    """Mean scores 4.2, 4.8, 3.6 and 4.1, as ten experts gave them, by the paper's weights: 4.30."""
    means = {"type": (4.2, 0.4), "elements": (4.8, 0.3), "relation": (3.6, 0.1), "composition": (4.1, 0.2)}
    rows = []
    for name, (mean, weight) in means.items():
        high = round((mean - int(mean)) * 10)
        rows += [f"x,e{n},{name},{int(mean) + (n < high)},{weight}" for n in range(10)]
    call_command("agreement", str(written(LONG + "\n".join(rows) + "\n")), json=tmp_path / "report.json", draws=100)
    found = json.loads((tmp_path / "report.json").read_text())
    assert {name: entry["mean"] for name, entry in found["dimensions"].items()} == {
        name: pytest.approx(mean) for name, (mean, _weight) in means.items()
    }
    assert found["total"]["mean"] == pytest.approx(4.30, abs=1e-9)
