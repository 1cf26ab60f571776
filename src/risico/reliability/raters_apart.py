"""Raters who differ systematically, and units that split raters: to talk about, never to rank people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import intervals
from risico.numbers import raters as numbers
from risico.reliability.agreement import MOST_LEVELS, known_levels, rated
from risico.reliability.raters import only_raters
from risico.tally import Counts, count

Array = NDArray[np.float64]

FEWEST_UNITS = 5
MOST_PAIRED = 20
FEW = f"fewer than {FEWEST_UNITS} units"
WIDE = 2


def raters_apart(
    ratings: Any,
    columns: Sequence[str] | None = None,
    *,
    levels: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """How much higher or lower than others do raters rate the same units?

    `ratings` is that of `agreement`, missing ratings allowed, also with points instead of levels. Levels in words need
    `levels`, from low to high; they count as their places.

    Returns `rater_difference` for each rater, in the order of their names and not of the numbers: the mean difference
    from the mean of the others on the same units, in levels or points. Its interval is Student's with the confidence
    shared among the raters (Bonferroni), so that all hold at once; `n` is the number of units with another rating, and
    below 5 there is no value. Then `raters_f` and `raters_p`, the F test of raters in an additive model of units and
    raters, which takes any design; and for two raters `marginal_homogeneity_chi_square` and `marginal_homogeneity_p`:
    do they choose each level equally often (Stuart 1955, Maxwell 1970; with two levels McNemar's test)?

    A difference is no error: the one who rates higher may be right, or see other cases. Whoever looks for the highest
    of many raters finds one by chance; `raters_p` says whether there is anything to explain.

    >>> found = raters_apart({"bob": [1, 2, 2, 3, 3, 2], "ann": [2, 2, 3, 3, 4, 3]})
    >>> found[0]
    rater_difference · ann 0.6667 [-0.0002327, 1.334], n = 6
    >>> [e.name for e in found][2:4]
    ['raters_f', 'raters_p']
    """
    check_confidence(confidence)
    counts = count(ratings, columns)
    only_raters(counts.columns, columns)
    known = known_levels(counts, "ordinal", levels)
    X, c = _points(counts, known), counts.number.astype(np.float64)
    found = zip(counts.columns, *(part.tolist() for part in numbers.from_others(X=X, c=c)), strict=True)
    alone = numbers.simultaneous(confidence=confidence, tests=len(counts.columns))
    each = [_difference(name, value, se, int(n), confidence, alone) for name, value, se, n in sorted(found)]
    return Estimates([*each, *_test(X, c), *_margins(counts, known)])


def _points(counts: Counts, levels: list[Any]) -> Array:
    """Ratings as numbers, shape (units, raters): of text the places among the levels."""
    words = any(isinstance(level, str) for level in levels)
    place = {level: float(i) for i, level in enumerate(levels)} if words else {}
    columns = [
        np.array([place.get(value, np.nan) for value in column.tolist()]) if words else column.astype(np.float64)
        for column in counts.values
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((len(counts.number), 0))


def _difference(name: str, value: float, se: float, n: int, confidence: float, alone: float) -> Estimate:
    told, by = "rater_difference", {"rater": name}
    if n < FEWEST_UNITS:
        return Estimate(name=told, by=by, n=n, why=FEW)
    method = "mean difference from the other raters of the same units; interval for all raters at once (Bonferroni)"
    if not se > 1e-12:
        why = "the difference is the same on every unit, so the spread says nothing about other units"
        return Estimate(name=told, value=value, n=n, method=method, by=by, why=why)
    low, high = intervals.student(value=value, se=se, df=n - 1, confidence=alone)
    return Estimate(
        name=told, value=value, low=low, high=high, confidence=confidence, se=se, n=n, method=method,
        source="Dunn (1961)", by=by,
    )  # fmt: skip


def _test(X: Array, c: Array) -> list[Estimate]:
    names = ("raters_f", "raters_p")
    found = numbers.differ(X=X, c=c)
    if found is None:
        why = "no two raters share a unit, or their differences are the same on every unit"
        return [Estimate(name=name, why=why) for name in names]
    units = int(c[(~np.isnan(X)).sum(axis=1) >= 2].sum())
    method = f"F test of raters in a model of units and raters, {found.df} and {found.df2} degrees of freedom"
    numbers_of = zip(names, (found.value, found.p), strict=True)
    return [Estimate(name=name, value=v, n=units, method=method, source="Searle (1971)") for name, v in numbers_of]


def _margins(counts: Counts, known: list[Any]) -> list[Estimate]:
    names = ("marginal_homogeneity_chi_square", "marginal_homogeneity_p")
    raters = len(counts.columns)
    if raters != 2 or len(known) > MOST_LEVELS:
        why = f"a table of levels is of two raters and at most {MOST_LEVELS} levels; this has {raters} and {len(known)}"
        return [Estimate(name=name, why=why) for name in names]
    table = rated(counts, list(counts.columns), levels=known)
    joint = table.joint(table.c[None, :])[0]
    found = numbers.marginal_homogeneity(table=joint)
    if found is None:
        return [Estimate(name=name, why="the two differ on no unit") for name in names]
    method = f"test of Stuart and Maxwell, {found.df} degrees of freedom"
    return [
        Estimate(name=name, value=v, n=int(joint.sum()), method=method, source="Stuart (1955); Maxwell (1970)")
        for name, v in zip(names, (found.value, found.p), strict=True)
    ]


def raters_split(
    ratings: Any,
    columns: Sequence[str] | None = None,
    *,
    levels: Sequence[Any] | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Which units split raters, and which levels are taken for each other?

    Input is that of `agreement`; levels in words need `levels`, from low to high. Returns `units_split`, the share of
    units with two ratings or more whose lowest and highest rating lie two levels or more apart; and for each pair of
    levels `levels_confused` with `by={"levels": "low / high"}`: the share of those units in which one rater chose the
    one and another the other. Intervals are Wilson's (1927), about other units that these raters would rate. Below 5
    units a share has no value: so few are people.

    Raises UsageError for more than 20 levels: use the bands of a score.

    >>> found = raters_split({"ann": [1, 1, 2, 3, 3, 1, 2, 1, 3, 2], "bob": [1, 3, 2, 3, 1, 3, 2, 3, 1, 2]})
    >>> found["units_split"]
    units_split 0.5 [0.2366, 0.7634], n = 10
    >>> [e.why for e in found.where(levels="1 / 2")]
    ['fewer than 5 units']
    """
    check_confidence(confidence)
    table = rated(ratings, columns, scale="ordinal", levels=levels)
    q = len(table.levels)
    if q > MOST_PAIRED:
        raise UsageError(f"{q} levels make {q * (q - 1) // 2} pairs. Use the bands of the score.")
    paired = table.r.sum(axis=1) >= 2
    r, c = table.r[paired], table.c[paired]
    n, apart, pairs = int(c.sum()), numbers.spread(r=r), numbers.confused(r=r, c=c)
    wide = _share("units_split", float(c[apart >= WIDE].sum()), n, "two levels or more apart", {}, confidence)
    names = [(i, j, f"{table.levels[i]} / {table.levels[j]}") for i in range(q) for j in range(i + 1, q)]
    each = [
        _share("levels_confused", float(pairs[i, j]), n, "with both levels", {"levels": name}, confidence)
        for i, j, name in names
    ]
    return Estimates([wide, *each])


def _share(name: str, found: float, n: int, told: str, by: dict[str, str], confidence: float) -> Estimate:
    if n == 0:
        return Estimate(name=name, by=by, n=0, why="no unit has two ratings")
    if found < FEWEST_UNITS:
        return Estimate(name=name, by=by, n=n, why=FEW)
    low, high = intervals.wilson(successes=found, n=n, confidence=confidence)
    return Estimate(
        name=name, value=found / n, low=low, high=high, confidence=confidence, n=n, by=by,
        method=f"share of units with ratings {told}, Wilson interval", source="Wilson (1927)",
    )  # fmt: skip
