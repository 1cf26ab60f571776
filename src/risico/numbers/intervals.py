"""Intervals that more than one family of statistics uses."""

from __future__ import annotations

import math

from scipy import special

Interval = tuple[float, float]


def normal(*, value: float, se: float, confidence: float = 0.95) -> Interval:
    """Value plus and minus the normal quantile times the standard error.

    >>> normal(value=0.0, se=1.0)
    (-1.959963984540054, 1.959963984540054)
    """
    half = float(special.ndtri(0.5 + confidence / 2)) * se
    return value - half, value + half


def student(*, value: float, se: float, df: float, confidence: float = 0.95) -> Interval:
    """Value plus and minus the quantile of Student's t with df degrees of freedom times the standard error.

    >>> low, high = student(value=0.0, se=1.0, df=10)
    >>> round(high, 4)
    2.2281
    """
    half = float(special.stdtrit(df, 0.5 + confidence / 2)) * se
    return value - half, value + half


def wilson(*, successes: float, n: float, confidence: float = 0.95) -> Interval:
    """Score interval of a share. Wilson (1927), without continuity correction; n must be above 0.

    >>> wilson(successes=0, n=10)
    (0.0, 0.2775327998628892)
    """
    z = float(special.ndtri(0.5 + confidence / 2))
    p = successes / n
    centre = p + z**2 / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low = 0.0 if successes == 0 else (centre - half) / (1 + z**2 / n)
    high = 1.0 if successes == n else (centre + half) / (1 + z**2 / n)
    return low, high
