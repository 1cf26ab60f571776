"""Estimates of several imputed data sets as one: Rubin (1987); degrees of freedom of Barnard & Rubin (1999).

Barnard & Rubin (1999), Biometrika 86:948: with the old degrees of freedom a small study would count as a large one.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ALIKE = 1e-12  # a share of the variance between sets that is only rounding


class Pooled(NamedTuple):
    """A pooled value, its standard error, degrees of freedom, and the share of information that is missing."""

    value: float
    se: float
    df: float
    missing: float


def rubin(*, values: Array, errors: Array, df: float = inf) -> Pooled:
    """Pool values and standard errors, shape (m,) with m of at least 2; `df` those of complete data.

    >>> pooled = rubin(values=np.array([1.0, 1.4, 0.7]), errors=np.array([0.2, 0.25, 0.22]), df=40)
    >>> round(pooled.value, 3), round(pooled.se, 3), round(pooled.df, 2)
    (1.033, 0.463, 2.47)
    """
    m = len(values)
    within, between = float((errors**2).mean()), float(values.var(ddof=1)) * (1 + 1 / m)
    total = within + between
    share = between / total if total > 0 else 0.0
    if share < ALIKE:
        return Pooled(float(values.mean()), total**0.5, df, 0.0)
    old = (m - 1) / share**2
    if df == inf:
        found = old
    else:
        seen = (df + 1) / (df + 3) * df * (1 - share)
        found = old * seen / (old + seen)
    ratio = between / within if within > 0 else inf
    missing = 1.0 if ratio == inf else (ratio + 2 / (found + 3)) / (1 + ratio)
    return Pooled(float(values.mean()), total**0.5, found, missing)
