"""Control charts: limits of what a process does by itself, its season, and the patterns that chance seldom makes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Limits = tuple[Array, Array, Array]  # centre, low, high, each (k,)

D2 = 1.128  # mean range of two normal values, in standard deviations (Shewhart 1931)
REACH = 2.66  # 3 / D2, as tables of XmR charts print it (Wheeler 1993)
RUN = 7
OUTER = 2 / 3  # of the way from the centre to a limit


def xmr_limits(values: Array) -> Limits:
    """Return the mean and the mean ± 2.66 mean moving ranges, the same for each of at least two values.

    >>> [float(side[0].round(2)) for side in xmr_limits(np.array([3.0, 5.0, 4.0]))]
    [4.0, 0.01, 7.99]
    """
    half = REACH * np.abs(np.diff(values)).mean()
    centre = np.full(len(values), values.mean())
    return centre, centre - half, centre + half


def laney_limits(shares: Array, n: Array) -> Limits:
    """Return the p' limits of shares of n, between 0 and 1. Laney (2002), Quality Engineering 14:531.

    The binomial error of each share, times how much more the shares differ from month to month than it lets them.

    >>> centre, low, high = laney_limits(np.array([0.1, 0.2, 0.15, 0.25]), np.array([1000.0, 2000, 1500, 1000]))
    >>> float(centre[0].round(4)), low.round(3)
    (0.1773, array([0.   , 0.001, 0.   , 0.   ]))
    """
    centre = float(shares @ n / n.sum())
    error = np.sqrt(centre * (1 - centre) / n)
    spread = np.abs(np.diff((shares - centre) / error)).mean() / D2
    half = 3 * error * spread
    return np.full(len(n), centre), np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def season_removed(values: Array, length: int, years: int) -> Array:
    """Return the values less the effect of their place in the year, as earlier years show it; NaN in the first years.

    The effect is the mean, over all earlier whole years, of how far that place lay from the mean of its year. A value
    is never used for its own effect: otherwise each would take part of itself away.

    >>> season_removed(np.array([1.0, 3, 2, 4, 1, 4]), 2, 2)
    array([nan, nan, nan, nan,  2.,  3.])
    """
    whole = values[: len(values) // length * length].reshape(-1, length)
    apart = whole - whole.mean(axis=1, keepdims=True)
    out = np.full(len(values), np.nan)
    for place in range(years * length, len(values)):
        out[place] = values[place] - apart[: place // length, place % length].mean()
    return out


def beyond(values: Array, limits: Limits) -> NDArray[np.int8]:
    """Return 1 above the high limit, -1 below the low one, else 0."""
    _, low, high = limits
    return ((values > high).astype(np.int8) - (values < low)).astype(np.int8)


def shifts(values: Array, centre: Array) -> NDArray[np.int8]:
    """Return 1 or -1 on each of seven or more in a row above or below the centre."""
    return _runs(np.sign(values - centre).astype(np.int8), RUN)


def trends(values: Array) -> NDArray[np.int8]:
    """Return 1 or -1 on each of seven or more in a row that keep rising or falling: six steps one way."""
    steps = _runs(np.sign(np.diff(values)).astype(np.int8), RUN - 1)
    ends = np.concatenate([[0], steps, [0]])
    return np.where(ends[:-1] != 0, ends[:-1], ends[1:]).astype(np.int8)


def near(values: Array, limits: Limits) -> NDArray[np.int8]:
    """Return 1 or -1 on the two or three, of three in a row on one side, in the outer third and not beyond it."""
    centre, low, high = limits
    side = np.sign(values - centre).astype(np.int8)
    outer = np.where(side > 0, values > centre + OUTER * (high - centre), values < centre - OUTER * (centre - low))
    outer &= beyond(values, limits) == 0
    out = np.zeros(len(values), dtype=np.int8)
    for first in range(len(values) - 2):
        three = slice(first, first + 3)
        if abs(int(side[three].sum())) == 3 and outer[three].sum() >= 2:
            out[three] = np.where(outer[three], side[three], out[three])
    return out


def _runs(signs: NDArray[np.int8], least: int) -> NDArray[np.int8]:
    """Return the signs that stand in a run of at least so many of the same, and 0 for the others."""
    edges = np.flatnonzero(np.diff(signs, prepend=np.int8(2), append=np.int8(2)))
    length = np.repeat(np.diff(edges), np.diff(edges))
    return np.where(length >= least, signs, 0).astype(np.int8)
