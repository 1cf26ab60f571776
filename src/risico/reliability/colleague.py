"""What would a colleague say? From double ratings: how often another rater gives the same level, or another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import intervals
from risico.numbers.ratios import Spread, by_cluster, by_member, wilson_in_clusters
from risico.reliability.agreement import ALIKE, known_levels
from risico.reliability.coefficients import scaled
from risico.reliability.independence import independent
from risico.reliability.units import places
from risico.tally import Counts

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

FEWEST_UNITS, FEWEST_RATERS = 30, 5
METHOD = "share of other ratings of the unit; Wilson interval with units or, where wider, raters as clusters"
SOURCE = "Cicchetti & Feinstein (1990); Korn & Graubard (1998); Aronow, Samii & Assenova (2015)"
STEPS = {"one_lower": -1, "one_higher": 1}


class Pairs(NamedTuple):
    """Every ordered pair of ratings of one unit: the place of the unit, of both raters and of both levels."""

    unit: Whole
    rater: Whole
    other: Whole
    said: Whole
    answer: Whole


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
    one is this level. There is a value from 30 units with such a pair, with the level given by 5 raters; below that
    `why` says what it would take: nine ratings of one unit make 36 pairs and tell of one unit. The interval is Wilson's
    with the effective number of ratings, p (1 − p) / se², made smaller where clusters are few (Korn & Graubard 1998):
    pairs go together when they are of one unit, and when they have a rater in common (Aronow et al. 2015); the wider
    counts. Where p is 0 or 1 it is the number of units. From 30 raters who differ much it holds as often as it says;
    from 8 about nine times in ten (benchmarks/coverage_agreement.py).

    Show it only after the own judgement is locked, and never as what the level should have been.

    >>> raters = [f"r{(i // 2 + i % 2 * (1 + i // 2 % 3)) % 6}" for i in range(80)]
    >>> bands = [("low", "high")[(i // 2 + (i % 10 == 1)) % 2] for i in range(80)]
    >>> forms = {"case": [i // 2 for i in range(80)], "rater": raters, "band": bands}
    >>> found = colleague(forms, "band", unit=["case"], levels=["low", "high"], position=None)
    >>> found.where(level="low")["colleague_same"].why
    '6 raters gave this level, on 24 units with another rating; 5 raters and 30 units are needed'
    """
    check_confidence(confidence)
    rated = independent(forms, [of], unit=unit, rater=rater, position=position, blind=blind).rated
    column = Counts(columns=(of,), values=(rated.values[of],), number=np.ones(len(rated.unit), dtype=np.int64))
    known = known_levels(column, "nominal", levels)
    ordered = levels is not None or not any(isinstance(level, str) for level in known)
    chosen = places(rated.values[of], {level: i for i, level in enumerate(known)})
    pairs, names = _pairs(rated.unit, rated.rater, chosen), scaled(known)[0]
    return Estimates(e for k in range(len(known)) for e in _level(pairs, k, names, ordered, confidence))


def _pairs(unit: Whole, rater: Whole, level: Whole) -> Pairs:
    order = np.argsort(unit, kind="stable")
    size = np.bincount(unit)
    start = np.cumsum(size) - size
    found: list[Whole] = []
    for m in np.unique(size[size > 1]).tolist():
        forms = order[start[size == m][:, None] + np.arange(m)]
        one, other = np.nonzero(~np.eye(m, dtype=np.bool_))
        found.append(np.stack([forms[:, one].ravel(), forms[:, other].ravel()]))
    a, b = np.concatenate(found, axis=1) if found else np.zeros((2, 0), dtype=np.int64)
    return Pairs(unit[a], rater[a], rater[b], level[a], level[b])


def _level(pairs: Pairs, k: int, names: Sequence[str], ordered: bool, confidence: float) -> Iterator[Estimate]:
    """What another rater says where one said level k."""
    by, said = {"level": names[k]}, pairs.said == k
    mine = Pairs(*(part[said] for part in pairs))
    n = round(len(mine.answer) - float((mine.answer == k).sum()) / 2)
    raters, units = len(np.unique(mine.rater)), len(np.unique(mine.unit))
    few = (
        f"{raters} raters gave this level, on {units} units with another rating; "
        f"{FEWEST_RATERS} raters and {FEWEST_UNITS} units are needed"
    )
    parts = _parts(k, len(names)) if ordered else {"same": [k]}
    for name, wanted in parts.items():
        told = f"colleague_{name}"
        if not wanted:
            why = "there is no level that far down" if name.endswith("lower") else "there is no level that far up"
            yield Estimate(name=told, by=by, n=n, why=why)
        elif units < FEWEST_UNITS or raters < FEWEST_RATERS:
            yield Estimate(name=told, by=by, n=n, why=few)
        else:
            yield _share(told, by, np.isin(mine.answer, wanted).astype(np.float64), mine, n, confidence)


def _parts(k: int, q: int) -> dict[str, list[int]]:
    """Which levels are the same, one off, and further off."""
    near = {name: [k + step] if 0 <= k + step < q else [] for name, step in STEPS.items()}
    return {"same": [k], **near, "further_lower": list(range(max(k - 1, 0))), "further_higher": list(range(k + 2, q))}


def _share(name: str, by: dict[str, str], event: Array, pairs: Pairs, n: int, confidence: float) -> Estimate:
    value = float(event.mean())
    units = by_cluster(event=event, cluster=pairs.unit)
    raters = by_member(event=event, one=pairs.rater, other=pairs.other)
    certain = value in (0.0, 1.0)
    wider = units if certain else max((units, raters), key=lambda spread: _half(spread, confidence))
    if not certain and not wider.se > 1e-12:
        return Estimate(name=name, value=value, n=n, method=METHOD, source=SOURCE, by=by, why=ALIKE)
    low, high = wilson_in_clusters(value=value, spread=wider, confidence=confidence)
    return Estimate(
        name=name, value=value, low=low, high=high, confidence=confidence, se=None if certain else wider.se, n=n,
        method=METHOD, source=SOURCE, by=by,
    )  # fmt: skip


def _half(spread: Spread, confidence: float) -> float:
    """Half the width of Student's interval: few clusters count as much as a large standard error."""
    return intervals.student(value=0.0, se=spread.se, df=spread.clusters - 1, confidence=confidence)[1]
