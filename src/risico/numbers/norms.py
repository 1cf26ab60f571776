"""Where a score stands among those of a norm group: mid-percentiles, normal scores, and norms that run on with age.

Scores of several ages are a table `N` of shape (ages, scores): how many people of each age had each score, scores in
rising order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

POWERS = 3
"""Highest power of the normal score and of age."""
STEPS = 400
"""Places at which a curve is looked at for a fall."""


def mid_shares(*, N: Array) -> Array:
    """Share below plus half the share equal, shape of `N`; the row of an age sums to its people.

    >>> mid_shares(N=np.array([[2.0, 1.0, 1.0]]))
    array([[0.25 , 0.625, 0.875]])
    """
    return (np.cumsum(N, axis=1) - N / 2) / N.sum(axis=1, keepdims=True)


class Curves(NamedTuple):
    """raw = Σ b_ij L^i A^j with A the age brought to −1 … 1; `b` has shape (powers of L, powers of A).

    `ages` are the lowest and highest seen, `normal` the lowest and highest normal score, `raw` the scores.
    """

    b: Array
    ages: tuple[float, float]
    normal: tuple[float, float]
    raw: tuple[float, float]

    def at(self, age: float) -> Array:
        """Coefficients of raw in the normal score at an age, lowest power first."""
        return self.b @ _age(np.array([age]), self.ages)[0] ** np.arange(self.b.shape[1])


def _age(age: Array, ends: tuple[float, float]) -> Array:
    return (2 * age - ends[0] - ends[1]) / (ends[1] - ends[0])


def curves(*, ages: Array, scores: Array, N: Array) -> Curves:
    """Least squares of raw scores on powers of their normal score and of age, all products. Lenhard & Lenhard (2018).

    The normal score is that of the mid-percentile within the age. `ages` has at least two values, in rising order.
    """
    ends = float(ages[0]), float(ages[-1])
    who, what = np.nonzero(N)
    L = special.ndtri(mid_shares(N=N)[who, what])
    A = _age(ages[who].astype(np.float64), ends)
    powers = min(POWERS, len(ages) - 1)
    X = (L[:, None, None] ** np.arange(POWERS + 1)[:, None] * A[:, None, None] ** np.arange(powers + 1)).reshape(
        len(L), -1
    )
    root = np.sqrt(N[who, what])
    b = np.linalg.lstsq(X * root[:, None], scores[what] * root, rcond=None)[0].astype(np.float64)
    normal = float(L.min()), float(L.max())
    return Curves(b.reshape(POWERS + 1, powers + 1), ends, normal, (float(scores[0]), float(scores[-1])))


def falls(*, found: Curves, age: float) -> bool:
    """Say whether somewhere between the lowest and highest score a higher normal score has a lower raw score."""
    line = np.polynomial.polynomial.polyval(np.linspace(*found.normal, STEPS), found.at(age))
    inside = (line >= found.raw[0]) & (line <= found.raw[1])
    return bool(((np.diff(line) <= 0) & (inside[1:] | inside[:-1])).any())


def _reach(found: Curves, age: float, raw: Array) -> Array:
    """Where the curve, kept from falling, first reaches each raw score; infinite where it does not."""
    L = np.linspace(*found.normal, STEPS)
    line = np.maximum.accumulate(np.polynomial.polynomial.polyval(L, found.at(age)))
    first = np.searchsorted(line, raw)
    right = np.clip(first, 1, STEPS - 1)
    share = (raw - line[right - 1]) / np.maximum(line[right] - line[right - 1], 1e-300)
    place = L[right - 1] + share * (L[right] - L[right - 1])
    return np.where(raw < line[0], -np.inf, np.where(first == STEPS, np.inf, place))


def normal_scores(*, found: Curves, age: float, raw: Array) -> Array:
    """Normal score at which the curve of an age reaches each raw score, infinite beyond its ends.

    No fall may be there (`falls`).
    """
    place, b = _reach(found, age, raw), found.at(age)
    slope, inside = np.polynomial.polynomial.polyder(b), np.isfinite(place)
    for _ in range(4):
        over = np.polynomial.polynomial.polyval(place[inside], b) - raw[inside]
        place[inside] -= over / np.polynomial.polynomial.polyval(place[inside], slope)
    return place


def redrawn(
    *, ages: Array, scores: Array, N: Array, at: tuple[float, ...], raw: Array, redraws: int, seed: int
) -> Array:
    """Normal scores after people were redrawn within each age, shape (redraws, ages asked, raw scores).

    Where a redrawn curve falls, the first place at which it reaches the score is taken.
    """
    rng = np.random.default_rng(seed)
    people = N.sum(axis=1).round().astype(np.int64)
    out = np.empty((redraws, len(at), len(raw)))
    for draw in range(redraws):
        again = np.array([rng.multinomial(n, row / row.sum()) for n, row in zip(people, N, strict=True)])
        found = curves(ages=ages, scores=scores, N=again.astype(np.float64))
        for place, age in enumerate(at):
            out[draw, place] = _reach(found, age, raw)
    return out
