"""Does a rater drift: how far each rating lies from those of colleagues, and a line through that over time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.numbers import clusters

Array = NDArray[np.float64]
Index = NDArray[np.intp]

SINGULAR = 1e10  # the slopes' covariance is then no more than rounding in some direction


def from_others(*, score: Array, unit: Index) -> Array:
    """Return each score less the mean of the others of its unit; NaN where there is no other.

    >>> from_others(score=np.array([1.0, 2, 6, 3]), unit=np.array([0, 0, 0, 1])).tolist()
    [-3.0, -1.5, 4.5, nan]
    """
    number = np.bincount(unit)[unit].astype(np.float64)
    total = np.bincount(unit, weights=score)[unit]
    with np.errstate(invalid="ignore", divide="ignore"):
        return score - (total - score) / (number - 1)


class Line(NamedTuple):
    """A coefficient, its CR2 standard error and Satterthwaite's degrees of freedom, 0 where one cluster settles it."""

    value: float
    se: float
    df: float


def mean(*, y: Array, cluster: Index) -> Line:
    """Return the mean of y, of which those of one cluster belong together."""
    return _line(np.ones((len(y), 1)), y, cluster, np.array([[1.0]]))


def slope(*, y: Array, time: Array, cluster: Index) -> Line:
    """Return the slope of y on time, which must differ."""
    X = np.column_stack([np.ones(len(y)), time - time.mean()])
    return _line(X, y, cluster, np.array([[0.0, 1.0]]))


def _line(X: Array, y: Array, cluster: Index, C: Array) -> Line:
    made = clusters.design(X=X, cluster=clusters.number_clusters(cluster))
    theta = made.root @ (made.Q.T @ y)
    V = clusters.cr2(made, y - X @ theta)
    return Line(float((C @ theta)[0]), float(np.sqrt((C @ V @ C.T)[0, 0])), clusters.degrees(made, C))


class Joint(NamedTuple):
    """F with its degrees of freedom and p; p is None where too few are left, or slopes follow from each other."""

    f: float
    df: float
    p: float | None


def slopes_alike(*, y: Array, time: Array, rater: Index, cluster: Index, zero: bool) -> Joint:
    """Test that the slopes of all raters are alike, or `zero`, with what one cluster has in common.

    Each rater has a line of his or her own. Pustejovsky and Tipton (2018), AHT.
    """
    k = int(rater.max()) + 1
    one = (rater[:, None] == np.arange(k)).astype(np.float64)
    centred = time - (np.bincount(rater, weights=time) / np.bincount(rater))[rater]
    X = np.hstack([one, one * centred[:, None]])
    made = clusters.design(X=X, cluster=clusters.number_clusters(cluster))
    theta = made.root @ (made.Q.T @ y)
    C = np.hstack([np.zeros((k if zero else k - 1, k)), np.eye(k) if zero else clusters.differences(k)])
    eta = clusters.degrees(made, C)
    q, left = len(C), eta - len(C) + 1
    V = clusters.cr2(made, y - X @ theta)
    if left <= 0 or np.linalg.cond(C @ V @ C.T) > SINGULAR:
        return Joint(0.0, 0.0, None)
    statistic, p = clusters.wald(theta=theta, V=V, C=C, eta=eta)
    return Joint(left / (eta * q) * statistic, left, p)
