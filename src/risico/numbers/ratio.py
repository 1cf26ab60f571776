"""Shares of forms that come in clusters: the ratio of two sums over clusters, linearised."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]


def clustered_share(*, part: Array, whole: Array) -> tuple[float, float, int]:
    """Share, its standard error and its degrees of freedom; `part` and `whole` count forms per cluster, shape (G,).

    A cluster without such forms adds nothing to the spread and has no degree of freedom. Cochran (1977), section 6.3.

    >>> value, se, df = clustered_share(part=np.array([1.0, 3, 0]), whole=np.array([4.0, 4, 2]))
    >>> value, round(se, 4), df
    (0.4, 0.2107, 2)
    """
    value = float(part.sum() / whole.sum())
    rest, G = part - value * whole, len(whole)
    variance = G / max(G - 1, 1) * float(rest @ rest) / float(whole.sum()) ** 2
    return value, math.sqrt(variance) if variance > 1e-24 else 0.0, int((whole > 0).sum()) - 1


def logit_interval(*, value: float, se: float, df: float, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of a share on the logit, so that it stays between 0 and 1, with Student's t.

    >>> low, high = logit_interval(value=0.5, se=0.1, df=10)
    >>> round(low, 4), round(high, 4)
    (0.2909, 0.7091)
    """
    half = float(special.stdtrit(df, 0.5 + confidence / 2)) * se / (value * (1 - value))
    middle = math.log(value / (1 - value))
    return float(special.expit(middle - half)), float(special.expit(middle + half))
