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


def clopper_pearson(*, successes: float, n: float, confidence: float = 0.95) -> Interval:
    """Exact interval of a share, from the quantiles of beta distributions; n must be above 0. Clopper, Pearson (1934).

    It holds at least as often as it says, and for small n more often.

    >>> low, high = clopper_pearson(successes=0, n=10)
    >>> low, round(high, 4)
    (0.0, 0.3085)
    """
    tail = (1 - confidence) / 2
    low = 0.0 if successes == 0 else float(special.betaincinv(successes, n - successes + 1, tail))
    high = 1.0 if successes == n else float(special.betaincinv(successes + 1, n - successes, 1 - tail))
    return low, high


def newcombe(*, first: tuple[float, float], second: tuple[float, float], confidence: float = 0.95) -> Interval:
    """Interval of the difference of two independent shares, each (successes, n), from their Wilson intervals.

    Newcombe (1998), method 10; his example (a) is

    >>> low, high = newcombe(first=(56, 70), second=(48, 80))
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    (x, m), (y, n) = first, second
    (l1, u1), (l2, u2) = (wilson(successes=k, n=size, confidence=confidence) for k, size in (first, second))
    p, q = x / m, y / n
    return p - q - math.hypot(p - l1, u2 - q), p - q + math.hypot(u1 - p, q - l2)
