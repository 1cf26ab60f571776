"""When is a change of one person more than error of measurement? Jacobson and Truax (1991)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def s_diff(*, sd: float, reliability: float) -> float:
    """Standard error of a difference between two scores, sd · √2 · √(1 − r). Jacobson and Truax (1991), p. 14.

    >>> round(s_diff(sd=11.83, reliability=0.88), 3)
    5.795
    """
    return sd * math.sqrt(2) * math.sqrt(1 - reliability)


def cutoffs(*, clinical: tuple[float, float], functional: tuple[float, float]) -> tuple[float, float, float]:
    """Cut-offs a, b and c between two groups, each given as (mean, sd). Jacobson and Truax (1991), p. 13.

    a lies two standard deviations of the clinical group beyond its mean, b two of the functional group before its mean,
    c where a score is as far from the one as from the other.

    >>> [round(cut, 1) for cut in cutoffs(clinical=(40, 7.5), functional=(60, 7.5))]
    [55.0, 45.0, 50.0]
    """
    (m1, s1), (m0, s0) = clinical, functional
    way = math.copysign(1, m0 - m1)
    return m1 + way * 2 * s1, m0 - way * 2 * s0, (s0 * m1 + s1 * m0) / (s0 + s1)


def classes(*, gain: Array, after: Array, error: float, z: float, better: int, cut: float | None) -> NDArray[np.int64]:
    """Class of each pair of scores: 0 worse, 1 unchanged, 2 better, 3 better and beyond the cut-off; shape (n,).

    `gain` is after minus before, times `better` (1 when higher is better, -1 when lower is). A change counts when it is
    larger than z standard errors of a difference; exactly as large does not count.
    """
    reliable = np.abs(gain) > z * error
    found = np.where(reliable, np.where(gain > 0, 2, 0), 1)
    if cut is not None:
        found[(found == 2) & (better * (after - cut) > 0)] = 3
    return found
