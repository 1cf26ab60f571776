"""One factor in several groups by maximum likelihood on covariances and means: apart, with the same loadings, with the
same loadings and intercepts.

`S` holds the covariances of each group with n in the denominator, shape (groups, k, k), `m` the means, shape
(groups, k), `n` the number of forms of each group.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.numbers import covariance, factor

Array = NDArray[np.float64]
Level = Literal["configural", "metric", "scalar"]
LEVELS: tuple[Level, ...] = ("configural", "metric", "scalar")


class Model(NamedTuple):
    """Chi-square and degrees of freedom, the smallest error variance as a share of the item's, and whether settled."""

    chi_square: float
    df: int
    smallest: float
    settled: bool


class _Parts(NamedTuple):
    """Loadings, error variances, intercepts, shape (groups, k); variance and mean of the factor, shape (groups,)."""

    loadings: Array
    errors: Array
    intercepts: Array
    variance: Array
    mean: Array


def baseline(*, S: Array, n: Array) -> tuple[float, int]:
    """Chi-square and degrees of freedom of the model in which no two items correlate in any group."""
    groups, k = len(S), S.shape[1]
    apart = [np.log(np.diag(one)).sum() - np.linalg.slogdet(one)[1] for one in S]
    return float(n @ np.array(apart)), groups * k * (k - 1) // 2


def fit(*, S: Array, m: Array, n: Array, level: Level, steps: int = 300) -> Model:
    """Fit one factor to all groups at once, by Fisher scoring. Jöreskog (1971), Sörbom (1974).

    The factor has mean 0 and variance 1 in the first group, and in every group where nothing is shared; items are
    first brought to one spread, which changes no chi-square.
    """
    spread = np.sqrt(np.einsum("gii,g->i", S, n) / n.sum())
    return _scored(S=S / np.outer(spread, spread), m=(m - m[0]) / spread, n=n, level=level, steps=steps)


def _scored(*, S: Array, m: Array, n: Array, level: Level, steps: int) -> Model:
    at, share, settled = _start(S, m, level), n / n.sum(), False
    now, gradient, information = _worth(at, S, m, share, level)
    for _ in range(steps):
        step = np.linalg.solve(information, -gradient)
        if np.abs(step).max() < 1e-10:
            settled = True
            break
        there = _worth(at + step, S, m, share, level)
        while there[0] > now + 1e-13 and np.abs(step).max() > 1e-10:
            step = step / 2
            there = _worth(at + step, S, m, share, level)
        at, (now, gradient, information) = at + step, there
    groups, k = m.shape
    saturated = float(share @ np.array([np.linalg.slogdet(one)[1] + k for one in S]))
    errors = _parts(at, groups, k, level).errors / np.einsum("gii->gi", S)
    df = groups * k * (k + 3) // 2 - len(at)
    return Model(max(float(n.sum() * (now - saturated)), 0.0), df, float(errors.min()), settled)


def _start(S: Array, m: Array, level: Level) -> Array:
    models = [covariance.one_factor(S=one, n=1) for one in S]
    loadings = np.array([model.loadings for model in models])
    errors = np.clip([model.uniquenesses for model in models], 0.05, None)
    loadings *= np.sign(loadings.sum(axis=1, keepdims=True))
    free = len(S) - 1
    if level == "configural":
        return np.concatenate([loadings.ravel(), errors.ravel(), m.ravel()])
    shared = np.concatenate([loadings.mean(axis=0), errors.ravel(), np.ones(free)])
    return np.concatenate([shared, m.ravel() if level == "metric" else np.append(m.mean(axis=0), np.zeros(free))])


def _parts(at: Array, groups: int, k: int, level: Level) -> _Parts:
    """Lay parameters out by group, in the order of `_start`."""
    own = groups if level == "configural" else 1
    sizes = [own * k, groups * k, 0 if own > 1 else groups - 1, k if level == "scalar" else groups * k]
    cuts = np.cumsum(sizes).tolist()
    loadings, errors, variance, intercepts, mean = np.split(at, cuts)

    def wide(part: Array) -> Array:
        return np.broadcast_to(part.reshape(-1, k), (groups, k))

    return _Parts(
        wide(loadings),
        errors.reshape(groups, k),
        wide(intercepts),
        np.ones(groups) if own > 1 else np.append(1.0, variance),
        np.append(0.0, mean) if level == "scalar" else np.zeros(groups),
    )


def _worth(at: Array, S: Array, m: Array, share: Array, level: Level) -> tuple[float, Array, Array]:
    """Discrepancy, its slope and expected curvature; infinite where a covariance is impossible."""
    groups, k = m.shape
    parts = _parts(at, groups, k, level)
    worth, gradient, information = 0.0, np.zeros(len(at)), np.zeros((len(at), len(at)))
    for g in range(groups):
        loading = parts.loadings[g]
        implied = parts.variance[g] * np.outer(loading, loading) + np.diag(parts.errors[g])
        if np.linalg.eigvalsh(implied)[0] <= 1e-10:
            return np.inf, gradient, information
        apart = m[g] - parts.intercepts[g] - loading * parts.mean[g]
        inverse, seen = np.linalg.inv(implied), S[g] + np.outer(apart, apart)
        worth += share[g] * float(np.linalg.slogdet(implied)[1] + np.trace(inverse @ seen))
        d_cov, d_mean = _moments(parts, g, groups, k, level, len(at))
        half = inverse @ d_cov
        gradient += share[g] * (
            np.trace(half, axis1=1, axis2=2)
            - np.einsum("pij,ji->p", half, inverse @ seen)
            - 2 * d_mean @ (inverse @ apart)
        )
        information += share[g] * (np.einsum("pij,qji->pq", half, half) + 2 * d_mean @ inverse @ d_mean.T)
    return worth, gradient, information


def _moments(parts: _Parts, g: int, groups: int, k: int, level: Level, size: int) -> tuple[Array, Array]:
    """Slopes of the covariances and means of one group in every parameter, shapes (p, k, k) and (p, k)."""
    d_cov, d_mean = np.zeros((size, k, k)), np.zeros((size, k))
    loading, variance, unit = parts.loadings[g], parts.variance[g], np.eye(k)
    own = level == "configural"
    first = g * k if own else 0
    errors = (groups if own else 1) * k
    intercepts = errors + groups * k + (0 if own else groups - 1)
    for i in range(k):
        d_cov[first + i] = variance * (np.outer(unit[i], loading) + np.outer(loading, unit[i]))
        d_mean[first + i] = parts.mean[g] * unit[i]
        d_cov[errors + g * k + i, i, i] = 1.0
        d_mean[intercepts + (0 if level == "scalar" else g * k) + i, i] = 1.0
    if not own and g > 0:
        d_cov[errors + groups * k + g - 1] = np.outer(loading, loading)
        if level == "scalar":
            d_mean[intercepts + k + g - 1] = loading
    return d_cov, d_mean


def indices(*, model: Model, S: Array, n: Array) -> factor.Fit:
    """Indices of fit; RMSEA of several groups is √groups times that of one. Steiger (1998)."""
    value, df = baseline(S=S, n=n)
    fit = factor.fit_indices(
        value=model.chi_square, df=model.df, baseline=value, baseline_df=df, n=round(float(n.sum()))
    )
    return fit._replace(rmsea=fit.rmsea * float(np.sqrt(len(S))))
