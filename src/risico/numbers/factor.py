"""Are items fit for one factor, and does one factor fit them? From a covariance matrix S, shape (k, k)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Array = NDArray[np.float64]

CLOSE = 0.05
"""An RMSEA that Browne and Cudeck (1993) call close fit."""


def kaiser_meyer_olkin(*, R: Array) -> tuple[float, Array]:
    """Sampling adequacy of a correlation matrix, and of each item, shape (k,). Kaiser and Rice (1974).

    Squared correlations over squared correlations plus squared partial correlations (all others held).
    """
    inverse = np.linalg.inv(R)
    partial = inverse / np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    plain, held = (M**2 - np.diag(np.diag(M**2)) for M in (R, partial))
    alone, whole = plain.sum(axis=0) + held.sum(axis=0), plain.sum() + held.sum()
    each = np.where(alone > 0, plain.sum(axis=0) / np.where(alone > 0, alone, 1.0), np.nan)
    return float(plain.sum() / whole) if whole > 0 else float("nan"), each


class ChiSquare(NamedTuple):
    """A test: the statistic, its degrees of freedom and the probability of at least so much."""

    value: float
    df: int
    p: float


def chi_square(value: float, df: int) -> ChiSquare:
    """A chi-square with its p, which is 1 where there are no degrees of freedom."""
    return ChiSquare(value, df, float(special.chdtrc(df, value)) if df > 0 else 1.0)


def sphericity(*, R: Array, n: int) -> ChiSquare:
    """Test that no two items correlate. Bartlett (1951)."""
    k = len(R)
    value = -np.linalg.slogdet(R)[1] * (n - 1 - (2 * k + 5) / 6)
    return chi_square(max(float(value), 0.0), k * (k - 1) // 2)


class Fit(NamedTuple):
    """How well a model fits: the test, its baseline (no two items correlate), and the usual indices."""

    test: ChiSquare
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    close_p: float


def fit_indices(*, value: float, df: int, baseline: float, baseline_df: int, n: int, confidence: float = 0.90) -> Fit:
    """Indices of fit from the likelihood-ratio chi-square of the model and of the baseline; df must be above 0.

    N stands where others write N − 1, as in lavaan for its likelihood "normal". CFI: Bentler (1990); TLI: Tucker and
    Lewis (1973); RMSEA, its interval and the test of close fit: Browne and Cudeck (1993).
    """
    over, over_baseline = max(value - df, 0.0), max(baseline - baseline_df, value - df, 0.0)
    tail = (1 - confidence) / 2
    ends = [_noncentrality(value=value, df=df, share=p) for p in (1 - tail, tail)]
    low, rmsea, high = (float(np.sqrt(excess / (df * n))) for excess in (ends[0], over, ends[1]))
    ratio, ratio_baseline = value / df, baseline / baseline_df
    return Fit(
        test=chi_square(value, df),
        cfi=1 - over / over_baseline if over_baseline > 0 else 1.0,
        tli=(ratio_baseline - ratio) / (ratio_baseline - 1) if ratio_baseline != 1 else float("nan"),
        rmsea=rmsea,
        rmsea_low=low,
        rmsea_high=high,
        close_p=float(1 - special.chndtr(value, df, n * df * CLOSE**2)),
    )


def _noncentrality(*, value: float, df: int, share: float) -> float:
    """Noncentrality at which a share of chi-squares lies below the value; 0 where even the central one has less."""
    if special.chdtr(df, value) <= share:
        return 0.0
    most = max(value, df, 1.0)
    while special.chndtr(value, df, most) > share:
        most *= 2
    return _root(lambda excess: float(special.chndtr(value, df, excess)) - share, most)


def _root(f: Callable[[float], float], most: float) -> float:
    found: Any = optimize.brentq(f, 0.0, most, xtol=1e-10)
    return float(found)


def residual_root(*, S: Array, implied: Array) -> float:
    """Standardised root mean square residual over the variances and covariances. Bentler (1995)."""
    spread = np.sqrt(np.diag(S))
    apart = ((S - implied) / np.outer(spread, spread))[np.tril_indices(len(S))]
    return float(np.sqrt(np.mean(apart**2)))


def discrepancy(*, S: Array, implied: Array) -> float:
    """Maximum-likelihood discrepancy of a model: the chi-square is n times this. Jöreskog (1967)."""
    apart = np.linalg.slogdet(implied)[1] - np.linalg.slogdet(S)[1]
    return max(float(apart + np.trace(np.linalg.solve(implied, S)) - len(S)), 0.0)
