"""The six intraclass correlations of Shrout and Fleiss from a complete table of n units by k raters.

McGraw and Wong (1996) write them ICC(1), ICC(A,1), ICC(C,1) and with k in the place of 1: the same six numbers. Their
tests against another value than 0 are here too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]


class MeanSquares(NamedTuple):
    """Analysis of variance of a complete table: mean squares between units, within, of raters and of the residual."""

    between: float
    within: float
    raters: float
    residual: float
    n: int
    k: int


def mean_squares(*, n: int, means: Array, cross: Array) -> MeanSquares:
    """Analysis of variance from the raters' means, shape (k,), and their centred cross-products, shape (k, k).

    A sum of squares below the rounding of the scores counts as nothing.
    """
    k = len(means)
    between, trace = cross.sum() / k, float(np.trace(cross))
    raters = n * float(((means - means.mean()) ** 2).sum())
    dust = 1e-12 * (trace + raters) + 1e-28 * n * float((means**2).sum())
    between, raters, residual = (part if part > dust else 0.0 for part in (between, raters, trace - between))
    return MeanSquares(
        between=float(between / (n - 1)),
        within=float((raters + residual) / (n * (k - 1))),
        raters=float(raters / (k - 1)),
        residual=float(residual / ((n - 1) * (k - 1))),
        n=n,
        k=k,
    )


def coefficients(*, ms: MeanSquares) -> dict[str, float]:
    """The six coefficients by name; NaN where no variance is left to divide by. Shrout and Fleiss (1979)."""
    b, w, j, e, n, k = ms
    singles = {
        "1": (b - w, b + (k - 1) * w),
        "2": (b - e, b + (k - 1) * e + k * (j - e) / n),
        "3": (b - e, b + (k - 1) * e),
    }
    one = {kind: above / below if below > 0 else float("nan") for kind, (above, below) in singles.items()}
    return {f"icc_{kind}_1": value for kind, value in one.items()} | {
        f"icc_{kind}_k": step_up(value=value, k=k) for kind, value in one.items()
    }


def step_up(*, value: float, k: int) -> float:
    """Spearman-Brown: the reliability of the mean of k ratings from that of one; NaN where no mean can have it."""
    below = 1 + (k - 1) * value
    return k * value / below if below > 1e-12 else float("nan")


def intervals(*, ms: MeanSquares, confidence: float = 0.95) -> dict[str, tuple[float, float]]:
    """Intervals of the six by name; needs differences within (1) and a residual (2, 3).

    Shrout and Fleiss (1979); for the second kind their approximation by Satterthwaite.
    """
    out: dict[str, tuple[float, float]] = {}
    if ms.within > 0:
        out |= _both("1", _ratio_interval(ms.between / ms.within, ms.n - 1, ms.n * (ms.k - 1), ms.k, confidence), ms.k)
    if ms.residual > 0:
        f, df = ms.between / ms.residual, (ms.n - 1) * (ms.k - 1)
        out |= _both("2", _agreement_interval(ms, confidence), ms.k)
        out |= _both("3", _ratio_interval(f, ms.n - 1, df, ms.k, confidence), ms.k)
    return out


def _both(kind: str, ends: tuple[float, float], k: int) -> dict[str, tuple[float, float]]:
    low, high = ends
    return {f"icc_{kind}_1": ends, f"icc_{kind}_k": (step_up(value=low, k=k), step_up(value=high, k=k))}


def _ratio_interval(f: float, df1: float, df2: float, k: int, confidence: float) -> tuple[float, float]:
    upper = 0.5 + confidence / 2
    low, high = f / special.fdtri(df1, df2, upper), f * special.fdtri(df2, df1, upper)
    return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))


def _agreement_interval(ms: MeanSquares, confidence: float) -> tuple[float, float]:
    b, _, j, e, n, k = ms
    v = _satterthwaite(ms)
    upper = 0.5 + confidence / 2
    down, up = special.fdtri(n - 1, v, upper), special.fdtri(v, n - 1, upper)
    spread = k * j + (k * n - k - n) * e
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(n * (b - down * e) / (down * spread + n * b)), float(n * (up * b - e) / (spread + n * up * b))


def _satterthwaite(ms: MeanSquares) -> float:
    """Degrees of freedom of what a unit is compared with in ICC(2,1), taken at its estimate."""
    r, ratio, n, k = coefficients(ms=ms)["icc_2_1"], ms.raters / ms.residual, ms.n, ms.k
    rest = n * (1 + (k - 1) * r) - k * r
    weight = (n - 1) * (k * r * ratio) ** 2 + rest**2
    if weight == 0:  # raters with one mean and no units apart: what is left is the residual alone
        return float((k - 1) * (n - 1))
    return (k - 1) * (n - 1) * (k * r * ratio + rest) ** 2 / weight


class FTest(NamedTuple):
    """An F test: its value, degrees of freedom and p value."""

    f: float
    df1: int
    df2: float
    p: float


def f_tests(*, ms: MeanSquares) -> dict[str, FTest]:
    """F tests that units do not differ, `one_way` and `two_way`; absent where nothing is left to compare with."""
    designs = {
        "one_way": (ms.within, ms.n * (ms.k - 1)),
        "two_way": (ms.residual, (ms.n - 1) * (ms.k - 1)),
    }
    return {
        name: FTest(ms.between / error, ms.n - 1, df, float(special.fdtrc(ms.n - 1, df, ms.between / error)))
        for name, (error, df) in designs.items()
        if error > 0
    }


def above(*, ms: MeanSquares, value: float) -> dict[str, FTest]:
    """F tests that each of the six is at most a value, from 0 to below 1; absent where nothing is left to compare with.

    McGraw and Wong (1996), table 8. For a mean of k ratings the value is brought back to one rating, which is the same
    hypothesis; the degrees of freedom of the second kind are those of its interval, so that p is half of 1 - confidence
    where the value is the lower end.
    """
    n, k = ms.n, ms.k
    error: dict[str, tuple[float, Callable[[float], float]]] = {}
    if ms.within > 0:
        error["1"] = (n * (k - 1), lambda r: ms.within * (1 + (k - 1) * r) / (1 - r))
    if ms.residual > 0:
        error["2"] = (
            _satterthwaite(ms),
            lambda r: ms.residual + k * r * (ms.raters + (n - 1) * ms.residual) / n / (1 - r),
        )
        error["3"] = ((n - 1) * (k - 1), lambda r: ms.residual * (1 + (k - 1) * r) / (1 - r))
    out: dict[str, FTest] = {}
    for kind, (df, expected) in error.items():
        for mean, r in (("1", value), ("k", value / (k - (k - 1) * value))):
            f = ms.between / expected(r)
            out[f"icc_{kind}_{mean}"] = FTest(f, n - 1, df, float(special.fdtrc(n - 1, df, f)))
    return out
