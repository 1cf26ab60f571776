"""Cox regression with Efron's ties: coefficients, what each family adds to their error, and are hazards proportional.

Cox (1972), J R Stat Soc B 34:187; Efron (1977), J Am Stat Assoc 72:557; robust: Lin & Wei (1989), J Am Stat Assoc
84:1074; test: Grambsch & Therneau (1994), Biometrika 81:515, as the score test it approximates.

statsmodels' PHReg was tried: its coefficients and errors are the same, but its clustered errors forget Efron's ties,
and it has no test of proportional hazards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]

STEPS = 50
NEAR = 1e-10  # a step in a coefficient, relative, that is no step any more
ENDLESS = 15.0  # a coefficient per standard deviation beyond which the likelihood has no top


@dataclass(frozen=True, slots=True)
class Cox:
    """Coefficients, shape (k,), their information, shape (k, k), and `moves`, shape (n, k): each family's influence.

    `proportional` is the p-value per coefficient that it is the same at all times.
    """

    beta: Array
    information: Array
    moves: Array
    proportional: Array


@dataclass(frozen=True, slots=True)
class _Ties:
    """The deaths, one row each: the day it belongs to, and the share of the day's deaths that left already (Efron)."""

    days: Array
    at: Index
    dead: Flags
    day: Index
    share: Array


def cox(*, X: Array, time: Array, event: Flags) -> Cox | None:
    """Return the model of X, shape (n, k), or None where the likelihood has no top or does not tell coefficients apart.

    >>> model = cox(X=np.array([[0.0], [1], [0], [1]]), time=np.array([4.0, 2, 3, 5]), event=np.ones(4, dtype=bool))
    >>> model is not None and round(float(model.beta[0]), 3)
    -0.481
    """
    centred = X - X.mean(axis=0)
    spread = centred.std(axis=0)
    if (spread == 0).any() or not event.any():
        return None
    Z, ties = centred / spread, _ties(time, event)
    beta = np.zeros(X.shape[1])
    for _ in range(STEPS):
        _, mean, V = _sums(Z, beta, ties)
        score = Z[ties.dead].sum(axis=0) - mean.sum(axis=0)
        information = V.sum(axis=0)
        if np.linalg.cond(information) > 1 / NEAR:
            return None
        step = np.linalg.solve(information, score)
        beta = beta + step
        if np.abs(beta).max() > ENDLESS:
            return None
        if np.abs(step).max() < NEAR:
            return _told(Z, beta, ties, spread)
    return None


def _ties(time: Array, event: Flags) -> _Ties:
    days, at = np.unique(time, return_inverse=True)
    number = np.bincount(at[event], minlength=len(days))
    day = np.repeat(np.arange(len(days)), number)
    place = np.arange(len(day)) - np.repeat(number.cumsum() - number, number)
    return _Ties(days, at.ravel().astype(np.intp), event, day, place / number[day])


def _sums(Z: Array, beta: Array, ties: _Ties) -> tuple[Array, Array, Array]:
    """Return of each death the weight at risk, shape (D,), the mean of Z at risk (D, k), and its covariance."""
    w = np.exp(Z @ beta)
    k = Z.shape[1]
    terms = np.column_stack([np.ones(len(Z)), Z, (Z[:, :, None] * Z[:, None, :]).reshape(len(Z), -1)]) * w[:, None]
    count = len(ties.days)
    whole = np.column_stack([np.bincount(ties.at, weights=t, minlength=count) for t in terms.T])
    dying = np.column_stack([np.bincount(ties.at, weights=t * ties.dead, minlength=count) for t in terms.T])
    risk = whole[::-1].cumsum(axis=0)[::-1]
    S = risk[ties.day] - ties.share[:, None] * dying[ties.day]
    mean = S[:, 1 : k + 1] / S[:, :1]
    second = (S[:, k + 1 :] / S[:, :1]).reshape(-1, k, k)
    return S[:, 0], mean, second - mean[:, :, None] * mean[:, None, :]


def _told(Z: Array, beta: Array, ties: _Ties, spread: Array) -> Cox:
    S0, mean, V = _sums(Z, beta, ties)
    information = V.sum(axis=0)
    moves = np.linalg.solve(information, _score_residuals(Z, beta, ties, S0, mean).T).T
    return Cox(
        beta=beta / spread,
        information=information * spread[:, None] * spread[None, :],
        moves=moves / spread,
        proportional=_proportional(Z, ties, mean, V),
    )


def _score_residuals(Z: Array, beta: Array, ties: _Ties, S0: Array, mean: Array) -> Array:
    """Return what each family adds to the score, shape (n, k); Efron's ties as in the score itself."""
    count, w = len(ties.days), np.exp(Z @ beta)

    def by_day(values: Array) -> Array:
        return np.bincount(ties.day, weights=values, minlength=count).astype(np.float64)

    per = np.column_stack([np.ones(len(S0)), mean]) / S0[:, None]
    all_ = np.column_stack([by_day(column) for column in per.T])
    tied = np.column_stack([by_day(column * ties.share) for column in per.T])
    number = np.maximum(np.bincount(ties.day, minlength=count), 1)
    expected = np.column_stack([by_day(column) for column in mean.T]) / number[:, None]
    total = all_.cumsum(axis=0)[ties.at] - tied[ties.at] * ties.dead[:, None]
    died = ties.dead.astype(np.float64)[:, None]
    return (Z - expected[ties.at]) * died - w[:, None] * (Z * total[:, :1] - total[:, 1:])


def _proportional(Z: Array, ties: _Ties, mean: Array, V: Array) -> Array:
    """Return the p-value of each coefficient being constant: score test of its product with 1 - Kaplan-Meier."""
    from scipy.stats import chi2

    clock, k = _kaplan_meier_time(ties), Z.shape[1]
    clock = clock - clock[ties.day].mean()
    g = clock[ties.day]
    dying = np.column_stack([np.bincount(ties.at, weights=z * ties.dead, minlength=len(ties.days)) for z in Z.T])
    by_day = np.column_stack([np.bincount(ties.day, weights=m, minlength=len(ties.days)) for m in mean.T])
    score = (dying - by_day).T @ clock
    first, cross = V.sum(axis=0), np.einsum("d,dij->ij", g, V)
    second = np.einsum("d,dij->ij", g * g, V)
    out = np.empty(k)
    for j in range(k):
        left = second[j, j] - cross[j] @ np.linalg.solve(first, cross[:, j])
        out[j] = chi2.sf(score[j] ** 2 / left, 1) if left > NEAR * max(second[j, j], NEAR) else 1.0
    return out


def _kaplan_meier_time(ties: _Ties) -> Array:
    """Return one minus the chance to be free just before each day, shape (days,)."""
    risk = np.bincount(ties.at, minlength=len(ties.days))[::-1].cumsum()[::-1]
    hazard = np.bincount(ties.day, minlength=len(ties.days)) / risk
    return 1.0 - np.concatenate([[1.0], np.cumprod(1.0 - hazard)[:-1]])
