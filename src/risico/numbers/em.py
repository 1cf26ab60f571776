"""Means and covariances of items where some answers are blank, by maximum likelihood under normality.

Rows are forms, shape (n, k), with NaN for a blank and at least one answer each; `number` says how often each occurs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.intp]

SETTLED = 1e-11
"""Largest change of a standardised mean or covariance in one step at which the search stops."""
FLAT = 1e-9
"""Smallest eigenvalue of the correlations below which the items are taken for copies or sums of each other."""


class Moments(NamedTuple):
    """Means, shape (k,), and covariances, shape (k, k), with n in the denominator; whether the search settled."""

    means: Array
    S: Array
    converged: bool


class Gap(NamedTuple):
    """Forms with the same number of blanks: which rows, which items are blank, shape (rows, blanks), and what pattern
    each row has, with the items that are blank in each pattern.
    """

    rows: Places
    blank: Places
    pattern: Places
    patterns: Places


class Forms(NamedTuple):
    """Answers in order for the search: forms with blanks by their gaps (0 for a blank), complete ones added up.

    `complete` says how many are complete, `means` and `cross` their means and the products of deviations from them.
    """

    values: Array
    number: Array
    gaps: tuple[Gap, ...]
    complete: float
    means: Array
    cross: Array


def arranged(*, rows: Array, number: Array) -> Forms:
    """Add up the complete rows, and group the others by how many items are blank, and by which."""
    blank = np.isnan(rows)
    full = ~blank.any(axis=1)
    complete = float(number[full].sum())
    means = number[full] @ rows[full] / max(complete, 1.0)
    away = rows[full] - means
    cross = (away * number[full, None]).T @ away
    rows, number, blank = rows[~full], number[~full], blank[~full]
    many = blank.sum(axis=1)
    gaps: list[Gap] = []
    for m in np.unique(many).tolist():
        at = np.flatnonzero(many == m)
        items = np.nonzero(blank[at])[1].reshape(len(at), m)
        patterns, pattern = np.unique(items, axis=0, return_inverse=True)
        gaps.append(Gap(at, items, pattern.reshape(-1), patterns))
    return Forms(np.where(blank, 0.0, rows), number, tuple(gaps), complete, means, cross)


def observed(*, rows: Array, number: Array) -> tuple[Array, Array]:
    """Mean and variance of each item over the forms where it was answered, shape (k,), with n in the denominator."""
    seen = ~np.isnan(rows) * number[:, None]
    n = np.maximum(seen.sum(axis=0), 1)
    means = np.nansum(rows * number[:, None], axis=0) / n
    return means, np.nansum((rows - means) ** 2 * number[:, None], axis=0) / n


def expected(forms: Forms, means: Array, S: Array) -> tuple[Array, Array, float]:
    """What the means and covariances would be with the blanks filled in by expectation, and the log-likelihood of what
    was answered, but for a constant. The E step of Dempster, Laird and Rubin (1977).
    """
    K = np.linalg.inv(S)
    filled = forms.values - means
    for gap in forms.gaps:
        filled[gap.rows[:, None], gap.blank] = 0.0
    pulled = filled @ K
    squares = np.einsum("ij,ij->i", filled, pulled)
    spread, logs = np.zeros_like(S), np.full(len(filled), np.linalg.slogdet(S)[1])
    for gap in forms.gaps:
        own = K[gap.patterns[:, :, None], gap.patterns[:, None, :]]
        left = np.linalg.inv(own)
        pull = np.take_along_axis(pulled[gap.rows], gap.blank, axis=1)
        guess = -np.einsum("ist,it->is", left[gap.pattern], pull)
        squares[gap.rows] += np.einsum("is,is->i", guess, pull)
        logs[gap.rows] += np.linalg.slogdet(own)[1][gap.pattern]
        filled[gap.rows[:, None], gap.blank] = guess
        often = np.bincount(gap.pattern, weights=forms.number[gap.rows], minlength=len(gap.patterns))
        np.add.at(spread, (gap.patterns[:, :, None], gap.patterns[:, None, :]), left * often[:, None, None])
    away, n = forms.means - means, forms.number.sum() + forms.complete
    shift = (forms.number @ filled + forms.complete * away) / n
    whole = forms.cross + forms.complete * np.outer(away, away)
    cross = (filled * forms.number[:, None]).T @ filled + whole
    alone = forms.complete * np.linalg.slogdet(S)[1] + np.sum(K * whole)
    likelihood = -0.5 * float(forms.number @ (logs + squares) + alone)
    return means + shift, (cross + spread) / n - np.outer(shift, shift), likelihood


def saturated(*, forms: Forms, means: Array, S: Array, steps: int = 2000) -> Moments:
    """Means and covariances of normal items by the EM algorithm, from these first guesses.

    Dempster, Laird and Rubin (1977). Not converged where the covariances become singular on the way.
    """
    return search(forms=forms, means=means, S=S, model=lambda moments: moments, steps=steps)


def search(
    *, forms: Forms, means: Array, S: Array, model: Callable[[Array], Array | None], steps: int = 2000
) -> Moments:
    """Run EM in which `model` turns the expected covariances into those that the model allows (the M step), or gives up
    with None.
    """
    at = Moments(means, S, converged=False)
    for _ in range(steps):
        spread = np.sqrt(np.diag(at.S))
        if not (spread > 0).all() or np.linalg.eigvalsh(at.S / np.outer(spread, spread))[0] < FLAT:
            return at
        to, moments, _ = expected(forms, at.means, at.S)
        if (allowed := model(moments)) is None:
            return at
        apart = np.abs((to - at.means) / spread).max(), np.abs((allowed - at.S) / np.outer(spread, spread)).max()
        at = Moments(to, allowed, converged=max(apart) < SETTLED)
        if at.converged:
            return at
    return at


def log_likelihood(*, forms: Forms, means: Array, S: Array) -> float:
    """Log-likelihood of the answers, but for a constant that only the number of answers decides."""
    return expected(forms, means, S)[2]
