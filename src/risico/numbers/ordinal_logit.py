"""Regression of an ordered answer by proportional odds, on counts. Two levels are ordinary logistic regression.

statsmodels' OrderedModel takes one row per form and no frequencies.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


class Ordinal(NamedTuple):
    """Log likelihood, thresholds and slopes; `converged` is false where no finite estimate exists."""

    log_likelihood: float
    thresholds: Array
    slopes: Array
    converged: bool


def proportional_odds(*, X: Array, y: Whole, c: Array, steps: int = 60) -> Ordinal:
    """Maximum likelihood of P(Y ≤ j) = logistic(threshold_j − x · slope), by Newton's method. McCullagh (1980).

    `X` has shape (p, k), `y` holds levels 0, 1, … of which each occurs, `c` how often each row occurs.
    """
    top = int(y.max())
    below = np.cumsum(np.bincount(y, weights=c, minlength=top + 1))[:-1] / c.sum()
    theta = np.concatenate([special.logit(below), np.zeros(X.shape[1])])
    upper, lower = _design(X, y, top)
    now, gradient, hessian = _likelihood(theta, upper, lower, y, c, top)
    for _ in range(steps):
        if np.linalg.cond(hessian) > 1e13:
            break
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        there = _likelihood(theta - step, upper, lower, y, c, top)
        while there[0] < now - 1e-12 * abs(now) and size > 1e-6:
            size /= 2
            there = _likelihood(theta - size * step, upper, lower, y, c, top)
        theta, (now, gradient, hessian) = theta - size * step, there
        if np.abs(size * step).max() < 1e-9 * max(1.0, float(np.abs(theta).max())):
            return Ordinal(now, theta[:top], theta[top:], bool(np.abs(theta).max() < 30))
    return Ordinal(now, theta[:top], theta[top:], False)


def _design(X: Array, y: Whole, top: int) -> tuple[Array, Array]:
    """Rows that give the upper and lower bound of each answer from thresholds and slopes."""
    places = np.arange(top)[None, :]
    return (
        np.hstack([(y[:, None] == places).astype(np.float64), -X]),
        np.hstack([(y[:, None] - 1 == places).astype(np.float64), -X]),
    )


def _likelihood(theta: Array, upper: Array, lower: Array, y: Whole, c: Array, top: int) -> tuple[float, Array, Array]:
    """Log likelihood, gradient and second derivatives; minus infinity where the thresholds are out of order."""
    a, b = np.where(y == top, np.inf, upper @ theta), np.where(y == 0, -np.inf, lower @ theta)
    below, under = special.expit(a), special.expit(b)
    p = below - under
    if (p <= 0).any():
        return -np.inf, np.zeros(len(theta)), np.eye(len(theta))
    fa, fb = below * (1 - below), under * (1 - under)
    ga, gb = fa / p, fb / p
    gradient = upper.T @ (c * ga) - lower.T @ (c * gb)
    aa, bb, ab = c * (ga * (1 - 2 * below) - ga**2), c * (-gb * (1 - 2 * under) - gb**2), c * ga * gb
    cross = (upper * ab[:, None]).T @ lower
    hessian = (upper * aa[:, None]).T @ upper + (lower * bb[:, None]).T @ lower + cross + cross.T
    return float(c @ np.log(p)), gradient, hessian
