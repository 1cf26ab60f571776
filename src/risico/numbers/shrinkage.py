"""Partial pooling: effects of groups drawn toward their common mean, as far as they do not differ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from risico.numbers.heterogeneity import common, crossing

Array = NDArray[np.float64]

NODES = 80  # Gauss-Legendre nodes on the shrinkage; 40 and 160 give the same to 1e-8


def pool(*, theta: Array, V: Array) -> tuple[Array, Array, Array]:
    """Return the weights of the shrinkage nodes, shape (B,), and mean and variance at each, shapes (B, k).

    theta ~ N(true, V), true ~ N(mu, tau2), mu flat. The shrinkage B = v / (v + tau2), with v the harmonic mean of
    the variances, is given a uniform prior and integrated over: Daniels (1999), Can J Stat 27:567. Plugging in one
    tau2 (empirical Bayes) acts as if it were known: for five groups its 95 % intervals held the truth 86 % of the
    time at worst, these 92 to 99 % (`tests/test_effects_pooling.py`).
    """
    nodes, weight = np.polynomial.legendre.leggauss(NODES)
    v = len(theta) / float((1 / np.diag(V)).sum())
    logs, means, variances = np.empty(NODES), np.empty((NODES, len(theta))), np.empty((NODES, len(theta)))
    for i, B in enumerate((nodes + 1) / 2):
        logs[i], means[i], variances[i] = predictions(theta, V, v * (1 - B) / B)
    chance = weight * np.exp(logs - logs.max())
    return chance / chance.sum(), means, variances


def predictions(theta: Array, V: Array, tau2: float) -> tuple[float, Array, Array]:
    """Return the log restricted likelihood of tau2 and, given it, mean and variance of each true effect."""
    k = len(theta)
    mu, variance, Q = common(theta, V, tau2)
    total = V + tau2 * np.eye(k)
    keep = tau2 * np.linalg.inv(total)
    toward = 1.0 - keep.sum(axis=1)
    mean = keep @ (theta - mu) + mu
    spread = tau2 - tau2 * np.diag(keep) + toward**2 * variance
    return 0.5 * (np.log(variance) - np.linalg.slogdet(total)[1] - Q), mean, spread


def quantile(p: float, *, chance: Array, mean: Array, variance: Array) -> float:
    """Return a quantile of the mixture of normals with these weights, means and variances, each of shape (B,).

    >>> one = np.ones(1)
    >>> round(quantile(0.975, chance=one, mean=0 * one, variance=one), 6)
    1.959964
    """
    from scipy.stats import norm

    sd = np.sqrt(variance)

    def excess(x: float) -> float:
        return float(chance @ norm.cdf((x - mean) / sd)) - p

    return crossing(excess, float((mean - 12 * sd).min()), float((mean + 12 * sd).max()))
