"""The common odds ratio of many two-by-two tables, by statsmodels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Common(NamedTuple):
    """Common odds ratio, the standard error of its logarithm, and the p of the test that it is 1."""

    odds_ratio: float
    log_se: float
    p: float


def common_odds_ratio(*, tables: Array) -> Common:
    """Mantel-Haenszel's common odds ratio of tables [[a, b], [c, d]], shape (strata, 2, 2).

    The variance is that of Robins, Breslow and Greenland (1986). The test takes the continuity correction of Mantel and
    Haenszel (1959) where the difference is as large as the correction, as R does. A stratum of one says nothing and is
    left out. NaN where no stratum says anything; infinite where one product is nought throughout.
    """
    from statsmodels.stats.contingency_tables import StratifiedTable

    some = tables[tables.sum(axis=(1, 2)) > 1]
    if not len(some):
        return Common(np.nan, np.nan, np.nan)
    expected = some[:, 0].sum(axis=1) * some[:, :, 0].sum(axis=1) / some.sum(axis=(1, 2))
    away = abs(float((some[:, 0, 0] - expected).sum()))
    whole: Any = StratifiedTable(list(some))
    with np.errstate(divide="ignore", invalid="ignore"):
        p = whole.test_null_odds(correction=away >= 0.5).pvalue
        return Common(float(whole.oddsratio_pooled), float(whole.logodds_pooled_se), float(p))
