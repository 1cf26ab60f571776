"""How far do two raters, or two moments, lie apart in points? Limits of agreement from counts of pairs of scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import bland_altman as numbers
from risico.numbers import intervals
from risico.reliability.raters import only_raters
from risico.tally import Counts, count

Array = NDArray[np.float64]
NAMES = ("bias", "sd_of_differences", "limit_of_agreement_low", "limit_of_agreement_high", "proportional_bias")
SAME = "the two scores lie equally far apart on every unit"


def bland_altman(
    scores: Any,
    columns: Sequence[str] | None = None,
    *,
    within: float = 0.95,
    confidence: float = 0.95,
) -> Estimates:
    """Bias and limits of agreement of two raters, or of one rater at two moments, in points of the score.

    `scores` has one row per unit and two columns of numbers (`columns` names them): any frame or table, or Counts of
    pairs. Units with a blank are left out, and the method says how many. Differences are the first column minus the
    second.

    Returns `bias` (mean difference, Student's interval), `sd_of_differences` (interval from chi-square),
    `limit_of_agreement_low` and `limit_of_agreement_high`, between which lie `within` of the differences if these are
    normal (bias ± 1.96 SD for 0.95; Bland & Altman 1986), with the exact interval of Carkeet (2015) of each limit by
    itself: the approximate one of Bland & Altman (1999) is too narrow for small n. Then `proportional_bias` (1999), the
    slope of the difference on the mean of the two, in points per point: it is not 0 when the two have another spread.

    Raises UsageError for other than two columns, text, or a share outside 0 to 1.

    >>> found = bland_altman({"ann": [4, 6, 9, 12, 15], "bob": [5, 6, 8, 14, 16]})
    >>> found["bias"]
    bias -0.6 [-2.016, 0.8157], n = 5
    >>> [round(e.value, 3) for e in found]
    [-0.6, 1.14, -2.835, 1.635, -0.104]
    """
    check_confidence(confidence)
    if not 0 < within < 1:
        raise UsageError(f"within: this is a share between 0 and 1, and not {within:g}.")
    counts = count(scores, columns)
    only_raters(counts.columns, columns)
    if len(counts.columns) != 2:
        raise UsageError(f"Limits of agreement are of two columns, and there are {len(counts.columns)}. Name two.")
    if any(column.dtype == object for column in counts.values):
        raise UsageError("Limits of agreement are in points, and a column holds text. Score the forms first.")
    full = counts.complete()
    left = counts.n - full.n
    found = _of_pairs(full, within, confidence)
    told = f"; {left} units without both scores left out" if left else ""
    return Estimates(replace(e, method=e.method + told) if e.value is not None else e for e in found)


def _of_pairs(pairs: Counts, within: float, confidence: float) -> list[Estimate]:
    n = pairs.n
    if n == 0:
        return [Estimate(name=name, n=0, why="no unit has both scores") for name in NAMES]
    x, y = pairs.values
    c = pairs.number.astype(np.float64)
    mean, sd = numbers.mean_and_sd(values=x - y, c=c)
    bias = Estimate(name="bias", value=mean, n=n, method="mean difference", source="Bland & Altman (1986)")
    if n < 2:
        why = "one unit has no spread, so no interval"
        rest = [Estimate(name=name, n=n, why="two units with both scores are needed") for name in NAMES[1:]]
        return [replace(bias, why=why), *rest]
    slope = _slope(x, y, c, n, confidence)
    if not sd > 1e-12 * max(float(np.abs(x).max()), float(np.abs(y).max())):
        bias = replace(bias, why=SAME)
        flat = [replace(bias, name=name, method=_told(within)) for name in NAMES[2:4]]
        return [bias, replace(bias, name="sd_of_differences", value=0.0, method="standard deviation"), *flat, slope]
    low, high = intervals.student(value=mean, se=sd / n**0.5, df=n - 1, confidence=confidence)
    bias = replace(bias, low=low, high=high, confidence=confidence, se=sd / n**0.5)
    return [bias, _sd(sd, n, confidence), *_limits(mean, sd, n, within, confidence), slope]


def _sd(sd: float, n: int, confidence: float) -> Estimate:
    low, high = numbers.sd_interval(sd=sd, n=n, confidence=confidence)
    return Estimate(
        name="sd_of_differences", value=sd, low=low, high=high, confidence=confidence, n=n,
        method="standard deviation, interval from chi-square", source="Bland & Altman (1986)",
    )  # fmt: skip


def _told(within: float) -> str:
    return f"bias and {special.ndtri((1 + within) / 2):.3g} standard deviations of the differences"


def _limits(mean: float, sd: float, n: int, within: float, confidence: float) -> list[Estimate]:
    near, far = numbers.limit_factors(n=n, within=within, confidence=confidence)
    away = float(special.ndtri((1 + within) / 2))
    ends = {"low": (mean - away * sd, mean - far * sd, mean - near * sd)}
    ends["high"] = (mean + away * sd, mean + near * sd, mean + far * sd)
    return [
        Estimate(
            name=f"limit_of_agreement_{side}", value=value, low=low, high=high, confidence=confidence, n=n,
            method=f"{_told(within)}, exact interval", source="Bland & Altman (1986); Carkeet (2015)",
        )
        for side, (value, low, high) in ends.items()
    ]  # fmt: skip


def _slope(x: Array, y: Array, c: Array, n: int, confidence: float) -> Estimate:
    name, line = "proportional_bias", numbers.slope(x=(x + y) / 2, y=x - y, c=c)
    if line is None:
        why = "three units with both scores are needed" if n < 3 else "the mean of the two is the same on every unit"
        return Estimate(name=name, n=n, why=why)
    told = Estimate(
        name=name, value=line.slope, n=n, method="slope of the difference on the mean", source="Bland & Altman (1999)"
    )
    if not np.isfinite(line.se):
        return replace(told, why="the differences lie on a line, so no interval")
    low, high = intervals.student(value=line.slope, se=line.se, df=line.df, confidence=confidence)
    return replace(told, low=low, high=high, confidence=confidence, se=line.se)
