"""Polychoric correlations: of the normal variables that answers are thought to be cut from. From tables of pairs.

Tables of one shape go together: `tables` has shape (pairs, a, b), thresholds of the rows (pairs, a − 1), of the columns
(pairs, b − 1), one correlation per pair.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

EDGE = 0.999
"""A correlation beyond this is as good as 1, which is no correlation of two measurements."""
EMPTY = 0.5
"""What an empty cell of a table of two by two is given, the margins kept."""


def thresholds(*, margin: Array) -> Array:
    """Where a standard normal variable is cut to give these numbers of answers, shape (..., levels − 1)."""
    return special.ndtri((np.cumsum(margin, axis=-1) / margin.sum(axis=-1, keepdims=True))[..., :-1])


def bivariate(h: Array, k: Array, rho: Array) -> Array:
    """Chance that two standard normal variables of this correlation (not 1) lie below h and k. Owen (1956).

    >>> float(bivariate(np.array([0.0]), np.array([0.0]), np.array([0.5]))[0].round(12))
    0.333333333333
    """
    h, k, rho = np.broadcast_arrays(h, k, rho)
    root = np.sqrt(1 - rho**2)
    both = (h == 0) & (k == 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        over_h, over_k = ((y - rho * x) / (x * root) for x, y in ((h, k), (k, h)))
    owen = special.owens_t(h, np.where(both, 0.0, over_h)) + special.owens_t(k, np.where(both, 0.0, over_k))
    opposite = (h * k < 0) | ((h * k == 0) & (h + k < 0))
    found = (special.ndtr(h) + special.ndtr(k)) / 2 - owen - 0.5 * opposite
    return np.where(both, 0.25 + np.arcsin(rho) / (2 * np.pi), found)


def correlations(*, tables: Array, steps: int = 100) -> Array:
    """Polychoric correlation of each table, shape (pairs,), by maximum likelihood with the thresholds of the margins.

    Olsson (1979), two steps, by Fisher scoring within a bracket. One empty cell of a table of two by two counts as a
    half, with the margins kept; two empty cells, or a likelihood that grows up to the edge, give 1 or −1.
    """
    rows, columns = (thresholds(margin=tables.sum(axis=axis)) for axis in (2, 1))
    N = _filled(tables)
    low, high = np.full(len(N), -EDGE), np.full(len(N), EDGE)
    rho = np.zeros(len(N))
    for _ in range(steps):
        P, D = _cells(rows, columns, rho), _slopes(rows, columns, rho)
        slope, information = (N * D / P).sum(axis=(1, 2)), N.sum(axis=(1, 2)) * (D**2 / P).sum(axis=(1, 2))
        low, high = np.where(slope >= 0, rho, low), np.where(slope <= 0, rho, high)
        with np.errstate(divide="ignore", invalid="ignore"):  # no information at the edge: the bracket is halved
            to = rho + slope / information
        to = np.where((to > low) & (to < high), to, np.where(low == high, rho, (low + high) / 2))
        settled = bool(np.abs(to - rho).max(initial=0.0) < 1e-12)
        rho = to
        if settled:
            break
    return np.where(np.abs(rho) > EDGE - 1e-6, np.sign(rho), rho)


def _filled(tables: Array) -> Array:
    """Tables with a half for the only empty cell of two by two."""
    if tables.shape[1:] != (2, 2):
        return tables
    empty = tables == 0
    one = empty.sum(axis=(1, 2)) == 1
    main = one & (empty[:, 0, 0] | empty[:, 1, 1])
    turn = np.where(one, np.where(main, EMPTY, -EMPTY), 0.0)
    return tables + turn[:, None, None] * np.array([[1.0, -1.0], [-1.0, 1.0]])


def _corners(rows: Array, columns: Array) -> tuple[Array, Array]:
    h, k = np.broadcast_arrays(rows[:, :, None], columns[:, None, :])
    return h, k


def _differences(inner: Array, right: Array, bottom: Array, whole: float) -> Array:
    """Cells from what lies below each corner; `right` and `bottom` are what lies below one threshold alone."""
    pairs, a, b = len(inner), inner.shape[1] + 1, inner.shape[2] + 1
    below = np.zeros((pairs, a + 1, b + 1))
    below[:, 1:a, 1:b] = inner
    below[:, 1:a, b], below[:, a, 1:b], below[:, a, b] = right, bottom, whole
    return np.diff(np.diff(below, axis=1), axis=2)


def _cells(rows: Array, columns: Array, rho: Array) -> Array:
    """Chance of each cell, at least a trifle, shape (pairs, a, b)."""
    h, k = _corners(rows, columns)
    inner = bivariate(h, k, rho[:, None, None])
    return np.maximum(_differences(inner, special.ndtr(rows), special.ndtr(columns), 1.0), 1e-15)


def _slopes(rows: Array, columns: Array, rho: Array) -> Array:
    """How the chance of each cell changes with the correlation: the density at its corners."""
    h, k = _corners(rows, columns)
    left = (1 - rho**2)[:, None, None]
    density = np.exp(-(h**2 - 2 * rho[:, None, None] * h * k + k**2) / (2 * left)) / (2 * np.pi * np.sqrt(left))
    return _differences(density, np.zeros_like(rows), np.zeros_like(columns), 0.0)


def variances(*, tables: Array, rho: Array) -> Array:
    """Asymptotic variance of each correlation times the number of forms, the thresholds being estimated too.

    Muthén (1984): the sandwich of the two steps, with cross-products of scores for information. Shape (pairs,); NaN
    where the forms do not tell, as of a table in which the correlation changes the chance of no answer that was given.
    """
    return tables.sum(axis=(1, 2)) * (tables * influence(tables=tables, rho=rho) ** 2).sum(axis=(1, 2))


def influence(*, tables: Array, rho: Array) -> Array:
    """What one form in a cell does to the correlation, its thresholds being estimated too, shape (pairs, a, b).

    The sum over forms of the products of these, for two pairs of items, is the covariance of the two correlations.
    """
    rows, columns = (thresholds(margin=tables.sum(axis=axis)) for axis in (2, 1))
    P = _cells(rows, columns, rho)
    of_rho = _slopes(rows, columns, rho) / P
    own = (tables * of_rho**2).sum(axis=(1, 2))
    turned = np.swapaxes(tables, 1, 2)
    by_row = _through(tables, of_rho, _threshold_scores(rows, columns, rho, P), rows)
    by_column = _through(
        turned, np.swapaxes(of_rho, 1, 2), _threshold_scores(columns, rows, rho, np.swapaxes(P, 1, 2)), columns
    )
    return (of_rho - by_row[:, :, None] - by_column[:, None, :]) / np.where(own > 0, own, np.nan)[:, None, None]


def _threshold_scores(own: Array, other: Array, rho: Array, P: Array) -> Array:
    """Score of each cell for each threshold of the rows, shape (pairs, a, b, a − 1)."""
    root = np.sqrt(1 - rho**2)[:, None, None]
    h, k = _corners(own, other)
    below = special.ndtr((k - rho[:, None, None] * h) / root)
    edge = np.ones((*own.shape, 1))
    share = np.diff(np.concatenate([0 * edge, below, edge], axis=2), axis=2)
    change = _density(own)[:, :, None] * share
    a = own.shape[1] + 1
    scores = np.zeros((*P.shape, a - 1))
    at = np.arange(a - 1)
    scores[:, at, :, at] = np.moveaxis(change, 1, 0)
    scores[:, at + 1, :, at] = -np.moveaxis(change, 1, 0)
    return scores / P[..., None]


def _through(tables: Array, of_rho: Array, of_threshold: Array, own: Array) -> Array:
    """What each answer does to the correlation by moving the thresholds of its item, shape (pairs, a)."""
    margin = tables.sum(axis=2)
    a, at = margin.shape[1], np.arange(own.shape[1])
    share = margin / margin.sum(axis=1, keepdims=True)
    scores = np.zeros((len(tables), a, a - 1))
    scores[:, at, at], scores[:, at + 1, at] = _density(own) / share[:, at], -_density(own) / share[:, at + 1]
    information = np.einsum("pa,pas,pat->pst", margin, scores, scores)
    across = np.einsum("pab,pab,pabt->pt", tables, of_rho, of_threshold)
    moved = np.linalg.solve(information, across[:, :, None])[:, :, 0]
    return np.einsum("pat,pt->pa", scores, moved)


def _density(x: Array) -> Array:
    return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
