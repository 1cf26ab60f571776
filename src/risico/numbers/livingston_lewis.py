"""How often a level is right, and how often a second form would give the same. Livingston and Lewis (1995).

A score is read as the number of successes among as many equal questions as give its reliability, the effective length;
true shares of success follow a beta distribution with four parameters, or two where those would lie outside 0 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import integrate, special

Array = NDArray[np.float64]

ROUNDING = 1e-9


class TrueScores(NamedTuple):
    """True shares: a beta distribution of `alpha` and `beta` from `low` to `high`, with the effective length."""

    alpha: float
    beta: float
    low: float
    high: float
    length: float

    def share(self, t: float) -> float:
        """Return the share below which a part t of the people truly are."""
        return self.low + (self.high - self.low) * float(special.betaincinv(self.alpha, self.beta, t))

    def below(self, share: float) -> float:
        """Return the part of the people who truly are below a share."""
        x = (share - self.low) / (self.high - self.low)
        return float(special.betainc(self.alpha, self.beta, min(max(x, 0.0), 1.0)))


def effective_length(*, mean: float, variance: float, reliability: float, lowest: float, highest: float) -> float:
    """Number of equal questions, each right or wrong, with this reliability. Livingston and Lewis (1995), eq. 8.

    >>> effective_length(mean=10, variance=20, reliability=0.75, lowest=0, highest=20)
    17.0
    """
    return ((mean - lowest) * (highest - mean) - reliability * variance) / (variance * (1 - reliability))


def true_scores(*, share: Array, number: Array, length: float) -> TrueScores | None:
    """Fit true shares to observed shares, each seen `number` times, by four moments; by two where four do not fit.

    None where not even two do: people then differ more than shares from 0 to 1 can. Hanson (1991); Lord (1965).
    """
    x, n = share * length, float(number.sum())
    falling, moments = np.ones_like(x), list[float]()
    top = 1.0
    for i in range(4):
        falling, top = falling * (x - i), top * (length - i)
        kept = np.where(x < i + 1 - ROUNDING, 0.0, falling) if i else falling  # as for whole questions right
        moments.append(float(kept @ number) / n / top)
    four = _four(moments, length)
    return four if four is not None else _two(moments, length)


def _four(m: Sequence[float], length: float) -> TrueScores | None:
    variance = m[1] - m[0] ** 2
    if not variance > 0:
        return None
    skew = (m[2] - 3 * m[0] * m[1] + 2 * m[0] ** 3) / variance**1.5
    kurtosis = (m[3] - 4 * m[0] * m[2] + 6 * m[0] ** 2 * m[1] - 3 * m[0] ** 4) / variance**2
    below = 6 + 3 * skew**2 - 2 * kurtosis
    r = 6 * (kurtosis - skew**2 - 1) / below if below else math.inf
    inside = 1 - 24 * (r + 1) / ((r + 2) * (r + 3) * kurtosis - 3 * (r - 6) * (r + 1))
    if not inside >= 0:
        return None
    more, less = r / 2 * (1 + math.sqrt(inside)), r / 2 * (1 - math.sqrt(inside))
    a, b = (more, less) if skew < 0 else (less, more)
    if not (a > 0 and b > 0 and math.isfinite(a + b)):
        return None
    width = math.sqrt(variance * (a + b + 1) / (a * b))
    low, high = m[0] - a * width, m[0] + b * width
    return TrueScores(a, b, low, high, length) if low >= 0 and high <= 1 else None


def _two(m: Sequence[float], length: float) -> TrueScores | None:
    variance = m[1] - m[0] ** 2
    both = m[0] * (1 - m[0]) / variance - 1 if variance > 0 else -1.0
    return TrueScores(m[0] * both, (1 - m[0]) * both, 0.0, 1.0, length) if both > 0 and 0 < m[0] < 1 else None


class Decisions(NamedTuple):
    """Shares of all: the true by the observed level, and the first by a second observed level, shape (L, L) each."""

    accuracy: Array
    consistency: Array


def decisions(*, true: TrueScores, cuts: Sequence[float]) -> Decisions:
    """Cross the levels between cuts, given as shares from 0 to 1 in their order; a score at a cut belongs above.

    The observed score is counted in whole questions of the rounded length, from the cut rounded to whole questions.
    """
    n = round(true.length)
    places = [round(n * cut) for cut in cuts]

    def at_least(share: float) -> Array:
        return np.array([1.0, *(float(special.bdtrc(k - 1, n, share)) if k > 0 else 1.0 for k in places), 0.0])

    def level(t: float) -> Array:
        chances = at_least(true.share(t))
        return chances[:-1] - chances[1:]

    ends = [0.0, *(true.below(cut) for cut in cuts), 1.0]
    L = len(cuts) + 1
    accuracy = np.array(
        [[_mean(lambda t, j=j: level(t)[j], low, high) for j in range(L)] for low, high in pairwise(ends)]
    )
    consistency = np.empty((L, L))
    for i in range(L):
        for j in range(i + 1):
            both = sum(_mean(lambda t, i=i, j=j: level(t)[i] * level(t)[j], low, high) for low, high in pairwise(ends))
            consistency[i, j] = consistency[j, i] = both
    return Decisions(accuracy, consistency)


def _mean(of: Callable[[float], float], low: float, high: float) -> float:
    if not high > low:
        return 0.0
    return float(integrate.quad(of, low, high, epsabs=1e-11, epsrel=1e-10, limit=200, full_output=1)[0])
