"""What follows from latent classes once they are fitted: posterior chances, how sharp they are, means per class.

`counts` are frequencies of distinct rows throughout. A code that was not seen, or an indicator that is open, adds
nothing to a likelihood: full information maximum likelihood, right when what is missing depends on what was seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Index = NDArray[np.intp]

TINY = 1e-15


def posterior(*, seen: Array, sizes: Array, chances: Array) -> tuple[Array, Array]:
    """Return the chance of each class for each row, shape (rows, k), and the log-likelihood of each row.

    `seen` is (rows, codes), 1 where a row holds this code of this indicator; `sizes` (k,); `chances` (k, codes).

    >>> p, ll = posterior(seen=np.eye(2), sizes=np.array([0.5, 0.5]), chances=np.array([[0.9, 0.1], [0.1, 0.9]]))
    >>> p.round(3).tolist(), ll.round(3).tolist()
    ([[0.9, 0.1], [0.1, 0.9]], [-0.693, -0.693])
    """
    joint = seen @ np.log(np.clip(chances, TINY, 1.0)).T + np.log(np.clip(sizes, TINY, 1.0))
    total: Array = logsumexp(joint, axis=1)
    return np.exp(joint - total[:, None]), total


def entropy(*, chances: Array, counts: Array) -> float:
    """Return relative entropy: 1 where every row has one class for sure, 0 where all classes are as likely.

    Celeux and Soromenho (1996). One class has nothing to be unsure about: 1.
    """
    k = chances.shape[1]
    if k == 1:
        return 1.0
    inside = np.clip(chances, 1e-300, 1.0)
    return float(1 + (counts[:, None] * chances * np.log(inside)).sum() / (counts.sum() * np.log(k)))


def mean_posteriors(*, chances: Array, counts: Array) -> Array:
    """Return per class the mean chance of that class among the rows given to it; NaN where none are."""
    given = chances.argmax(axis=1)
    k = chances.shape[1]
    weight = np.bincount(given, counts, minlength=k)
    total = np.bincount(given, counts * chances.max(axis=1), minlength=k)
    return np.divide(total, weight, out=np.full(k, np.nan), where=weight > 0)


def adjusted_rand(*, table: Array) -> float:
    """Return the adjusted Rand index of a table of two groupings; Hubert and Arabie (1985).

    Two groupings that each hold all in one group are the same: 1.

    >>> adjusted_rand(table=np.array([[5.0, 0.0], [0.0, 7.0]]))
    1.0
    """

    def pairs(x: Array) -> float:
        return float((x * (x - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    expected = rows * columns / max(pairs(table.sum(keepdims=True)), TINY)
    most = (rows + columns) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


@dataclass(frozen=True)
class Corrected:
    """Weighted means per class and group: `value` (k, groups), `weight` the families in each, `covariance` of all."""

    value: Array
    weight: Array
    covariance: Array


def bch_weights(chances: Array) -> Array | None:
    """Return the weights of each family in each class that undo the errors of the most likely class; shape (n, k).

    Bolck, Croon and Hagenaars (2004). None where the classes overlap so much that the table of errors cannot be undone.

    >>> bch_weights(np.array([[1.0, 0.0], [0.0, 1.0]])).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    given = np.eye(chances.shape[1])[chances.argmax(axis=1)]
    total = chances.sum(axis=0)
    if total.min() <= 0:
        return None
    table = (chances.T @ given) / total[:, None]
    return given @ np.linalg.inv(table) if np.linalg.cond(table) < 1e6 else None


def class_means(*, weights: Array, outcome: Array, group: Index, groups: int, cluster: Index | None) -> Corrected:
    """Return the mean outcome of each class within each group (0 to groups - 1), with a robust covariance.

    Vermunt (2010); the sandwich of Bakk, Oberski and Vermunt (2014) with the classes taken as known. Families in one
    cluster are summed before they are squared, and G clusters (without: families) give the factor G / (G - 1).
    """
    inside = np.eye(groups)[group]
    each = (weights[:, :, None] * inside[:, None, :]).reshape(len(outcome), -1)
    total = each.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (each * outcome[:, None]).sum(axis=0) / total
        score = each * (outcome[:, None] - value) / total
    if cluster is not None:
        summed = np.zeros((int(cluster.max()) + 1, score.shape[1]))
        np.add.at(summed, cluster, score)
        score = summed
    covariance = score.T @ score * len(score) / max(len(score) - 1, 1)
    shape = (weights.shape[1], groups)
    return Corrected(value.reshape(shape), total.reshape(shape), covariance)
