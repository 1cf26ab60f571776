"""Cross-fitted doubly robust effects: right when either the outcome or the choice of help is modelled well.

Augmented inverse probability weighting, Robins, Rotnitzky & Zhao (1994), JASA 89:846; cross-fitting and the median over
redrawn folds, Chernozhukov et al. (2018), Econometrics Journal 21:C1. Letters: y outcome, d treated (0, 1), m(x) the
chance of treatment (propensity), g0(x) and g1(x) the expected outcome in either arm. An outcome that is not known is
NaN; who is seen stands in for who is like them and is not, by one over c0(x) or c1(x), the chance to be seen in either
arm: Bang & Robins (2005), Biometrics 61:962.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from risico.numbers.clusters import Design, contributions, cr2, design
from risico.numbers.ols import two_stage

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Rows = NDArray[np.bool_]

MANY = 50_000  # rows from which several threads gain more than they cost each other


@dataclass(frozen=True, slots=True)
class Nuisance:
    """Predictions for each row by models that have not seen it, each of shape (n,); without c all are seen."""

    g0: Array
    g1: Array
    m: Array
    c0: Array | None = None
    c1: Array | None = None

    def take(self, rows: Rows, low: float, high: float, least: float) -> Nuisance:
        """Return the predictions of these rows; chances of treatment within two ends, to be seen of at least this."""
        c0, c1 = (None if c is None else np.maximum(c[rows], least) for c in (self.c0, self.c1))
        return Nuisance(g0=self.g0[rows], g1=self.g1[rows], m=np.clip(self.m[rows], low, high), c0=c0, c1=c1)


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


def cross_fit(
    *, y: Array, d: Array, X: Array, fold: Index, g0: Any, g1: Any, m: Any, c0: Any = None, c1: Any = None
) -> Nuisance:
    """Return the predictions of the learners for each row, fitted on the other folds; outcomes on who has one."""
    known = ~np.isnan(y)
    seen = known.astype(np.float64)
    return Nuisance(
        g0=out_of_fold(learner=g0, X=X, target=y, rows=(d == 0) & known, fold=fold),
        g1=out_of_fold(learner=g1, X=X, target=y, rows=(d == 1) & known, fold=fold),
        m=out_of_fold(learner=m, X=X, target=d, rows=np.ones(len(y), dtype=bool), fold=fold),
        c0=None if c0 is None else out_of_fold(learner=c0, X=X, target=seen, rows=d == 0, fold=fold),
        c1=None if c1 is None else out_of_fold(learner=c1, X=X, target=seen, rows=d == 1, fold=fold),
    )


def _rests(y: Array, fitted: Nuisance) -> tuple[Array, Array]:
    """Return what the outcome models leave, weighted for who is not seen: in the arm without and with treatment."""
    known = ~np.isnan(y)
    value = np.where(known, y, 0.0)
    w0, w1 = (known / (1.0 if c is None else c) for c in (fitted.c0, fitted.c1))
    return w0 * (value - fitted.g0), w1 * (value - fitted.g1)


def ate_parts(*, y: Array, d: Array, fitted: Nuisance) -> tuple[Array, Array]:
    """Return numerator and denominator, shape (n,), whose ratio of sums is the average effect on everybody.

    With arm means as g and the share treated as m this is the difference in means.

    >>> y, d = np.array([1.0, 3, 4, 8]), np.array([0.0, 0, 1, 1])
    >>> flat = Nuisance(g0=np.full(4, 2.0), g1=np.full(4, 6.0), m=np.full(4, 0.5))
    >>> [float(a.sum() / b.sum()) for a, b in (ate_parts(y=y, d=d, fitted=flat), att_parts(y=y, d=d, fitted=flat))]
    [4.0, 4.0]
    """
    m = fitted.m
    rest0, rest1 = _rests(y, fitted)
    return fitted.g1 - fitted.g0 + d * rest1 / m - (1 - d) * rest0 / (1 - m), np.ones(len(y))


def att_parts(*, y: Array, d: Array, fitted: Nuisance) -> tuple[Array, Array]:
    """Return numerator and denominator, shape (n,), whose ratio of sums is the average effect on the treated."""
    m = fitted.m
    rest0, rest1 = _rests(y, fitted)
    return d * (fitted.g1 + rest1 - fitted.g0) - (1 - d) * m / (1 - m) * rest0, d


def missing_parts(*, y: Array, d: Array, fitted: Nuisance, treated_only: bool) -> tuple[Array, Array]:
    """Return numerators, shape (n,), of the share without an outcome had all been treated, and had nobody been.

    Of everybody or of the treated, with the denominators of the effect: what a shift of one of the missing adds to it.
    """
    gone, m = np.isnan(y).astype(np.float64), fitted.m
    c0, c1 = (np.ones(len(y)) if c is None else c for c in (fitted.c0, fitted.c1))
    if treated_only:
        return d * gone, d * (1 - c0) + (1 - d) * m / (1 - m) * (gone - (1 - c0))
    return (1 - c1) + d / m * (gone - (1 - c1)), (1 - c0) + (1 - d) / (1 - m) * (gone - (1 - c0))


def group_effects(*, num: Array, den: Array, group: Index, cluster: Index | None) -> tuple[Array, Array, Design]:
    """Return the effect of each group, their CR2 covariance and the design.

    The effect solves sum(num - theta den) = 0 in its group; num - theta den over the mean of den is its influence
    function, so that effects of groups are averages of one influence function.
    """
    member = np.eye(int(group.max()) + 1)[group]
    theta, residuals, projected = two_stage(y=num, X=member * den[:, None], Z=member)
    of = design(X=projected, cluster=cluster)
    return theta, cr2(of, residuals), of


def joint_effects(*, nums: Array, den: Array, cluster: Index | None) -> tuple[Array, Array, Design]:
    """Return the ratio of sums of each column of nums, shape (n, k), to den, their CR2 covariance and the design."""
    ones = np.ones((len(den), 1))
    fits = [two_stage(y=num, X=den[:, None], Z=ones) for num in nums.T]
    of = design(X=fits[0][2], cluster=cluster)
    U = np.column_stack([contributions(of, residuals)[:, 0] for _, residuals, _ in fits])
    return np.array([theta[0] for theta, _, _ in fits]), U.T @ U, of


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
