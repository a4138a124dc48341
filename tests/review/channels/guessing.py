"""A simple classifier: logistic regression on what is noticed of things, and how well it does on others."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import binomtest

FOLDS, STEPS, RIDGE = 5, 60, 1.0


def table(clues: Sequence[dict[str, float]], groups: np.ndarray) -> np.ndarray:
    """Clues as numbers (things, names), each around the mean of its group and at one scale; what is constant is left
    out. A clue that is not there is 0.
    """
    names = sorted(set().union(*clues))
    found = np.array([[row.get(name, 0.0) for name in names] for row in clues])
    for group in np.unique(groups):
        found[groups == group] -= found[groups == group].mean(axis=0)
    spread = found.std(axis=0)
    return found[:, spread > 1e-9] / spread[spread > 1e-9]


def fitted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Weights of a logistic regression with a ridge, by Newton's steps in the space of the things."""
    kernel = x @ x.T / RIDGE
    dual = np.zeros(len(y))
    for _step in range(STEPS):
        score = kernel @ dual
        p = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
        w = np.maximum(p * (1 - p), 1e-6)
        target = score + (y - p) / w
        new = np.linalg.solve(kernel + np.diag(1 / w), target)
        if np.abs(new - dual).max() < 1e-8:
            break
        dual = new
    return x.T @ dual / RIDGE


def right_guesses(x: np.ndarray, y: np.ndarray, seed: int = 0) -> int:
    """How many are guessed right, each by weights that were fitted without it: five folds, balanced by kind."""
    rng, fold = np.random.default_rng(seed), np.zeros(len(y), int)
    for kind in (0, 1):
        fold[rng.permutation(np.flatnonzero(y == kind))] = np.arange((y == kind).sum()) % FOLDS
    right = 0
    for held in range(FOLDS):
        weights = fitted(x[fold != held], y[fold != held])
        right += int(((x[fold == held] @ weights > 0) == y[fold == held]).sum())
    return right


def p_of(clues: Sequence[dict[str, float]], kinds: Sequence[bool], groups: Sequence[int]) -> tuple[float, float]:
    """The share that is guessed right, and how likely chance is to be as far from one half (binomial, two-sided)."""
    y = np.array(kinds, int)
    x = table(clues, np.array(groups))
    right = right_guesses(x, y) if x.shape[1] else len(y) // 2
    return right / len(y), float(binomtest(right, len(y)).pvalue)
