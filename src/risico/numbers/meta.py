"""Effects of several studies or regions taken together: one spread between them, or two when studies have several."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.numbers.heterogeneity import crossing

Array = NDArray[np.float64]
Index = NDArray[np.int64]


class Pooled(NamedTuple):
    """The mean of true effects, its variance, and Hartung and Knapp's factor on that variance."""

    mean: float
    variance: float
    factor: float


def reml(*, y: Array, v: Array) -> float:
    """Variance between true effects by restricted maximum likelihood; 0 where the likelihood falls from 0 on.

    Where its derivative crosses zero, searched upward from 0. Viechtbauer (2005), J Educ Behav Stat 30:261.
    """

    def slope(tau2: float) -> float:
        w = 1 / (v + tau2)
        mean = float(w @ y / w.sum())
        return float((w**2 @ (y - mean) ** 2) - (w.sum() - (w**2).sum() / w.sum()))

    if slope(0.0) <= 0:
        return 0.0
    top = float(np.var(y, ddof=1) + v.mean())
    while slope(top) > 0:
        top *= 4
    return crossing(slope, 0.0, top)


def average(*, y: Array, v: Array, tau2: float) -> Pooled:
    """Mean weighted by precision; `factor` times `variance` is its variance after Hartung and Knapp (2001)."""
    w = 1 / (v + tau2)
    mean = float(w @ y / w.sum())
    factor = float(w @ (y - mean) ** 2 / (len(y) - 1)) if len(y) > 1 else 1.0
    return Pooled(mean, 1 / float(w.sum()), factor)


def share_between(*, v: Array, tau2: float) -> float:
    """I²: the share of the variance of effects that is not their own error. Higgins & Thompson (2002)."""
    w = 1 / v
    typical = (len(v) - 1) / float(w.sum() - (w**2).sum() / w.sum())
    return tau2 / (tau2 + typical)


class ThreeLevel(NamedTuple):
    """Mean, its variance by the model, both spreads, and its variance by what studies leave over with its df."""

    mean: float
    variance: float
    between: float
    within: float
    robust: float
    df: float


def three_level(*, y: Array, v: Array, study: Index) -> ThreeLevel:
    """Restricted maximum likelihood with a spread between studies and one within; CR2 by study, Satterthwaite's df.

    Van den Noortgate et al. (2013), Behav Res Methods 45:576; Tipton (2015), Psychol Methods 20:375.
    """
    from scipy.optimize import minimize

    start = max(float(np.var(y)), 1e-6) / 2
    scale = np.array([start, start])

    def deviance(x: Array) -> float:
        return _deviance(y, v, study, *(x * scale))

    best = None
    for first in ((1.0, 1.0), (0.1, 1.0), (1.0, 0.1)):
        found = minimize(
            deviance,
            np.array(first),
            method="L-BFGS-B",
            bounds=[(0.0, None)] * 2,
            options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 500},
        )
        best = found if best is None or found.fun < best.fun else best
    assert best is not None
    between, within = (float(part) for part in best.x * scale)
    mean, variance = _mean(y, v, study, between, within)
    robust, df = _cr2(y - mean, v, study, between, within, variance)
    return ThreeLevel(mean, variance, between, within, robust, df)


def _parts(y: Array, v: Array, study: Index, between: float, within: float) -> tuple[Array, Array, Array, Array, float]:
    """For each study 1'W1, 1'Wy and y'Wy, its plain weights, and the log determinant of all covariances."""
    w = 1 / (v + within)
    a, b, c = (np.bincount(study, weights=part) for part in (w, w * y, w * y**2))
    shrink = 1 + between * a
    log_det = float(-np.log(w).sum() + np.log(shrink).sum())
    return a / shrink, b / shrink, c - between * b**2 / shrink, w, log_det


def _deviance(y: Array, v: Array, study: Index, between: float, within: float) -> float:
    ones, cross, squares, _, log_det = _parts(y, v, study, between, within)
    return float(log_det + np.log(ones.sum()) + squares.sum() - cross.sum() ** 2 / ones.sum())


def _mean(y: Array, v: Array, study: Index, between: float, within: float) -> tuple[float, float]:
    ones, cross, *_ = _parts(y, v, study, between, within)
    return float(cross.sum() / ones.sum()), float(1 / ones.sum())


def _cr2(e: Array, v: Array, study: Index, between: float, within: float, variance: float) -> tuple[float, float]:
    """Variance of the mean from what studies leave over, and its degrees of freedom (Pustejovsky & Tipton 2018)."""
    n, studies = len(e), int(study.max()) + 1
    V = np.diag(v + within) + between * (study[:, None] == study[None, :])
    W = np.linalg.inv(V)
    away = np.eye(n) - variance * np.outer(np.ones(n), W.sum(axis=0))
    G = np.zeros((studies, n))
    meat = 0.0
    for j in range(studies):
        at = np.flatnonzero(study == j)
        root = np.linalg.cholesky(V[np.ix_(at, at)])
        inner = root.T @ (V[np.ix_(at, at)] - variance) @ root
        values, vectors = np.linalg.eigh(inner)
        some = values > 1e-12 * values.max()
        half = (vectors[:, some] / np.sqrt(values[some])) @ vectors[:, some].T
        adjusted = root @ half @ root.T
        weights = variance * W[at][:, at].sum(axis=0) @ adjusted
        meat += float(weights @ e[at]) ** 2
        G[j] = weights @ away[at]
    P = G @ V @ G.T
    return meat, float(np.trace(P) ** 2 / (P**2).sum())


class Bivariate(NamedTuple):
    """Means of two correlated effects, shape (2,), their covariance and that of true effects, both shape (2, 2)."""

    mean: Array
    covariance: Array
    between: Array
    converged: bool


def bivariate(*, y: Array, v: Array) -> Bivariate:
    """Two effects per study with independent errors, shape (studies, 2), by restricted maximum likelihood.

    The spread between studies is searched as a Cholesky root, so that it is never negative. Reitsma et al. (2005).
    """
    from scipy.optimize import minimize

    scale = np.sqrt(np.maximum(np.var(y, axis=0), 1e-6))

    def parts(x: Array) -> tuple[float, Array, Array, Array]:
        root = np.array([[x[0], 0.0], [x[1], x[2]]]) * scale[:, None]
        between = root @ root.T
        V = v[:, :, None] * np.eye(2) + between
        W = np.linalg.inv(V)
        information = W.sum(axis=0)
        covariance = np.linalg.inv(information)
        mean = covariance @ np.einsum("sij,sj->i", W, y)
        gap = y - mean
        deviance = np.linalg.slogdet(V)[1].sum() + np.linalg.slogdet(information)[1]
        return float(deviance + np.einsum("si,sij,sj->", gap, W, gap)), mean, covariance, between

    best = None
    for start in ((0.7, 0.0, 0.7), (0.3, 0.2, 0.3), (0.3, -0.2, 0.3)):
        found = minimize(
            lambda x: parts(np.asarray(x, dtype=np.float64))[0],  # pyright: ignore[reportUnknownLambdaType]
            np.array(start),
            method="BFGS",
            options={"gtol": 1e-7, "maxiter": 1000},
        )
        best = found if best is None or found.fun < best.fun else best
    assert best is not None
    _, mean, covariance, between = parts(best.x)
    return Bivariate(mean, covariance, between, bool(np.isfinite(best.fun)))
