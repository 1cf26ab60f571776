"""What would a colleague say? From double ratings: how often another rater gives the same level, or another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import intervals
from risico.numbers.ratios import ratio
from risico.reliability.agreement import known_levels
from risico.reliability.coefficients import scaled
from risico.reliability.independence import independent
from risico.reliability.units import places
from risico.tally import Counts

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

FEWEST_PAIRS, FEWEST_RATERS = 30, 5
METHOD = "share of other ratings of the unit; Wilson interval with the effective number, the fewer by unit and by rater"
SOURCE = "Cicchetti & Feinstein (1990); Wilson (1927); Korn & Graubard (1998)"
STEPS = {"one_lower": -1, "one_higher": 1}


class Doubles(NamedTuple):
    """Ratings of units with two or more: for each its place of unit, rater and level; `r` counts them by unit."""

    unit: Whole
    rater: Whole
    level: Whole
    r: Array
    levels: tuple[str, ...]


def colleague(
    forms: Any,
    of: str,
    *,
    unit: Sequence[str],
    rater: str = "rater",
    levels: Sequence[Any] | None = None,
    position: str | None = "rater_position",
    blind: str | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """The chance that another rater of the same unit gives the same level, one lower, one higher, or further off.

    `forms` has one row per form; the other input is that of `independent_ratings`: only independent ratings count.
    `levels` lists the levels from low to high; levels in words without it have no order, and then only `same` is given.

    Returns for each level, with `by={"level": …}`: `colleague_same`, `colleague_one_lower`, `colleague_one_higher`,
    `colleague_further_lower` and `colleague_further_higher`. `n` is the number of pairs of ratings of one unit of which
    one is this level. There is a value from 30 such pairs, with the level given by 5 raters; below that `why` says what
    it would take. The interval is Wilson's with the effective number of ratings, p (1 − p) / se²: se is the larger of
    those over units and over raters as clusters, since a few raters can make many pairs. Where p is 0 or 1 it is the
    number of units.

    Show it only after the own judgement is locked, and never as what the level should have been.

    >>> raters = [f"r{(i // 2 + i % 2 * (1 + i // 2 % 3)) % 6}" for i in range(80)]
    >>> bands = [("low", "high")[(i // 2 + (i % 10 == 1)) % 2] for i in range(80)]
    >>> forms = {"case": [i // 2 for i in range(80)], "rater": raters, "band": bands}
    >>> found = colleague(forms, "band", unit=["case"], levels=["low", "high"], position=None)
    >>> found.where(level="low")["colleague_same"].why
    '6 raters gave this level, in 24 pairs of ratings; 5 raters and 30 pairs are needed'
    """
    check_confidence(confidence)
    rated = independent(forms, [of], unit=unit, rater=rater, position=position, blind=blind).rated
    column = Counts(columns=(of,), values=(rated.values[of],), number=np.ones(len(rated.unit), dtype=np.int64))
    known = known_levels(column, "nominal", levels)
    ordered = levels is not None or not any(isinstance(level, str) for level in known)
    chosen = places(rated.values[of], {level: i for i, level in enumerate(known)})
    doubles = _doubles(rated.unit, rated.rater, chosen, scaled(known)[0])
    return Estimates(e for k in range(len(known)) for e in _level(doubles, k, ordered, confidence))


def _doubles(unit: Whole, rater: Whole, level: Whole, levels: tuple[str, ...]) -> Doubles:
    q, units = len(levels), int(unit.max(initial=-1)) + 1
    r = np.bincount(unit * q + level, minlength=units * q).reshape(units, q).astype(np.float64)
    twice = r.sum(axis=1)[unit] >= 2
    return Doubles(unit[twice], rater[twice], level[twice], r, levels)


def _level(doubles: Doubles, k: int, ordered: bool, confidence: float) -> Iterator[Estimate]:
    """What another rater says where one said level k."""
    by = {"level": doubles.levels[k]}
    mine = doubles.level == k
    others = doubles.r[doubles.unit[mine]]
    others[:, k] -= 1
    pairs, raters = _pairs(doubles, k)
    enough = pairs >= FEWEST_PAIRS and raters >= FEWEST_RATERS
    few = (
        f"{raters} raters gave this level, in {pairs} pairs of ratings; "
        f"{FEWEST_RATERS} raters and {FEWEST_PAIRS} pairs are needed"
    )
    parts = _parts(k, len(doubles.levels)) if ordered else {"same": [k]}
    for name, wanted in parts.items():
        told = f"colleague_{name}"
        if not wanted:
            why = "there is no level that far down" if name.endswith("lower") else "there is no level that far up"
            yield Estimate(name=told, by=by, n=pairs, why=why)
        elif not enough:
            yield Estimate(name=told, by=by, n=pairs, why=few)
        else:
            events, trials = others[:, wanted].sum(axis=1), others.sum(axis=1)
            yield _share(told, by, events, trials, doubles.unit[mine], doubles.rater[mine], pairs, confidence)


def _parts(k: int, q: int) -> dict[str, list[int]]:
    """Which levels are the same, one off, and further off."""
    near = {name: [k + step] if 0 <= k + step < q else [] for name, step in STEPS.items()}
    return {"same": [k], **near, "further_lower": list(range(max(k - 1, 0))), "further_higher": list(range(k + 2, q))}


def _pairs(doubles: Doubles, k: int) -> tuple[int, int]:
    """Number of pairs of ratings of one unit of which one is level k, and of raters who gave that level."""
    m, rest = doubles.r.sum(axis=1), doubles.r.sum(axis=1) - doubles.r[:, k]
    pairs = (m * (m - 1) - rest * (rest - 1)) / 2
    return round(float(pairs.sum())), len(np.unique(doubles.rater[doubles.level == k]))


def _share(
    name: str,
    by: dict[str, str],
    events: Array,
    trials: Array,
    unit: Whole,
    rater: Whole,
    pairs: int,
    confidence: float,
) -> Estimate:
    units, raters = (ratio(events=events, trials=trials, cluster=cluster) for cluster in (unit, rater))
    value, certain = units.value, units.value in (0.0, 1.0)
    se = max(units.se, raters.se)
    effective = units.clusters if certain or not se > 0 else value * (1 - value) / se**2
    low, high = intervals.wilson(successes=value * effective, n=effective, confidence=confidence)
    return Estimate(
        name=name, value=value, low=low, high=high, confidence=confidence, se=None if certain else se, n=pairs,
        method=METHOD, source=SOURCE, by=by,
    )  # fmt: skip
