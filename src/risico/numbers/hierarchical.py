"""Several factors and one above them: minres, varimax, oblimin and Schmid-Leiman, from correlations R (k, k)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LEAST = 0.005
"""A uniqueness of less than this is an item without an error of its own."""

STEEP, FLAT = 1e-12, 1e-22
"""Square of the slope below which a rotation has settled, and below which there is nothing left to gain."""


class Factors(NamedTuple):
    """Loadings, shape (k, factors), the correlations of the factors, and whether the search settled."""

    loadings: Array
    phi: Array
    converged: bool


def minres(*, R: Array, factors: int, steps: int = 2000) -> Factors:
    """Uncorrelated factors that leave the smallest residual correlations. Harman and Jones (1966).

    By the uniquenesses that make the last eigenvalues of R − Ψ smallest (Jöreskog 1977); there the diagonal fits.
    """
    uniqueness = 1 / np.diag(np.linalg.inv(R))
    worth = _last(R, uniqueness, factors)[0]
    converged = False
    for _ in range(steps):
        _, slope, curve = _last(R, uniqueness, factors)
        step = -np.linalg.lstsq(curve, slope, rcond=None)[0]
        while np.abs(step).max() > 1e-12 and _last(R, uniqueness + step, factors)[0] > worth:
            step = step / 2
        uniqueness = uniqueness + step
        worth = _last(R, uniqueness, factors)[0]
        if np.abs(step).max() < 1e-10:
            converged = True
            break
    values, vectors = np.linalg.eigh(R - np.diag(uniqueness))
    loadings = vectors[:, ::-1][:, :factors] * np.sqrt(np.maximum(values[::-1][:factors], 0.0))
    return Factors(loadings, np.eye(factors), converged)


def _last(R: Array, uniqueness: Array, factors: int) -> tuple[float, Array, Array]:
    """Half the sum of squares of the last eigenvalues, its slope and about its curve in the uniquenesses."""
    values, vectors = np.linalg.eigh(R - np.diag(uniqueness))
    values, vectors = values[:-factors], vectors[:, :-factors]
    return float((values**2).sum() / 2), -(vectors**2) @ values, (vectors @ vectors.T) ** 2


def varimax(*, loadings: Array, steps: int = 1000) -> Array:
    """Rotate so that each item loads on few factors; items weighed alike (Kaiser 1958). Shape (k, factors)."""
    size = np.sqrt(np.maximum((loadings**2).sum(axis=1), 1e-300))
    A = loadings / size[:, None]
    turn, before = np.eye(A.shape[1]), 0.0
    for _ in range(steps):
        Z = A @ turn
        left, strength, right = np.linalg.svd(A.T @ (Z**3 - Z * (Z**2).mean(axis=0)))
        turn = left @ right
        if strength.sum() < before * (1 + 1e-5):
            break
        before = strength.sum()
    return (A @ turn) * size[:, None]


def oblimin(*, loadings: Array, steps: int = 2000) -> Factors:
    """Rotate to factors that may correlate, by quartimin from where the loadings stand. Jennrich (2002)."""
    turn, step = np.eye(loadings.shape[1]), 1.0
    worth, slope = _quartimin(loadings, turn)
    size = np.inf
    for _ in range(steps):
        along = slope - turn * (turn * slope).sum(axis=0)
        size, step, least = float((along**2).sum()), 2 * step, step / 2**12
        if size < FLAT:
            break
        tried, gained = turn, False
        while step > least and not gained:
            tried = turn - step * along
            tried = tried / np.sqrt((tried**2).sum(axis=0))
            gained = worth - _quartimin(loadings, tried)[0] > 0.5 * size * step
            step = step if gained else step / 2
        if not gained:
            break
        turn = tried
        worth, slope = _quartimin(loadings, turn)
    return Factors(loadings @ np.linalg.inv(turn).T, turn.T @ turn, size < STEEP)


def _quartimin(A: Array, T: Array) -> tuple[float, Array]:
    """How mixed the loadings are, and its slope in the turn T."""
    inverse = np.linalg.inv(T)
    L = A @ inverse.T
    others = L**2 @ (1 - np.eye(len(T)))
    return float((L**2 * others).sum() / 4), -(L.T @ (L * others) @ inverse).T


def general(*, phi: Array) -> Array:
    """Loadings of three factors on one above them; NaN where no such factor gives their correlations."""
    a, b, c = phi[0, 1], phi[0, 2], phi[1, 2]
    squares = np.array([a * b / c, a * c / b, b * c / a]) if a * b * c > 0 else np.full(3, np.nan)
    signs = np.array([1.0, np.sign(a), np.sign(b)])
    return np.where(squares < 1, np.sqrt(squares), np.nan) * signs


def omega_hierarchical(*, R: Array, general: Array) -> float:
    """Share of the variance of the sum of standardised items that one general factor gives. McDonald (1999).

    `general` are the loadings of the items on it, shape (k,).
    """
    return float(general.sum() ** 2 / R.sum())
