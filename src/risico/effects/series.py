"""An interrupted series: what changed in level and slope from the period in which something was introduced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from risico.effects._inputs import Array, read_outcome
from risico.effects._intervals import t_quantile
from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers.series import EDGE, ar1, interrupted, ljung_box, whitened

BEFORE, AFTER = 12, 8  # periods without which a line and its carry-over cannot be told apart
SEASONS = 2  # seen before the start, without which a season cannot be told from a change
SMALL = 5  # events in a period below which the logarithm of a rate is no good scale
STRONG, LONG = 0.5, 48  # carry-over above which a series shorter than this gives too narrow an interval
SOURCE = "Turner et al. (2021); Prais & Winsten (1954)"
NAMES = ("level_change", "slope_change", "change_at_end", "carry_over", "carry_over_left_p")


@dataclass(frozen=True, slots=True)
class _Series:
    """What is modelled, shape (T,): the outcome or the log of a rate, less that of the comparison if there is one."""

    y: Array
    start: int
    season: int | None
    is_rate: bool
    words: str
    confidence: float


def interrupted_series(
    *,
    outcome: ArrayLike,
    start: int,
    season: int | None = None,
    denominator: ArrayLike | None = None,
    comparison: ArrayLike | None = None,
    comparison_denominator: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Return how a series changed from period `start` on (0 is the first); one value per period, in order, none blank.

    `season` is the number of periods in a year (12, 4) when the year matters. With a `denominator` (families, days)
    `outcome` counts events, the model is on the log of the rate, and changes are relative: -0.1 is a tenth lower. With
    a `comparison`, a series in which nothing was introduced, the model is of the difference with it (for rates: the
    ratio), so that what happened to both does not count.

    The line from before would have gone on: that is assumed, and anything else that began in the same period counts as
    well. Name the start beforehand; a start that was chosen by looking finds something always.

    Estimates: `level_change` at the start; `slope_change` per period; `change_at_end`, both together in the last
    period; `carry_over`, the correlation of neighbouring errors; `carry_over_left_p`, a test that the model left none.

    Regression with AR(1) errors by restricted likelihood, season as waves (two; one for fewer than 6 periods);
    Student's t with the degrees of freedom that the carry-over leaves. Turner et al. (2021). Fewer than 12 periods
    before (or two seasons) or 8 after: no number, and why. Raises UsageError for blanks, a rate without events as
    denominator, or a start outside the series.

    >>> rng = np.random.default_rng(4)
    >>> y = 20 + 0.1 * np.arange(40) - 3 * (np.arange(40) >= 20) + rng.normal(0, 0.5, 40)
    >>> interrupted_series(outcome=y, start=20)["level_change"].value < -2
    True
    """
    check_confidence(confidence)
    y = _scale("outcome", outcome, denominator)
    words = "log rate" if denominator is not None else "outcome"
    if comparison is not None:
        if (comparison_denominator is None) != (denominator is None):
            raise UsageError("comparison_denominator: give a denominator for both series, or for neither.")
        other = _scale("comparison", comparison, comparison_denominator)
        if other.shape != y.shape:
            raise UsageError(f"comparison: has {len(other)} periods, and the outcome {len(y)}.")
        y, words = y - other, f"{words} less that of the comparison"
    if not 0 < start < len(y):
        raise UsageError(f"start: must be a period inside the series, from 1 to {len(y) - 1}.")
    if season is not None and season < 3:
        raise UsageError("season: the number of periods in a year, 3 or more; leave it out when there is none.")
    series = _Series(y, start, season, denominator is not None, words, confidence)
    why = _too_little(series)
    if why:
        return Estimates(Estimate(name=name, n=len(y), source=SOURCE, why=why) for name in NAMES)
    return _changes(series)


def _scale(name: str, values: ArrayLike, denominator: ArrayLike | None) -> Array:
    counts = read_outcome(values, np.size(np.asarray(values)), name=name)
    if np.isnan(counts).any():
        raise UsageError(f"{name}: blank for some periods. A series has no holes: fill the period, or join periods.")
    if denominator is None:
        return counts
    whole = read_outcome(denominator, len(counts), name="denominator")
    if not (whole > 0).all():
        raise UsageError("denominator: must be above 0 in every period.")
    if (counts < 0).any():
        raise UsageError(f"{name}: a number of events is 0 or more.")
    return np.where(counts >= SMALL, np.log(np.maximum(counts, SMALL) / whole), np.nan)


def _too_little(series: _Series) -> str | None:
    """Say why the series cannot be modelled, or None."""
    before, after = series.start, len(series.y) - series.start
    needed = max(BEFORE, SEASONS * (series.season or 0))
    if before < needed:
        return f"there are {before} periods before the start, and at least {needed} are needed"
    if after < AFTER:
        return f"there are {after} periods after the start, and at least {AFTER} are needed"
    if np.isnan(series.y).any():
        return f"fewer than {SMALL} events in some period: join periods into longer ones"
    X = interrupted(periods=len(series.y), start=series.start, season=series.season)
    left = series.y - X @ np.linalg.lstsq(X, series.y, rcond=None)[0]
    if float(left @ left) <= 1e-20 * max(float(series.y @ series.y), 1e-300):
        return "every period lies on the line, so the spread is not known"
    return None


def _changes(series: _Series) -> Estimates:
    T = len(series.y)
    X = interrupted(periods=T, start=series.start, season=series.season)
    beta, V, rho = ar1(y=series.y, X=X)
    last = np.zeros(X.shape[1])
    last[2:4] = 1.0, T - 1 - series.start
    contrasts = dict(zip(NAMES[:3], (np.eye(X.shape[1])[2], np.eye(X.shape[1])[3], last), strict=True))
    rest = max(rho, 0.0)
    df = max(T * (1 - rest) / (1 + rest) - X.shape[1], 2.0)
    method = _method(series, df)
    note = "neighbouring periods hang together strongly in a short series, so this interval is too narrow"
    why = note if rho > STRONG and T < LONG else None
    found = [
        _change(series, name, float(c @ beta), float(c @ V @ c) ** 0.5, df, method, why)
        for name, c in contrasts.items()
    ]
    carry = Estimate(name="carry_over", value=rho, n=T, method="AR(1) by restricted likelihood", source=SOURCE)
    residuals = whitened(series.y - X @ beta, rho)
    lags = min(max(series.season or 0, 4), T // 4)
    p = ljung_box(residuals, lags)
    caution = "the periods hang together in more ways than the model knows: read the intervals with caution"
    test = Estimate(
        name="carry_over_left_p",
        value=p,
        n=T,
        method=f"Ljung-Box test of {lags} lags on what the model left",
        source="Ljung & Box (1978)",
        why=caution if p < 0.05 or rho > EDGE - 0.01 else None,
    )
    return Estimates([*found, carry, test])


def _method(series: _Series, df: float) -> str:
    season = f", season of {series.season} periods" if series.season else ""
    kind = "relative change" if series.is_rate else "change"
    return (
        f"{kind}, segmented regression of the {series.words}{season}, AR(1) errors by restricted likelihood, "
        f"{series.start} periods before and {len(series.y) - series.start} after, t with {df:.1f} degrees of freedom"
    )


def _change(series: _Series, name: str, value: float, se: float, df: float, method: str, why: str | None) -> Estimate:
    """Return a change with its interval; of a log rate as a relative change."""
    half = t_quantile((1 - series.confidence) / 2, df) * se
    ends = np.array([value, value - half, value + half])
    ends = np.expm1(ends) if series.is_rate else ends
    return Estimate(
        name=name,
        value=float(ends[0]),
        low=float(ends[1]),
        high=float(ends[2]),
        confidence=series.confidence,
        se=se * (1 + float(ends[0])) if series.is_rate else se,
        n=len(series.y),
        method=method,
        source=SOURCE,
        why=why,
    )
