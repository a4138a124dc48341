"""Agreement, outliers, blinding and comparison of scores. NumPy alone; what cannot be computed says why."""

from .alpha import METRICS, Interval, alpha, bootstrap, bootstraps, pair_bootstrap
from .blinding import BlindingIndex, Discrimination, bang, discrimination
from .comparison import Comparison, Friedman, compare, holm
from .concordance import Concordance, kendall
from .correlation import icc
from .estimate import Estimate
from .kappa import Kappa, fleiss_kappa, kappa_of_counts
from .outliers import LEAST_RATERS, Outlier, outliers
from .raters import Habit, habits
from .report import report
from .table import ScoreError, Table, read_csv
from .totals import totals, weights_of

__all__ = [
    "LEAST_RATERS",
    "METRICS",
    "BlindingIndex",
    "Comparison",
    "Concordance",
    "Discrimination",
    "Estimate",
    "Friedman",
    "Habit",
    "Interval",
    "Kappa",
    "Outlier",
    "ScoreError",
    "Table",
    "alpha",
    "bang",
    "bootstrap",
    "bootstraps",
    "compare",
    "discrimination",
    "fleiss_kappa",
    "habits",
    "holm",
    "icc",
    "kappa_of_counts",
    "kendall",
    "outliers",
    "pair_bootstrap",
    "read_csv",
    "report",
    "totals",
    "weights_of",
]
