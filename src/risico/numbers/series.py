"""A straight line in time whose errors carry over to the next period: regression with AR(1) errors by REML.

Restricted likelihood is the least biased of the ways to find the carry-over in short series: Turner et al. (2021), BMC
Med Res Methodol 21:181. Newey and West's errors need far more periods than a team has.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EDGE = 0.99  # carry-over nearer to 1 than this is a random walk: no line describes it


def interrupted(*, periods: int, start: int, season: int | None) -> Array:
    """Return the design: level, slope, change of level, change of slope, and two waves a season (one of fewer than 6).

    The change of slope counts from the first period after the start, so that the change of level is that at the start.

    >>> interrupted(periods=4, start=2, season=None)[:, 1:].T.tolist()
    [[0.0, 1.0, 2.0, 3.0], [0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 0.0, 1.0]]
    """
    t = np.arange(periods, dtype=np.float64)
    after = (t >= start).astype(np.float64)
    columns = [np.ones(periods), t, after, np.maximum(t - start, 0.0)]
    for wave in range(1, 0 if season is None else 2 if season < 6 else 3):
        turn = 2 * np.pi * wave * t / (season or 1)
        columns += [np.cos(turn), np.sin(turn)]
    return np.column_stack(columns)


def ar1(*, y: Array, X: Array) -> tuple[Array, Array, float]:
    """Return the coefficients of y on X, shape (T, k), their covariance, and the carry-over from period to period.

    >>> beta, V, rho = ar1(y=np.array([1.0, 2, 1, 2, 1, 2]), X=np.ones((6, 1)))
    >>> round(float(beta[0]), 6), rho < -0.5
    (1.5, True)
    """
    from scipy.optimize import minimize_scalar

    def loss(rho: float) -> float:
        return _fit(y, X, rho)[2]

    found = minimize_scalar(loss, bounds=(-EDGE, EDGE), method="bounded", options={"xatol": 1e-10})
    beta, V, _ = _fit(y, X, float(found.x))
    return beta, V, float(found.x)


def whitened(values: Array, rho: float) -> Array:
    """Return values, shape (T, …), with the carry-over taken out and the first kept (Prais & Winsten 1954)."""
    out = values.copy()
    out[1:] -= rho * values[:-1]
    out[0] *= (1 - rho**2) ** 0.5
    return out


def _fit(y: Array, X: Array, rho: float) -> tuple[Array, Array, float]:
    """Return coefficients, covariance and minus the restricted log-likelihood, but for constants."""
    A, b = whitened(X, rho), whitened(y, rho)
    T, k = X.shape
    gram = A.T @ A
    beta = np.asarray(np.linalg.solve(gram, A.T @ b), dtype=np.float64)
    residuals = b - A @ beta
    sigma2 = max(float(residuals @ residuals) / (T - k), np.finfo(float).tiny)
    determinant = np.linalg.slogdet(gram)[1]
    loss = 0.5 * ((T - k) * np.log(sigma2) - np.log(1 - rho**2) + determinant)
    return beta, sigma2 * np.linalg.inv(gram), float(loss)


def ljung_box(residuals: Array, lags: int) -> float:
    """Return the p-value that residuals, shape (T,), do not hang together over so many periods.

    Ljung & Box (1978), Biometrika 65:297, less one degree of freedom for the carry-over that was fitted.
    """
    from scipy.stats import chi2

    T = len(residuals)
    e = residuals - residuals.mean()
    r = np.array([e[k:] @ e[:-k] for k in range(1, lags + 1)]) / (e @ e)
    return float(chi2.sf(T * (T + 2) * (r**2 / (T - np.arange(1, lags + 1))).sum(), lags - 1))
