"""Tables of scores, the report of them, and the command."""

import json
from decimal import Decimal

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from review.statistics import ScoreError, bang, discrimination, read_csv, report, totals, weights_of

WIDE = "item,a,b,c,d,e\nx,4,4,4,4,1\ny,2,2,3,2,\nz,5,5,4,4,5\n"
LONG = "item,rater,dimension,score\n" + "".join(
    f"{item},{rater},{dimension},{score}\n"
    for item, row in (("x", "45"), ("y", "23"), ("z", "55"))
    for rater, score in zip("ab", row, strict=True)
    for dimension in ("type", "elements")
)


@pytest.fixture
def table(tmp_path):
    def table(text, name="scores.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return table


def test_the_paper_total_of_its_scores_by_its_weights():
    weights = weights_of({"type": "0.4", "elements": "0.3", "relation": "0.1", "composition": "0.2"})
    scores = {name: np.array([[value]]) for name, value in zip(weights, (4.2, 4.8, 3.6, 4.1), strict=True)}
    assert totals(scores, weights)[0, 0] == pytest.approx(4.30, abs=1e-10)


@pytest.mark.parametrize("given", [{"a": "0.5", "b": "0.4"}, {"a": "1.2", "b": "-0.2"}, {"a": "much"}, {}])
def test_weights_are_exact_shares(given):
    with pytest.raises(ScoreError):
        weights_of(given)
    assert weights_of({"a": 0.1, "b": 0.2, "c": "0.7"})["a"] == Decimal("0.1")


def test_both_forms_are_read(table):
    wide, long = read_csv(table(WIDE)), read_csv(table(LONG))
    assert (wide.items, wide.raters, [*wide.dimensions]) == (["x", "y", "z"], [*"abcde"], ["score"])
    assert np.isnan(wide.dimensions["score"][4, 1])
    assert (long.items, long.raters, [*long.dimensions]) == (["x", "y", "z"], ["a", "b"], ["type", "elements"])


def test_a_report_has_every_stable_name(table):
    found = report(read_csv(table(WIDE)), draws=200)
    names = {
        "n_items", "n_raters", "n_missing", "kendall_w", "kendall_w_uncorrected", "kendall_p", "krippendorff_alpha",
        "alpha_ci", "outliers",
    }  # fmt: skip
    assert names <= found["total"].keys() == found["dimensions"]["score"].keys()
    assert (found["total"]["n_items"], found["total"]["n_raters"], found["total"]["n_missing"]) == (3, 5, 1)
    assert [(it["item"], it["rater"]) for it in found["total"]["outliers"]] == [("x", "e")]


def test_what_cannot_be_computed_is_none_with_a_reason(table):
    entry = report(read_csv(table("item,a,b\nx,3,3\ny,3,3\n")), draws=100)["total"]
    assert (entry["kendall_w"], entry["krippendorff_alpha"], entry["alpha_ci"]) == (None, None, None)
    assert {"kendall_w", "krippendorff_alpha", "alpha_ci", "outliers"} <= entry["reasons"].keys()


def test_a_total_without_weights_says_that_they_are_missing(table):
    found = report(read_csv(table(LONG)), draws=100)
    assert found["total"]["kendall_w"] is None
    assert "weights" in found["total"]["reasons"]["total"]
    assert report(read_csv(table(LONG)), draws=100, weights={"type": "0.5", "elements": "0.5"})["total"]["n_items"] == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no table"),
        ("item\nx\n", "no table"),
        ("item,a,a\nx,1,2\n", "“a” stands in the table twice"),
        ("item,a,b\nx,1,2\nx,2,3\n", "“x” stands in the table twice"),
        ("item,a,b\nx,1,two\n", "Line 2: “two” is not a score"),
        ("item,a,b\nx,1,nan\n", "is not a score"),
        ("item,a,b\nx,1\n", "Line 2 has 2 columns"),
        (LONG + "x,a,type,4\n", "a second time"),
        (LONG + ",a,type,4\n", "lacks its item"),
    ],
)
def test_a_bad_table_is_one_sentence_and_nothing_is_written(table, tmp_path, text, words):
    with pytest.raises(CommandError, match=words):
        call_command("agreement", str(table(text)), json=tmp_path / "report.json")
    assert not (tmp_path / "report.json").exists()


@pytest.mark.parametrize(
    ("options", "words"), [({"draws": 3}, "draws"), ({"weights": "a=2"}, "add up"), ({"weights": "a"}, "NAME=SHARE")]
)
def test_a_bad_option_is_one_sentence(table, options, words):
    with pytest.raises(CommandError, match=words):
        call_command("agreement", str(table(WIDE)), **options)


def test_the_command_prints_and_writes(table, tmp_path, capsys):
    call_command("agreement", str(table(WIDE)), draws=200, json=tmp_path / "report.json")
    told = capsys.readouterr().out
    assert "Kendall's W" in told
    assert "x by e (z -1.79)" in told
    assert json.loads((tmp_path / "report.json").read_text())["draws"] == 200


def test_bangs_index_at_its_three_poles():
    assert [bang(*answers).index.value for answers in ((10, 0, 0), (5, 5, 0), (0, 10, 0), (2, 2, 16))] == [1, 0, -1, 0]
    half = bang(6, 4, 0)
    assert half.low < 0.2 < half.high
    assert bang(0, 0, 0).index.reason


def test_discrimination_grows_with_what_is_seen_through():
    blind = discrimination(np.array([1.0, 0, 1, 0]), np.array([1.0, 0, 1, 0]))
    seen = discrimination(np.ones(20), np.zeros(20))
    assert (blind.d_prime.value, blind.area.value) == (pytest.approx(0), 0.5)
    assert seen.area.value == 1
    assert 2 < seen.d_prime.value < 5
    assert blind.area_interval[0] < 0.5 < blind.area_interval[1]
    assert discrimination(np.ones(0), np.ones(3)).area.reason
