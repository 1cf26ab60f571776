"""How long people wait when some still do: Kaplan-Meier, its median and the share within some days."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
Three = tuple[float | None, float | None, float | None]  # value, low, high


def survival(time: Array, ended: NDArray[np.bool_]) -> Any:
    """Return statsmodels' survival function of waiting times in days; who still waits has ended False."""
    from statsmodels.duration.survfunc import SurvfuncRight

    return SurvfuncRight(time, ended.astype(np.int64))


def median_wait(fitted: Any, confidence: float) -> Three:
    """Return the day by which half had it, with the interval of Brookmeyer & Crowley (1982) on the log-log scale.

    None where fewer than half had it by the end, or where the interval has no end.

    >>> median_wait(survival(np.array([3.0, 5, 8, 9, 20]), np.array([True, True, True, True, False])), 0.95)[0]
    8.0
    """
    with np.errstate(divide="ignore", invalid="ignore"):  # at its first and last step the curve is 1 or 0
        ends = fitted.quantile_ci(0.5, alpha=1 - confidence, method="cloglog")
    found = (float(fitted.quantile(0.5)), *(float(end) for end in ends))
    value, low, high = (x if np.isfinite(x) else None for x in found)
    return value, low, high


def share_within(fitted: Any, days: float, confidence: float) -> Three:
    """Return the share that had it within so many days, with the log-log interval of Kalbfleisch & Prentice (1980).

    No interval where nobody or everybody had it by then; no value where nobody was followed that long and some still
    waited.

    >>> share_within(survival(np.array([3.0, 5, 8, 9]), np.array([True] * 4)), 4, 0.95)[0]
    0.25
    """
    seen = int(np.searchsorted(fitted.surv_times, days, side="right"))
    if days > fitted.time.max() and (not seen or fitted.surv_prob[-1] > 0):
        return None, None, None
    if not seen:
        return 0.0, None, None
    still, se = float(fitted.surv_prob[seen - 1]), float(fitted.surv_prob_se[seen - 1])
    if still <= 0 or se == 0:
        return 1 - still, None, None
    reach = float(special.ndtri(0.5 + confidence / 2)) * se / (still * np.log(still))
    low, high = 1 - still ** np.exp(reach), 1 - still ** np.exp(-reach)
    return 1 - still, float(low), float(high)
