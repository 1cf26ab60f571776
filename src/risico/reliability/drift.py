"""Do raters drift: how each lies from colleagues over time, as a chart and a test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import drift as numbers
from risico.numbers import intervals
from risico.tally import Counts, count, label
from risico.tally.held import blanks

SOURCE = "Pustejovsky & Tipton (2018)"
TEST = ("drift_p", "drift_f", "drift_df")
FEWEST = 10  # ratings from which a line is drawn
MANY = 50_000_000  # numbers that the test of all raters together may hold

Array = NDArray[np.float64]
Index = NDArray[np.intp]


def drift(
    forms: Any,
    of: str,
    *,
    when: str,
    unit: Sequence[str] = ("case",),
    rater: str = "rater",
    reference: str | None = None,
    periods: int = 4,
    confidence: float = 0.95,
) -> Estimates:
    """Whether raters move away from their colleagues, or from a known answer, as time goes on.

    `forms` has one row per rating: the score in the column `of`, `unit` the columns that say what was rated, `when` a
    number or a date (2026-03-01; time is then in years). A rating is held against the mean of the others of its unit,
    or against the column `reference` where the right answer is known (a vignette). Without that a drift of all
    together is not seen, and of two raters nobody can tell which one moves. Ratings of one case (the first of `unit`)
    belong together in every standard error.

    Returns `drift_p`, with `drift_f` and `drift_df`: the test that no rater drifts; look at a single rater only where
    that is small. Then by rater `drift_slope`, in points per unit of time, and for the chart `rater_deviation` with
    `at` the middle of each of so many `periods` of equal length. Raters stand in the order of their labels: this is for
    calibration sessions and not for ranking people. CR2 standard errors with Satterthwaite's degrees of freedom.
    Raises UsageError where a rater rated a unit twice, or a key or time is blank.

    >>> days, cases = list(range(24)), [f"c{i}" for i in range(24)]
    >>> forms = {
    ...     "case": cases * 2, "day": days * 2, "rater": ["a"] * 24 + ["b"] * 24,
    ...     "score": [float(i % 5) for i in days] + [i % 5 + 0.1 * i + 0.3 * (i % 3) for i in days],
    ... }
    >>> found = drift(forms, "score", when="day")
    >>> round(found.where(rater="b")["drift_slope"].value, 2)
    0.1
    """
    check_confidence(confidence)
    if not 1 <= periods <= 50:
        raise UsageError(f"periods: a chart has 1 to 50 of them, and not {periods}.")
    keys = (*unit, rater)
    counts = count(forms, [*keys, when, of, *([reference] if reference else [])])
    score, time, per = _read(counts, keys, when, of, reference)
    labels, who = _labels(counts.column(rater))
    what = _joint([counts.column(key) for key in unit])
    y = score - counts.column(reference) if reference else numbers.from_others(score=score, unit=what)
    seen = ~np.isnan(y)
    case = np.unique(counts.column(unit[0]), return_inverse=True)[1].ravel().astype(np.intp)
    y, time, who, case = y[seen], time[seen], who[seen], case[seen]
    against = f"the column {reference}" if reference else "the mean of the others of the unit"
    method = f"rating less {against}, over {per}; CR2 by case"
    lines = [
        _slope(label, y[who == r], time[who == r], case[who == r], method, confidence) for r, label in enumerate(labels)
    ]
    able = np.array([line.se is not None for line in lines])
    test = _test(y, time, who, case, able, method, zero=reference is not None)
    return Estimates([*test, *lines, *_chart(labels, y, time, who, case, periods, method, confidence)])


def _read(counts: Counts, keys: Sequence[str], when: str, of: str, reference: str | None) -> tuple[Array, Array, str]:
    """Scores and times with what a unit of time is, or a refusal of what cannot be told apart."""
    blank = [key for key in (*keys, when) if blanks(counts.column(key)).any()]
    if blank:
        raise UsageError(
            f"Some values are blank in: {', '.join(blank)}.\n"
            "Without them it is unknown whose rating of what, and when, this is. Fill them in or leave those forms out."
        )
    if any(counts.column(name).dtype == object for name in (of, reference) if name):
        raise UsageError(f"The column {of!r} or its reference is not numbers. Score the forms first.")
    if (counts.number > 1).any() or int(_joint([counts.column(key) for key in keys]).max(initial=-1)) + 1 < counts.n:
        raise UsageError(
            f"Some raters gave more than one rating of the same unit ({', '.join(keys[:-1])}).\n"
            "Drift is between raters; add the column that tells these forms apart, such as moment, to `unit`."
        )
    time = counts.column(when)
    if time.dtype != object:
        return counts.column(of), time, when
    try:
        days = np.array(time.astype(str), dtype="datetime64[D]").astype(np.float64)
    except ValueError:
        raise UsageError(f"when: {when!r} holds text that is no date such as 2026-03-01.") from None
    return counts.column(of), (days - days.min(initial=np.inf)) / 365.25, f"years of {when}"


def _joint(columns: Sequence[NDArray[Any]]) -> Index:
    code = np.zeros(len(columns[0]), dtype=np.intp)
    for column in columns:
        levels = np.unique(column, return_inverse=True)[1].ravel()
        code = np.unique(code * (int(levels.max(initial=0)) + 1) + levels, return_inverse=True)[1].ravel()
    return code.astype(np.intp)


def _labels(column: NDArray[Any]) -> tuple[list[str], Index]:
    names, places = np.unique(column, return_inverse=True)
    return [label(name) for name in names.tolist()], places.ravel().astype(np.intp)


def _slope(label: str, y: Array, time: Array, case: Index, method: str, confidence: float) -> Estimate:
    told: dict[str, Any] = {
        "name": "drift_slope",
        "by": {"rater": label},
        "n": len(y),
        "method": method,
        "source": SOURCE,
    }
    if len(y) < FEWEST:
        return Estimate(**told, why=f"{len(y)} ratings can be held against another, and {FEWEST} are needed")
    if (time == time[0]).all():
        return Estimate(**told, why="all ratings are of one time")
    line = numbers.slope(y=y, time=time, cluster=case)
    return _with_interval(told, line, confidence, float(np.abs(y).max()))


def _with_interval(told: dict[str, Any], line: numbers.Line, confidence: float, largest: float) -> Estimate:
    if line.df <= 0:
        return Estimate(**told, value=line.value, why="no interval: one case settles it by itself")
    if line.se <= 1e-12 * largest or line.se == 0:
        return Estimate(**told, value=line.value, why="no interval: the distances do not vary, so chance is not seen")
    low, high = intervals.student(value=line.value, se=line.se, df=line.df, confidence=confidence)
    return Estimate(**told, value=line.value, low=low, high=high, confidence=confidence, se=line.se)


def _test(
    y: Array, time: Array, who: Index, case: Index, able: NDArray[np.bool_], method: str, *, zero: bool
) -> list[Estimate]:
    """The test of all raters of whom a line with its spread is known."""
    rows = able[who]
    n, raters = int(rows.sum()), int(able.sum())
    told: dict[str, Any] = {
        "n": n,
        "method": f"F test that {'all slopes are 0' if zero else 'all slopes are alike'}; {method}",
    }
    why, found = None, numbers.Joint(0.0, 0.0, None)
    if raters < (1 if zero else 2):
        why = "too few raters have enough ratings over time"
    elif len(np.unique(case[rows])) * (2 * raters) ** 2 > MANY:
        why = "too many raters and cases for one test; choose a part of them"
    else:
        renumbered = (np.cumsum(able) - 1).astype(np.intp)[who[rows]]
        found = numbers.slopes_alike(y=y[rows], time=time[rows], rater=renumbered, cluster=case[rows], zero=zero)
        why = "too few cases for so many raters, or their slopes follow from each other" if found.p is None else None
    values = dict(zip(TEST, (found.p, found.f, found.df), strict=True)) if why is None else {}
    return [Estimate(name=name, value=values.get(name), source=SOURCE, why=why, **told) for name in TEST]


def _chart(
    labels: Sequence[str],
    y: Array,
    time: Array,
    who: Index,
    case: Index,
    periods: int,
    method: str,
    confidence: float,
) -> list[Estimate]:
    start, width = (float(time.min()), float(np.ptp(time)) / periods) if len(time) else (0.0, 0.0)
    window = np.zeros(len(time), dtype=np.intp)
    if width:
        window = np.minimum(((time - start) / width).astype(np.intp), periods - 1)
    out: list[Estimate] = []
    for r, name in enumerate(labels):
        for p in range(periods if width else 1):
            mine = (who == r) & (window == p)
            told: dict[str, Any] = {"by": {"rater": name}, "at": start + (p + 0.5) * width, "n": int(mine.sum())}
            told |= {"name": "rater_deviation", "method": f"mean of {method}", "source": SOURCE}
            out.append(_mean(told, y[mine], case[mine], confidence))
    return out


def _mean(told: dict[str, Any], y: Array, case: Index, confidence: float) -> Estimate:
    if not len(y):
        return Estimate(**told, why="no rating of this period can be held against another")
    if len(np.unique(case)) < 2:
        return Estimate(**told, value=float(y.mean()), why="no interval: one case settles it by itself")
    return _with_interval(told, numbers.mean(y=y, cluster=case), confidence, float(np.abs(y).max()))
