"""Ratios of risks and rates by a log-linear model, whatever the spread of the counts and however many are zero.

The Poisson likelihood only weighs; the errors come from the residuals (CR2). So it holds for yes or no (Zou 2004, Am J
Epidemiol 159:702) and for skewed counts (Gourieroux, Monfort & Trognon 1984, Econometrica 52:701), as a Poisson GEE
with an independent working correlation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.numbers.clusters import Design, Index, design

Array = NDArray[np.float64]


class LogLinear(NamedTuple):
    """Coefficients on the log scale, and the weighted design and residuals that CR2 takes."""

    beta: Array
    of: Design
    residuals: Array


def log_linear(*, y: Array, X: Array, followed: Array, cluster: Index | None) -> LogLinear:
    """Fit log E(y) = log(followed) + X beta; y of shape (n,) is not negative, X has shape (n, k), each arm has events.

    The working model takes variances in proportion to the mean; so rows weigh by the root of their mean.

    >>> X = np.array([[1.0, 0], [1, 0], [1, 1], [1, 1]])
    >>> fitted = log_linear(y=np.array([1.0, 3, 6, 2]), X=X, followed=np.ones(4), cluster=None)
    >>> np.exp(fitted.beta).round(9).tolist()
    [2.0, 2.0]
    """
    from statsmodels.api import GLM, families

    found = GLM(y, X, family=families.Poisson(), offset=np.log(followed)).fit(tol=1e-13)
    root = np.sqrt(np.asarray(found.mu, dtype=np.float64))
    return LogLinear(
        beta=np.asarray(found.params, dtype=np.float64),
        of=design(X=X * root[:, None], cluster=cluster),
        residuals=(y - root**2) / root,
    )
