"""The common odds ratio of many two-by-two tables."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]


class Common(NamedTuple):
    """Common odds ratio, the standard error of its logarithm, and the test that it is 1 (one degree of freedom)."""

    odds_ratio: float
    log_se: float
    chi_square: float
    p: float


def common_odds_ratio(*, tables: Array) -> Common:
    """Mantel-Haenszel's common odds ratio of tables [[a, b], [c, d]], shape (strata, 2, 2).

    The variance is that of Robins, Breslow and Greenland (1986), the test has the continuity correction of Mantel and
    Haenszel (1959). Strata with a row or column of noughts say nothing and count for nothing. NaN where no stratum
    says anything; infinite where one product is nought throughout.
    """
    a, b, c, d = tables[:, 0, 0], tables[:, 0, 1], tables[:, 1, 0], tables[:, 1, 1]
    n = tables.sum(axis=(1, 2))
    some = n > 1
    a, b, c, d, n = (part[some] for part in (a, b, c, d, n))
    R, S = a * d / n, b * c / n
    P, Q = (a + d) / n, (b + c) / n
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = float(R.sum() / S.sum())
        variance = (
            (P * R).sum() / (2 * R.sum() ** 2)
            + (P * S + Q * R).sum() / (2 * R.sum() * S.sum())
            + (Q * S).sum() / (2 * S.sum() ** 2)
        )
        expected = (a + b) * (a + c) / n
        spread = (a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1))
        away = max(abs(float((a - expected).sum())) - 0.5, 0.0)
        chi = float(away**2 / spread.sum())
    return Common(ratio, float(np.sqrt(variance)), chi, float(special.chdtrc(1, chi)) if np.isfinite(chi) else np.nan)
