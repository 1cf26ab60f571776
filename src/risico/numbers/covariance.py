"""Consistency of items from S, the covariance matrix of complete answers, shape (k, k)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
Index = NDArray[np.intp]


def cronbach(*, S: Array) -> float:
    """Coefficient alpha. Cronbach (1951); needs two items and a total that varies."""
    k = len(S)
    return float(k / (k - 1) * (1 - np.trace(S) / S.sum()))


def feldt(*, alpha: float, n: int, k: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact interval of alpha for normal, tau-equivalent items. Feldt (1965)."""
    df1, df2 = n - 1, (n - 1) * (k - 1)
    tail = (1 - confidence) / 2
    low, high = (1 - (1 - alpha) * special.fdtri(df1, df2, p) for p in (1 - tail, tail))
    return float(low), float(high)


def standard_error_of_alpha(*, S: Array, n: int) -> float:
    """Asymptotic standard error of alpha for normal items of any covariance. Duhachek and Iacobucci (2004)."""
    k, total, own = len(S), S.sum(), np.trace(S)
    spread = total * (np.sum(S**2) + own**2) - 2 * own * np.sum(S @ S)
    return float(np.sqrt(max(2 * k**2 / ((k - 1) ** 2 * total**3) * spread, 0.0) / n))


def distribution_free_alpha(*, away: Array, number: Array, cluster: Index | None = None) -> tuple[float, float]:
    """Alpha and its standard error whatever the distribution. Maydeu-Olivares, Coffman and Hartmann (2007).

    `away` holds the distance of each answer to the mean of its item, shape (rows, k), `number` how often a row occurs.
    `cluster` numbers from 0 the clusters in which rows resemble each other: what they add up to is taken instead of
    what each row adds, times clusters / (clusters − 1).
    """
    n, k = number.sum(), away.shape[1]
    own, whole = (away**2).sum(axis=1), away.sum(axis=1) ** 2
    apart, total = float(number @ own) / n, float(number @ whole) / n
    adds = k / (k - 1) * (apart * (whole - total) / total - (own - apart)) / total
    alpha = float(k / (k - 1) * (1 - apart / total))
    if cluster is None:
        return alpha, float(np.sqrt(number @ adds**2) / n)
    added = np.bincount(cluster, weights=number * adds)
    return alpha, float(np.sqrt(added @ added * len(added) / max(len(added) - 1, 1)) / n)


def correlations(*, S: Array) -> Array:
    """Correlation matrix of S, shape (k, k); every item must vary."""
    spread = np.sqrt(np.diag(S))
    return S / np.outer(spread, spread)


def guttman_lambda_2(*, S: Array) -> float:
    """Lower bound of the reliability of the sum that is never below alpha. Guttman (1945)."""
    k, apart = len(S), S - np.diag(np.diag(S))
    return float((apart.sum() + np.sqrt(k / (k - 1) * np.sum(apart**2))) / S.sum())


def guttman_lambda_6(*, S: Array) -> float:
    """One minus what the other items leave unexplained of each, over the variance of the sum. Guttman (1945)."""
    return float(1 - (1 / np.diag(np.linalg.inv(S))).sum() / S.sum())


def item_rest(*, S: Array) -> Array:
    """Correlation of each item with the sum of the others, shape (k,); NaN where one of the two does not vary."""
    rest_covariance = S.sum(axis=0) - np.diag(S)
    rest_variance = S.sum() - 2 * S.sum(axis=0) + np.diag(S)
    product = np.diag(S) * rest_variance
    varies = product > 1e-12 * S.sum() ** 2
    return np.where(varies, rest_covariance / np.sqrt(np.where(varies, product, 1.0)), np.nan)


def alpha_without(*, S: Array) -> Array:
    """Alpha of the other items when one is left out, shape (k,); NaN where their sum does not vary."""
    k = len(S)
    traces = np.trace(S) - np.diag(S)
    sums = S.sum() - 2 * S.sum(axis=0) + np.diag(S)
    varies = sums > 1e-12 * np.trace(S)
    return np.where(varies, (k - 1) / (k - 2) * (1 - traces / np.where(varies, sums, 1.0)), np.nan)


HOPELESS = -10.0
"""A uniqueness of a standardised item from which no search comes back."""


class OneFactor(NamedTuple):
    """A one-factor model: loadings and uniquenesses of k items and the information about them, shape (2k, 2k)."""

    loadings: Array
    uniquenesses: Array
    information: Array
    converged: bool


def one_factor(*, S: Array, n: int, start: OneFactor | None = None, steps: int = 500) -> OneFactor:
    """Maximum-likelihood one-factor model of a covariance matrix. Jöreskog (1967), by Fisher scoring.

    Fitted to the correlations, as the estimate does not depend on the units, and given back in the units of S. `start`
    is a model that is near, such as that of a matrix that is near.
    """
    k, spread = len(S), np.sqrt(np.diag(S))
    R, converged = S / np.outer(spread, spread), False
    theta = _start(R) if start is None else np.append(start.loadings / spread, start.uniquenesses / spread**2)
    for _ in range(steps):
        gradient, information = _score(theta, R)
        step = np.linalg.lstsq(information, gradient, rcond=None)[0]
        if np.abs(step).max() < 1e-10:
            converged = True
            break
        worth = _discrepancy(theta, R)
        while np.abs(step).max() > 1e-10 and _discrepancy(theta + step, R) > worth + 1e-13:
            step = step / 2
        theta = theta + step
        if theta[k:].min() < HOPELESS:
            break
    scale = np.concatenate([spread, spread**2])
    information = n * _score(theta, R)[1] / np.outer(scale, scale)
    theta = theta * scale
    return OneFactor(theta[:k], theta[k:], information, converged)


def _start(R: Array) -> Array:
    values, vectors = np.linalg.eigh(R)
    first = vectors[:, -1] * np.sqrt(values[-1]) * (1.0 if vectors[:, -1].sum() >= 0 else -1.0)
    loadings = np.clip(first, -0.9, 0.9)
    return np.concatenate([loadings, 1 - loadings**2])


def _implied(theta: Array) -> Array:
    k = len(theta) // 2
    return np.outer(theta[:k], theta[:k]) + np.diag(theta[k:])


def _discrepancy(theta: Array, R: Array) -> float:
    """Log determinant plus trace: minus twice the log-likelihood per row but for a constant; inf if impossible."""
    implied = _implied(theta)
    values = np.linalg.eigvalsh(implied)
    if values[0] <= 0:
        return float("inf")
    return float(np.log(values).sum() + np.trace(np.linalg.solve(implied, R)))


def _score(theta: Array, R: Array) -> tuple[Array, Array]:
    """Gradient of the log-likelihood per row, and its expected information."""
    k = len(theta) // 2
    loadings, A = theta[:k], np.linalg.inv(_implied(theta))
    W = A @ (R - _implied(theta)) @ A
    b = A @ loadings
    gradient = np.concatenate([W @ loadings, np.diag(W) / 2])
    information = np.block(
        [[(loadings @ b) * A + np.outer(b, b), A * b], [(A * b).T, A**2 / 2]],
    )
    return gradient, information


def implied(*, model: OneFactor) -> Array:
    """Covariances that a model implies, shape (k, k)."""
    return np.outer(model.loadings, model.loadings) + np.diag(model.uniquenesses)


def omega_total(*, model: OneFactor) -> tuple[float, float]:
    """Omega total of the sum of the items and its standard error by the delta method. McDonald (1999)."""
    common, unique = model.loadings.sum(), model.uniquenesses.sum()
    total = common**2 + unique
    k = len(model.loadings)
    slope = np.repeat([2 * common * unique / total**2, -(common**2) / total**2], k)
    variance = slope @ np.linalg.solve(model.information, slope)
    return float(common**2 / total), float(np.sqrt(variance))


def standard_error_of_measurement(*, variance: float, reliability: float) -> float:
    """Standard deviation of one person's score around the true one, in points. Lord and Novick (1968)."""
    return float(np.sqrt(variance * (1 - reliability)))
