"""Raters who differ systematically, and units that split raters.

`X` holds the rating of each distinct unit by each rater, shape (p, g), NaN where there is none; `c` says how many units
are like that, shape (p,).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]


class Result(NamedTuple):
    """A statistic with its degrees of freedom (the second None for chi-square) and its p value."""

    value: float
    df: int
    df2: int | None
    p: float


def from_others(*, X: Array, c: Array) -> tuple[Array, Array, Array]:
    """Mean difference of each rater from the mean of the others on the same units, each of shape (g,).

    Returns the differences, their standard errors (NaN with fewer than two units) and the number of units.
    """
    there = ~np.isnan(X)
    filled = np.where(there, X, 0.0)
    others = there.sum(axis=1, keepdims=True) - 1
    used = (there & (others > 0)).astype(np.float64)
    away = np.where(used > 0, filled - (filled.sum(axis=1, keepdims=True) - filled) / np.maximum(others, 1), 0.0)
    n = c @ used
    mean = (c @ away) / np.where(n > 0, n, np.nan)
    squares = c @ (used * (away - np.where(n > 0, mean, 0.0)) ** 2)
    return mean, np.sqrt(squares / np.where(n > 1, n * (n - 1), np.nan)), n


def differ(*, X: Array, c: Array) -> Result | None:
    """F test of raters in an additive model of units and raters, on units with two ratings or more; any design.

    None where no two raters share a unit or nothing is left to judge the differences by.
    """
    there = ~np.isnan(X)
    paired = there.sum(axis=1) >= 2
    there, c = there[paired], c[paired]
    m, n = there.astype(np.float64), there.sum(axis=1, keepdims=True)
    filled = np.where(there, X[paired], 0.0)
    within = np.where(there, filled - filled.sum(axis=1, keepdims=True) / np.maximum(n, 1), 0.0)
    normal = np.diag(c @ m) - (m * (c[:, None] / np.maximum(n, 1))).T @ m
    effects, _, rank, _ = np.linalg.lstsq(normal, c @ within, rcond=1e-10)
    between, total = float(effects @ (c @ within)), float(c @ (within**2).sum(axis=1))
    df, left = int(rank), round(float(c @ (m.sum(axis=1) - 1))) - int(rank)
    residual = total - between
    if df == 0 or left <= 0 or residual <= 1e-12 * total or total == 0:
        return None
    value = (between / df) / (residual / left)
    return Result(value, df, left, float(special.fdtrc(df, left, value)))


def marginal_homogeneity(*, table: Array) -> Result | None:
    """Whether two raters choose each level equally often, from their table, shape (q, q).

    Stuart (1955), Maxwell (1970). Levels on which they never differ take no part; None where they differ nowhere.
    """
    d = table.sum(axis=1) - table.sum(axis=0)
    S = -(table + table.T)
    np.fill_diagonal(S, table.sum(axis=1) + table.sum(axis=0) - 2 * np.diag(table))
    weights, _, rank, _ = np.linalg.lstsq(S, d, rcond=1e-10)
    if rank == 0:
        return None
    value = float(weights @ d)
    return Result(value, int(rank), None, float(special.chdtrc(int(rank), value)))


def spread(*, r: Array) -> Array:
    """How many levels lie between the lowest and the highest rating of each unit, shape (p,); r is (p, q)."""
    places = np.arange(r.shape[1])
    low = np.where(r > 0, places, r.shape[1]).min(axis=1, initial=r.shape[1])
    return np.maximum(np.where(r > 0, places, -1).max(axis=1, initial=-1) - low, 0).astype(np.float64)


def confused(*, r: Array, c: Array) -> Array:
    """Number of units in which one rater chose the one level and another the other, shape (q, q)."""
    chosen = (r > 0).astype(np.float64)
    return (chosen * c[:, None]).T @ chosen


def simultaneous(*, confidence: float, tests: int) -> float:
    """Confidence of each of several intervals that together have this confidence. Bonferroni.

    >>> simultaneous(confidence=0.95, tests=5)
    0.99
    """
    return 1 - (1 - confidence) / max(tests, 1)
