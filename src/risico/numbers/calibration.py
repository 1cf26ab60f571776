"""Logistic recalibration of a predicted probability, on counts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
Index = NDArray[np.intp]


class Fit(NamedTuple):
    """Coefficients and their covariance; `converged` is false where no finite estimate exists."""

    coefficients: Array
    covariance: Array
    converged: bool


def logistic(*, X: Array, events: Array, trials: Array, offset: Array, steps: int = 50) -> Fit:
    """Maximum-likelihood logistic regression of events among trials on X, shape (p, k), by Newton's method."""
    b = np.zeros(X.shape[1])
    covariance = np.zeros((X.shape[1], X.shape[1]))
    for _ in range(steps):
        mean = special.expit(X @ b + offset)
        information = (X * (trials * mean * (1 - mean))[:, None]).T @ X
        if np.linalg.cond(information) > 1e14:
            return Fit(b, covariance, False)
        covariance = np.linalg.inv(information)
        step = covariance @ (X.T @ (events - trials * mean))
        b = b + step / max(1.0, float(np.abs(step).max()) / 5)
        if np.abs(step).max() < 1e-10 * max(1.0, float(np.abs(b).max())):
            return Fit(b, covariance, True)
    return Fit(b, covariance, False)


def clustered(*, fit: Fit, X: Array, events: Array, trials: Array, offset: Array, cluster: Index) -> Fit:
    """The same fit with a covariance for rows of one cluster that resemble each other. Liang and Zeger (1986).

    `cluster` numbers the clusters from 0, shape (p,); what they add up to is multiplied by clusters / (clusters − 1).
    """
    apart = events - trials * special.expit(X @ fit.coefficients + offset)
    size = int(cluster.max()) + 1
    pull = np.column_stack([np.bincount(cluster, weights=column * apart, minlength=size) for column in X.T])
    middle = pull.T @ pull * size / max(size - 1, 1)
    return fit._replace(covariance=fit.covariance @ middle @ fit.covariance)


def in_the_large(*, logit: Array, events: Array, trials: Array) -> Fit:
    """Intercept with the slope held at 1: how far predictions are too high or low on average. Cox (1958)."""
    return logistic(X=np.ones((len(logit), 1)), events=events, trials=trials, offset=logit)


def intercept_and_slope(*, logit: Array, events: Array, trials: Array) -> Fit:
    """Intercept and slope estimated together: a slope below 1 says that predictions are too extreme. Cox (1958)."""
    X = np.column_stack([np.ones(len(logit)), logit])
    return logistic(X=X, events=events, trials=trials, offset=np.zeros(len(logit)))


def log_likelihood(*, logit: Array, events: Array, trials: Array) -> float:
    """Binomial log-likelihood of events among trials, without its constant."""
    return float(events @ special.log_expit(logit) + (trials - events) @ special.log_expit(-logit))


def spline(*, x: Array, knots: Array) -> Array:
    """Restricted cubic spline of x, shape (p, knots - 1): x itself and the terms that bend between the knots.

    Straight outside the outer knots; scaled by the square of their distance, so that all columns are of one size.
    Stone and Koo (1985); Harrell (2015), eq. 2.25.
    """
    first, before, last = knots[0], knots[-2], knots[-1]
    scale = (last - first) ** 2

    def cube(knot: float) -> Array:
        return np.maximum(x - knot, 0.0) ** 3

    bends = [
        (cube(t) - cube(before) * (last - t) / (last - before) + cube(last) * (before - t) / (last - before)) / scale
        for t in knots[:-2]
    ]
    return np.column_stack([x, *bends])


def quantiles(*, values: Array, number: Array, q: Array) -> Array:
    """Quantiles of values that occur `number` times each; between two forms in a straight line (type 7 of R).

    >>> quantiles(values=np.array([3.0, 1.0]), number=np.array([1.0, 3.0]), q=np.array([0.5, 0.8])).round(9).tolist()
    [1.0, 1.8]
    """
    order = np.argsort(values)
    ends = np.cumsum(number[order])
    place = q * (ends[-1] - 1)
    low, high = (np.searchsorted(ends, side, side="right") for side in (np.floor(place), np.ceil(place)))
    below, above = values[order][low], values[order][high]
    return below + (place - np.floor(place)) * (above - below)
