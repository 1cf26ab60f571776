"""Every way to cut a scale in two, from S, the covariance matrix of complete answers, shape (k, k)."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]


def halves(*, k: int, most: int, seed: int) -> tuple[Array, bool]:
    """First halves of k items as rows of 0 and 1, shape (splits, k), and whether these are all there are.

    Up to `most` splits all are listed; else so many are drawn, each as likely as another. Of an odd number of items the
    first half is the smaller one; of an even number it holds the first item, so that no split is there twice.
    """
    small = k // 2
    if comb(k, small) // (2 - k % 2) > most:
        order = np.argsort(np.random.default_rng(seed).random((most, k)), axis=1)
        rows = np.zeros((most, k))
        np.put_along_axis(rows, order[:, :small], 1.0, axis=1)
        return rows, False
    fixed = 1 - k % 2
    listed = list(combinations(range(fixed, k), small - fixed))
    chosen = np.array(listed, dtype=np.int64).reshape(len(listed), small - fixed)
    rows = np.zeros((len(chosen), k))
    np.put_along_axis(rows, chosen, 1.0, axis=1)
    rows[:, :fixed] = 1.0
    return rows, True


def raju(*, S: Array, rows: Array) -> Array:
    """Reliability of the sum from each split, shape (splits,).

    The covariance of the halves, over the variance of the sum and over the share of the items in each half.

    Halves of one length: the coefficient of Rulon (1939) and Guttman (1945). Of unequal length: Raju (1970), without
    which the mean over all splits would be (k² − 1) / k² times alpha.
    """
    across, share = _across(S, rows)[0], rows.sum(axis=1) / len(S)
    return across / (share * (1 - share) * S.sum())


def horst(*, S: Array, rows: Array) -> Array:
    """Correlation of the halves, stepped up to the whole length, shape (splits,); NaN where a half does not vary.

    Halves of one length: Spearman (1910) and Brown (1910). Of unequal length: Horst (1951).
    """
    across, one, other = _across(S, rows)
    varies = np.minimum(one, other) > 1e-12 * np.trace(S)
    r = np.clip(across / np.sqrt(np.where(varies, one * other, 1.0)), -1.0, 1.0)
    share = rows.sum(axis=1) / len(S)
    parts = share * (1 - share)
    left = 1 - r**2
    root = np.sqrt(r**2 + 4 * parts * left)
    stepped = np.where(r > -1, 2 * r / np.where(r > -1, root + r, 1.0), np.nan)
    return np.where(varies, stepped, np.nan)


def two_items(*, r: float, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of the stepped-up correlation of two items, by the z of Fisher (1921).

    n must be above 3 and r between −1 and 1. In z the stepped-up correlation is 1 − exp(−2 z).
    """
    z, half = np.arctanh(r), special.ndtri(0.5 + confidence / 2) / np.sqrt(n - 3)
    return float(-np.expm1(-2 * (z - half))), float(-np.expm1(-2 * (z + half)))


def _across(S: Array, rows: Array) -> tuple[Array, Array, Array]:
    """Covariance of the halves and the variance of each, shape (splits,)."""
    products = rows @ S
    one = np.sum(products * rows, axis=1)
    across = products.sum(axis=1) - one
    return across, one, S.sum() - one - 2 * across
