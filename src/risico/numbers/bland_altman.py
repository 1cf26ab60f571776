"""How far two scores of the same thing lie apart: limits of agreement and their exact intervals."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
Interval = tuple[float, float]


class Line(NamedTuple):
    """A slope, its standard error (NaN where the points leave no residual) and its degrees of freedom."""

    slope: float
    se: float
    df: int


def mean_and_sd(*, values: Array, c: Array) -> tuple[float, float]:
    """Mean and standard deviation (n - 1) of values that occur c times, each of shape (p,)."""
    n = float(c.sum())
    mean = float(c @ values / n)
    return mean, math.sqrt(float(c @ (values - mean) ** 2) / (n - 1)) if n > 1 else float("nan")


def sd_interval(*, sd: float, n: int, confidence: float = 0.95) -> Interval:
    """Exact interval of the standard deviation of normal values, from chi-square with n - 1 degrees of freedom.

    >>> low, high = sd_interval(sd=1.0, n=10)
    >>> round(low, 4), round(high, 4)
    (0.6878, 1.8256)
    """
    low, high = (float(special.chdtri(n - 1, tail)) for tail in ((1 - confidence) / 2, (1 + confidence) / 2))
    return sd * math.sqrt((n - 1) / low), sd * math.sqrt((n - 1) / high)


def limit_factors(*, n: int, within: float = 0.95, confidence: float = 0.95) -> Interval:
    """How many standard deviations above the mean the upper limit can lie: exact for normal values. Carkeet (2015).

    The limit holds `within` of the differences between it and its mirror image. The mean plus a percentile of a normal
    distribution is, standardised, noncentral t.

    >>> low, high = limit_factors(n=30)
    >>> round(low, 4), round(high, 4)
    (1.4503, 2.7566)
    """
    away = float(special.ndtri((1 + within) / 2)) * math.sqrt(n)
    low, high = (
        float(special.nctdtrit(n - 1, away, tail)) / math.sqrt(n)
        for tail in ((1 - confidence) / 2, (1 + confidence) / 2)
    )
    return low, high


def slope(*, x: Array, y: Array, c: Array) -> Line | None:
    """Least-squares slope of y on x, each pair occurring c times; None where x does not differ or n is below 3."""
    n = float(c.sum())
    if n < 3:
        return None
    dx, dy = x - c @ x / n, y - c @ y / n
    sxx, sxy, syy = (float(c @ part) for part in (dx * dx, dx * dy, dy * dy))
    if not sxx > 1e-24 * float(c @ (x * x)):
        return None
    left = syy - sxy**2 / sxx
    exact = left <= 1e-12 * syy
    return Line(sxy / sxx, float("nan") if exact else math.sqrt(left / (n - 2) / sxx), int(n) - 2)
