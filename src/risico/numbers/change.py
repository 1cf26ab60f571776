"""When is a change of one person more than error of measurement? Three answers, and the cut-offs between two groups."""

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


def edwards_nunnally(*, before: Array, after: Array, mean: float, sd: float, reliability: float) -> Array:
    """How many standard errors of measurement the second score lies from where the first is expected to truly be.

    A first score is drawn toward the mean of the first moment by its reliability, since extreme scores hold more error.
    Edwards, Yarvis, Mueller, Zingale and Wagman (1978), as reformulated by Speer (1992).

    >>> edwards_nunnally(before=np.array([30.0]), after=np.array([20.0]), mean=20, sd=10, reliability=0.75).tolist()
    [-1.5]
    """
    return (after - (mean + reliability * (before - mean))) / (sd * math.sqrt(1 - reliability))


def hageman_arrindell(*, before: Array, after: Array, number: Array, reliability: float) -> Array | None:
    """Change of each person, drawn toward the mean change by the reliability of differences, in standard errors.

    The error of measurement is that of the first moment at both. None where the differences have no reliability.
    Hageman and Arrindell (1993), RC_INDIV.

    >>> x, y = np.array([10.0, 20, 30, 40]), np.array([18.0, 20, 36, 40])
    >>> np.round(hageman_arrindell(before=x, after=y, number=np.ones(4), reliability=0.95), 3).tolist()
    [6.277, 6.002, 6.208, 6.002]
    """
    n = float(number.sum())
    m1, m2 = float(before @ number) / n, float(after @ number) / n
    v1, v2 = float((before - m1) ** 2 @ number) / (n - 1), float((after - m2) ** 2 @ number) / (n - 1)
    shared = float(((before - m1) * (after - m2)) @ number) / (n - 1)
    error, spread = v1 * (1 - reliability), v1 + v2 - 2 * shared
    if spread <= 2 * error:
        return None
    true = 1 - 2 * error / spread
    return ((after - before) * true + (m2 - m1) * (1 - true)) / math.sqrt(true * 2 * error)


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
