"""One factor behind ordered answers, and how reliable their plain sum is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.numbers.polychoric import bivariate

Array = NDArray[np.float64]


class Loadings(NamedTuple):
    """Standardised loadings of k items on one factor, shape (k,), and whether the search settled."""

    values: Array
    converged: bool


def diagonally_weighted(*, R: Array, weights: Array, steps: int = 500) -> Loadings:
    """Loadings by least squares on correlations, each pair with its own weight, shapes (k, k). Muthén et al. (1997).

    Weights are one over the asymptotic variances of the correlations; the diagonal is not used.
    """
    W = weights - np.diag(np.diag(weights))
    values, vectors = np.linalg.eigh(R)
    first = vectors[:, -1] * np.sqrt(max(values[-1] * 0.8, 1e-8))
    loadings = first if first.sum() >= 0 else -first
    loss = _loss(loadings, R, W)
    for _ in range(steps):
        apart = W * (R - np.outer(loadings, loadings))
        curve = np.diag(W @ loadings**2) + W * np.outer(loadings, loadings)
        step = np.linalg.lstsq(curve, apart @ loadings, rcond=None)[0]
        while np.abs(step).max() > 1e-12 and _loss(loadings + step, R, W) > loss * (1 + 1e-12) + 1e-300:
            step = step / 2
        loadings = loadings + step
        loss = _loss(loadings, R, W)
        if np.abs(step).max() < 1e-11:
            return Loadings(loadings, True)
    return Loadings(loadings, False)


def _loss(loadings: Array, R: Array, W: Array) -> float:
    return float((W * (R - np.outer(loadings, loadings)) ** 2).sum())


def residual_root(*, R: Array, loadings: Array) -> float:
    """Standardised root mean square residual over the pairs and the (perfect) diagonal, as lavaan has it."""
    apart = (R - np.outer(loadings, loadings))[np.tril_indices(len(R), -1)]
    return float(np.sqrt(np.sum(apart**2) / (len(R) * (len(R) + 1) / 2)))


def scaled_shifted(*, R: Array, weights: Array, loadings: Array | None, gamma: Array, n: int) -> float:
    """Chi-square of a model of the correlations (none of them, without loadings), scaled and shifted to its df.

    Asparouhov and Muthén (2010). `gamma` are the asymptotic covariances of the correlations below the diagonal, row by
    row, times the number of forms, shape (pairs, pairs). With n − 1, as lavaan has it for these models. NaN where the
    loadings leave a slope that nothing holds: an item that goes with none of the others.
    """
    rows, columns = np.tril_indices(len(R), -1)
    w, r = weights[rows, columns], R[rows, columns]
    left, df = np.diag(w), len(r)
    if loadings is not None:
        slopes = np.zeros((len(r), len(R)))
        at = np.arange(len(r))
        slopes[at, rows], slopes[at, columns] = loadings[columns], loadings[rows]
        weighed = w[:, None] * slopes
        if np.linalg.cond(slopes.T @ weighed) > 1e12:
            return float("nan")
        left = left - weighed @ np.linalg.solve(slopes.T @ weighed, weighed.T)
        r, df = r - loadings[rows] * loadings[columns], len(r) - len(R)
    return shifted(value=(n - 1) * float(w @ r**2), spread=left @ gamma, df=df)


def shifted(*, value: float, spread: Array, df: int) -> float:
    """A quadratic form of residuals, scaled and shifted to the mean and variance of a chi-square with these df.

    `spread` is the matrix whose eigenvalues weigh the independent chi-squares that the form is a sum of.
    """
    first, second = float(np.trace(spread)), float(np.sum(spread * spread.T))
    scale = float(np.sqrt(df / second))
    return scale * value + df - scale * first


def omega_categorical(
    *, loadings: Array, cuts: Sequence[Array], points: Sequence[Array], margins: Sequence[Array]
) -> float:
    """Reliability of the sum of the points, which are cut from normal variables with one factor. Green and Yang (2009).

    `cuts` are the thresholds per item, `points` what each level counts for, `margins` how often it occurs. Below the
    line stands the variance that the model gives the sum.
    """
    owner = np.repeat(np.arange(len(cuts)), [len(c) for c in cuts])
    t, steps = np.concatenate(list(cuts)), np.concatenate([np.diff(p) for p in points])
    across = np.outer(loadings, loadings)[np.ix_(owner, owner)]
    joint = bivariate(t[:, None], t[None, :], across) - np.outer(special.ndtr(t), special.ndtr(t))
    true = joint * np.outer(steps, steps)
    apart = owner[:, None] != owner[None, :]
    shares = [m / m.sum() for m in margins]
    own = sum(float(s @ p**2 - (s @ p) ** 2) for s, p in zip(shares, points, strict=True))
    return float(true.sum() / (true[apart].sum() + own))
