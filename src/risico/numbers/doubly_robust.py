"""Cross-fitted doubly robust effects: right when either the outcome or the choice of help is modelled well.

Augmented inverse probability weighting, Robins, Rotnitzky & Zhao (1994), JASA 89:846; cross-fitting and the median over
redrawn folds, Chernozhukov et al. (2018), Econometrics Journal 21:C1. Letters: y outcome, d treated (0, 1), m(x) the
chance of treatment (propensity), g0(x) and g1(x) the expected outcome in either arm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from risico.numbers.clusters import Design, cr2, design
from risico.numbers.ols import two_stage

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Rows = NDArray[np.bool_]

MANY = 50_000  # rows from which several threads gain more than they cost each other


@dataclass(frozen=True, slots=True)
class Nuisance:
    """Predictions for each row by models that have not seen it, each of shape (n,)."""

    g0: Array
    g1: Array
    m: Array


def draw_folds(*, d: Array, cluster: Index | None, folds: int, rng: np.random.Generator) -> Index:
    """Return a fold for each row: clusters stay whole, and both arms are spread over the folds.

    >>> d = np.array([0.0, 0, 0, 0, 1, 1])
    >>> fold = draw_folds(d=d, cluster=None, folds=2, rng=np.random.default_rng(1))
    >>> [int(d[fold == k].sum()) for k in (0, 1)]
    [1, 1]
    """
    cluster = np.arange(len(d)) if cluster is None else cluster
    share = np.bincount(cluster, weights=d) / np.bincount(cluster)
    order = np.lexsort((rng.random(len(share)), share > d.mean()))
    place = np.empty(len(share), dtype=np.intp)
    place[order] = np.arange(len(share)) % folds
    return place[cluster]


def out_of_fold(*, learner: Any, X: Array, target: Array, rows: Rows, fold: Index) -> Array:
    """Return predictions of the target, shape (n,), each by a copy of the learner fitted on `rows` of other folds."""
    from threadpoolctl import threadpool_limits

    predicted = np.empty(len(X))
    with threadpool_limits(limits=1 if len(X) < MANY else None):
        for k in np.unique(fold):
            train, test = rows & (fold != k), fold == k
            predicted[test] = _predict(learner, X[train], target[train], X[test])
    return predicted


def _predict(learner: Any, X: Array, target: Array, new: Array) -> Array:
    from sklearn.base import clone

    if np.ptp(target) == 0:
        return np.full(len(new), target[0])
    fitted = cast(Any, clone(learner)).fit(X, target)
    return fitted.predict_proba(new)[:, 1] if hasattr(fitted, "predict_proba") else fitted.predict(new)


def log_loss(target: Array, predicted: Array) -> float:
    """Return minus the mean log-likelihood of a 0 / 1 target, with chances kept within 1e-6 of 0 and 1."""
    p = np.clip(predicted, 1e-6, 1 - 1e-6)
    return float(-(target * np.log(p) + (1 - target) * np.log(1 - p)).mean())


def squared_loss(target: Array, predicted: Array) -> float:
    """Return the mean squared error; for a 0 / 1 target this is Brier's score."""
    return float(((target - predicted) ** 2).mean())


def choose(
    *,
    learners: Mapping[str, Any],
    X: Array,
    target: Array,
    rows: Rows,
    fold: Index,
    loss: Callable[[Array, Array], float],
) -> tuple[str, Array, dict[str, float]]:
    """Return the learner with the smallest cross-validated loss among `rows`, its predictions, and all losses."""
    predicted = {
        name: out_of_fold(learner=learner, X=X, target=target, rows=rows, fold=fold)
        for name, learner in learners.items()
    }
    table = {name: loss(target[rows], values[rows]) for name, values in predicted.items()}
    best = min(table, key=lambda name: table[name])
    return best, predicted[best], table


def cross_fit(*, y: Array, d: Array, X: Array, fold: Index, g0: Any, g1: Any, m: Any) -> Nuisance:
    """Return the predictions of three learners for each row, fitted on the other folds."""
    return Nuisance(
        g0=out_of_fold(learner=g0, X=X, target=y, rows=d == 0, fold=fold),
        g1=out_of_fold(learner=g1, X=X, target=y, rows=d == 1, fold=fold),
        m=out_of_fold(learner=m, X=X, target=d, rows=np.ones(len(y), dtype=bool), fold=fold),
    )


def ate_parts(*, y: Array, d: Array, fitted: Nuisance) -> tuple[Array, Array]:
    """Return numerator and denominator, shape (n,), whose ratio of sums is the average effect on everybody.

    With arm means as g and the share treated as m this is the difference in means.

    >>> y, d = np.array([1.0, 3, 4, 8]), np.array([0.0, 0, 1, 1])
    >>> flat = Nuisance(g0=np.full(4, 2.0), g1=np.full(4, 6.0), m=np.full(4, 0.5))
    >>> [float(a.sum() / b.sum()) for a, b in (ate_parts(y=y, d=d, fitted=flat), att_parts(y=y, d=d, fitted=flat))]
    [4.0, 4.0]
    """
    g0, g1, m = fitted.g0, fitted.g1, fitted.m
    return g1 - g0 + d * (y - g1) / m - (1 - d) * (y - g0) / (1 - m), np.ones(len(y))


def att_parts(*, y: Array, d: Array, fitted: Nuisance) -> tuple[Array, Array]:
    """Return numerator and denominator, shape (n,), whose ratio of sums is the average effect on the treated."""
    gap = y - fitted.g0
    return d * gap - (1 - d) * fitted.m / (1 - fitted.m) * gap, d


def group_effects(*, num: Array, den: Array, group: Index, cluster: Index | None) -> tuple[Array, Array, Design]:
    """Return the effect of each group, their CR2 covariance and the design.

    The effect solves sum(num - theta den) = 0 in its group; num - theta den over the mean of den is its influence
    function, so that effects of groups are averages of one influence function.
    """
    member = np.eye(int(group.max()) + 1)[group]
    theta, residuals, projected = two_stage(y=num, X=member * den[:, None], Z=member)
    of = design(X=projected, cluster=cluster)
    return theta, cr2(of, residuals), of


def median_of_repeats(thetas: Sequence[Array], covariances: Sequence[Array]) -> tuple[Array, Array]:
    """Return the median effect and covariance over redrawn folds. Chernozhukov et al. (2018), definition 3.3.

    To each covariance the distance of its effect to the median is added; of these the one with the median norm is
    returned (of two the larger).

    >>> theta, V = median_of_repeats([np.array([1.0]), np.array([2.0]), np.array([4.0])], [np.eye(1)] * 3)
    >>> theta.tolist(), V.tolist()
    ([2.0], [[2.0]])
    """
    theta = np.asarray(np.median(np.array(thetas), axis=0), dtype=np.float64)
    spread = [V + np.outer(one - theta, one - theta) for one, V in zip(thetas, covariances, strict=True)]
    order = np.argsort([float(np.linalg.norm(V, 2)) for V in spread], kind="stable")
    return theta, spread[int(order[len(order) // 2])]


def balance_weights(*, d: Array, m: Array, treated_only: bool) -> Array:
    """Return the weights, shape (n,), that make the arms alike: to the treated, or to everybody."""
    if treated_only:
        return np.where(d == 1, 1.0, m / (1 - m))
    return np.where(d == 1, 1 / m, 1 / (1 - m))


def effective_size(w: Array) -> float:
    """Return how many equal weights are worth as much: Kish (1965).

    >>> effective_size(np.array([1.0, 1.0, 1.0])), round(effective_size(np.array([1.0, 0.0])), 3)
    (3.0, 1.0)
    """
    return float(w.sum() ** 2 / (w @ w))


def standardised_differences(*, X: Array, d: Array, w: Array, treated_only: bool) -> Array:
    """Return the weighted difference in means of each column over its unweighted standard deviation, shape (k,).

    The standard deviation is that of the treated, or the root of the mean of both variances. Austin (2009), Stat Med
    28:3083. A column without spread is 0 where the means are equal.
    """
    one, zero = d == 1, d == 0
    gap = np.average(X[one], axis=0, weights=w[one]) - np.average(X[zero], axis=0, weights=w[zero])
    variance = X[one].var(axis=0, ddof=1)
    if not treated_only:
        variance = (variance + X[zero].var(axis=0, ddof=1)) / 2
    return np.where(variance > 0, gap / np.sqrt(np.where(variance > 0, variance, 1.0)), 0.0)
