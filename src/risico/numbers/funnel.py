"""Funnel plots: how far units lie from what was expected, before and after they are allowed to differ a little."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WINSORISED = 0.1  # at each end, after Spiegelhalter
LEAST = 20  # units; of fewer, a tenth is not two, and drawing one unit in would by itself make it stand out


def error_of_ratio(expected: Array, n: Array) -> Array:
    """Return the standard error of observed / expected when the unit is as expected: that of a binomial share of n."""
    return np.sqrt((1 - expected / n) / expected)


def overdispersion(z: Array) -> float:
    """Return the mean squared z; from 20 units its outer tenths are drawn in to the tenth and ninetieth percentile.

    Spiegelhalter (2005), Statistics in Medicine 24:1185. About 1 when units differ by chance alone; a few units far
    away must not make it so large that they no longer stand out.

    >>> few, many = [-1.0, 1.0, -1.0, 1.0, 9.0], [-1.0, 1.0] * 14 + [9.0, -9.0]
    >>> overdispersion(np.array(few)), overdispersion(np.array(many))
    (17.0, 1.0)
    """
    ends = (WINSORISED, 1 - WINSORISED) if len(z) >= LEAST else (0.0, 1.0)
    low, high = np.quantile(z, ends)
    return float((np.clip(z, low, high) ** 2).mean())


def between(phi: float, error: Array) -> float:
    """Return the variance of true ratios between units that an over-dispersion means: additive random effects.

    Spiegelhalter (2005), the moment estimate of DerSimonian & Laird (1986); 0 when units differ no more than by chance.

    >>> between(1.0, np.array([0.1, 0.1])), round(between(5.0, np.array([0.1, 0.1])), 4)
    (0.01, 0.09)
    """
    k, w = len(error), 1 / error**2
    return max(0.0, float((k * phi - (k - 1)) / (w.sum() - (w**2).sum() / w.sum())))
