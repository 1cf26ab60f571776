"""What equal wishes ask of groups whose base rates differ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]


def equal_shares(*, part: Array, whole: Array) -> tuple[float, float]:
    """P-value of Pearson's chi-square that groups have one share, and the smallest expected number; shape (groups,).

    NaN where the share is 0 or 1 in all groups together.

    >>> p, least = equal_shares(part=np.array([10.0, 20]), whole=np.array([50.0, 50]))
    >>> round(p, 4), least
    (0.0291, 15.0)
    """
    share = float(part.sum() / whole.sum())
    if share in (0.0, 1.0):
        return float("nan"), 0.0
    chi2 = float(((part - share * whole) ** 2 / (whole * share * (1 - share))).sum())
    return float(special.chdtrc(len(part) - 1, chi2)), float(whole.min() * min(share, 1 - share))


def false_positive_rate(*, base_rate: float, ppv: float, sensitivity: float) -> float:
    """The false-positive rate that follows from the other three. Chouldechova (2017), eq. 2.6.

    >>> round(false_positive_rate(base_rate=0.2, ppv=0.5, sensitivity=0.8), 12)
    0.2
    """
    return base_rate / (1 - base_rate) * (1 - ppv) / ppv * sensitivity
