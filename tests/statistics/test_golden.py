"""The 27 cases with known answers, the golden values of the literature, and the traps."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from review.statistics import alpha, bootstrap, fleiss_kappa, icc, kappa_of_counts, kendall, outliers, pair_bootstrap

CASES = {case["id"]: case for case in json.loads((Path(__file__).parent / "golden.json").read_text())}
ICC_NAMES = {
    "ICC(1,1)": "ICC(1,1)", "ICC(2,1)=A,1": "ICC(A,1)", "ICC(3,1)=C,1": "ICC(C,1)",
    "ICC(1,k)": "ICC(1,k)", "ICC(2,k)=A,k": "ICC(A,k)", "ICC(3,k)=C,k": "ICC(C,k)",
}  # fmt: skip


def matrix(rows):
    return np.array([[np.nan if value is None else value for value in row] for row in rows], float)


def of(statistic):
    found = [name for name, case in CASES.items() if case["statistic"] == statistic]
    assert found
    return found


def test_all_cases_are_there():
    assert len(CASES) == 27


@pytest.mark.parametrize("name", of("krippendorff_alpha"))
def test_alpha(name):
    for metric, value in CASES[name]["expected"].items():
        found = alpha(matrix(CASES[name]["data"]), metric)
        if value is None:
            assert (found.value, bool(found.reason)) == (None, True)
        else:
            assert found.value == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("name", of("kendall_w"))
def test_w(name):
    expected, found = CASES[name]["expected"], kendall(matrix(CASES[name]["data"]))
    assert found.uncorrected.value == pytest.approx(expected["W_uncorrected"], abs=1e-6)
    assert found.freedom == expected["df"]
    if expected["W_tie_corrected"] is None:
        assert (found.w.value, found.chi_squared, found.p) == (None, None, None)
        assert found.w.reason
    else:
        assert found.w.value == pytest.approx(expected["W_tie_corrected"], abs=1e-6)
        assert found.chi_squared == pytest.approx(expected["chi2"], abs=1e-6)
        assert found.p == pytest.approx(expected["p_chi2"], rel=1e-5)


@pytest.mark.parametrize("name", of("icc"))
def test_intraclass_correlation(name):
    found = icc(matrix(CASES[name]["data"]))
    for kind, value in CASES[name]["expected"].items():
        assert found[ICC_NAMES[kind]].value == pytest.approx(value, abs=1e-6)


def test_fleiss():
    case = CASES["fleiss_diagnoses_30x6"]
    assert fleiss_kappa(case["data"]).value == pytest.approx(case["expected"]["fleiss"], abs=1e-6)
    assert alpha(matrix(case["data"]).T, "nominal").value == pytest.approx(case["expected"]["alpha_nominal"], abs=1e-6)
    counts = [Counter(dict(enumerate(row))) for row in CASES["fleiss_wikipedia_10x5"]["data"]]
    assert kappa_of_counts(counts).value == pytest.approx(0.209931, abs=1e-6)


def test_the_two_bootstraps_give_their_own_intervals():
    case = CASES["alpha_boot_hayes2007_ordinal"]
    scores = matrix(CASES[case["data_ref"]]["data"])
    items, pairs = bootstrap(scores, "ordinal", 10_000, 1), pair_bootstrap(scores, "ordinal", 10_000, 1)
    for found, key in ((items, "resample_units_percentile"), (pairs, "KALPHA_2007_M=pairs(239)")):
        expected = case["expected"][key]
        assert found.low == pytest.approx(expected["LL95"], abs=expected["tolerance"])
        assert found.high == pytest.approx(expected["UL95"], abs=expected["tolerance"])


@pytest.mark.parametrize(("levels", "uncorrected"), [((6, 6), 0.755245), ((4, 4, 4), 0.895105)])
def test_perfect_agreement_with_ties_is_one_when_corrected(levels, uncorrected):
    row = np.repeat(np.arange(len(levels)), levels).astype(float)
    found = kendall(np.tile(row, (5, 1)))
    assert found.uncorrected.value == pytest.approx(uncorrected, abs=1e-6)
    assert found.w.value == pytest.approx(1.0)


def test_a_constant_shift_is_seen_by_alpha_alone():
    scores = np.array([[1, 2, 3, 4, 5], [3, 4, 5, 6, 7]], float)
    assert kendall(scores).w.value == pytest.approx(1.0)
    assert alpha(scores, "interval").value == pytest.approx(0.4)
    assert alpha(scores, "ordinal").value == pytest.approx(0.4111, abs=5e-5)


def column(*scores):
    return np.array(scores, float)[:, None]


def test_four_raters_can_flag_nobody():
    assert outliers(column(4, 4, 4, 1)) == []


def test_five_can():
    (found,) = outliers(column(4, 4, 4, 4, 1))
    assert (found.item, found.rater, round(found.z, 3)) == (0, 4, -1.789)


def test_no_spread_flags_nobody():
    assert outliers(column(3, 3, 3, 3, 3, 3)) == []


def test_exactly_the_limit_is_no_outlier():
    # mean 7/3, sample variance 28/27 + …: chosen so that z is 1.5 to the last digit
    scores = column(0, 0, 0, 0, 0, 0, 0, 0, 9)  # z = 8/3 on nine
    assert [round(found.z, 6) for found in outliers(scores)] == [round(8 / 3, 6)]
    from fractions import Fraction

    assert outliers(scores, Fraction(8, 3)) == []
    assert outliers(scores, Fraction(8, 3) - Fraction(1, 10**9)) != []
