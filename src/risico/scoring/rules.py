"""The closed list of rules: from the parts of a score to how many are answered, its lowest and its highest.

Each rule gives `low` and `high`, the extremes over every filling-in of the blanks. What becomes of the blanks is the
same for all rules and stands in `program`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import and_
from typing import Any

import narwhals.stable.v2 as nw

from risico.instrument import Score
from risico.instrument.reach import tables
from risico.scoring.answers import either, total
from risico.scoring.truth import Truth

Ends = tuple[nw.Expr, nw.Expr]


@dataclass(frozen=True)
class Part:
    """One item or score that a score is made of: its value (missing when blank) and the ends it can still reach."""

    value: nw.Expr
    low: nw.Expr
    high: nw.Expr
    least: float | None = None
    most: float | None = None
    """The fixed ends of an item; None for a score, whose ends are columns."""
    whole: bool = True
    """Whether the points of an item are whole numbers."""


def add_up(parts: Sequence[Part], count: nw.Expr) -> Ends:
    """Return the ends of a sum. Items of equal ends need one chain: blanks at their lowest are a multiple of it."""
    if not all(part.whole for part in parts):
        return decimal(total(part.low for part in parts)), decimal(total(part.high for part in parts))
    least, most = {p.least for p in parts}, {p.most for p in parts}
    if len(least) == len(most) == 1 and None not in least:
        answered = total(part.value.fill_null(0) for part in parts)
        blanks = len(parts) - count
        low, high = least.pop(), most.pop()
        return answered + blanks * low if low else answered, answered + blanks * high if high else answered
    return total(part.low for part in parts), total(part.high for part in parts)


def decimal(sum_: nw.Expr) -> nw.Expr:
    """Undo what binary does to tenths: 5.8 + 5.9 + 6.1 + 7.2 is 25, not a shade below a cut-off at 25."""
    return sum_.round(9)


def average(parts: Sequence[Part], count: nw.Expr) -> Ends:
    """Return the ends of a mean over all parts."""
    low, high = add_up(parts, count)
    return low / len(parts), high / len(parts)


def _of_all(extreme: Callable[..., nw.Expr], ends: Sequence[nw.Expr]) -> nw.Expr:
    """The extreme of ends that are all known; engines pass over a missing one."""
    return nw.when(reduce(and_, (~end.is_null() for end in ends))).then(extreme(*ends))


def largest(parts: Sequence[Part], count: nw.Expr) -> Ends:
    """Return the ends of the highest part."""
    del count
    return _of_all(nw.max_horizontal, [p.low for p in parts]), _of_all(nw.max_horizontal, [p.high for p in parts])


def smallest(parts: Sequence[Part], count: nw.Expr) -> Ends:
    """Return the ends of the lowest part."""
    del count
    return _of_all(nw.min_horizontal, [p.low for p in parts]), _of_all(nw.min_horizontal, [p.high for p in parts])


OVER_PARTS: dict[str, Callable[[Sequence[Part], nw.Expr], Ends]] = {
    "sum": add_up,
    "mean": average,
    "highest": largest,
    "lowest": smallest,
}


def counted(truths: Sequence[Truth], dtype: Any) -> Ends:
    """Return the ends of a count: what certainly holds, and what does not certainly fail."""
    certain = total(truth.yes.cast(dtype) for truth in truths)
    failed = total(truth.no.cast(dtype) for truth in truths)
    return certain, len(truths) - failed


def weighed(parts: Sequence[tuple[Part, float]], constant: float) -> Ends:
    """Return the ends of a linear rule: a negative factor turns the ends of its part round."""
    low = total((part.low if factor >= 0 else part.high) * factor for part, factor in parts)
    high = total((part.high if factor >= 0 else part.low) * factor for part, factor in parts)
    return low + constant, high + constant


def attained(goals: Sequence[tuple[Part, Part]], rho: float) -> nw.Expr:
    """Return how far the rated goals came, as a T-score (50 as expected, 10 a standard deviation).

    Without any weight all goals weigh the same; with weights a rated goal that has none leaves no score, and so do
    weights that are all 0. What was not rated is left out: it may be no goal at all.

    Kiresuk & Sherman (1968), Community Mental Health Journal 4, 443-453.
    """
    weighed = either(~weight.value.is_null() for _, weight in goals)
    products: list[nw.Expr] = []
    weights: list[nw.Expr] = []
    for goal, weight in goals:
        rated, far = ~goal.value.is_null(), goal.value.cast(nw.Float64)
        heavy = nw.when(weighed).then(weight.value.cast(nw.Float64)).otherwise(nw.lit(1.0))
        weights.append(nw.when(rated).then(heavy).otherwise(nw.lit(0.0)))
        products.append(nw.when(rated).then(heavy * far).otherwise(nw.lit(0.0)))
    whole = total(weights)
    spread = (total(weight * weight for weight in weights) * (1 - rho) + whole * whole * rho).sqrt()
    return nw.when(whole > 0).then(total(products) * 10 / nw.when(whole > 0).then(spread) + 50)


def possible(cases: Sequence[tuple[Truth, Any]], otherwise: Any) -> dict[Any, nw.Expr]:
    """Return for each outcome whether some filling-in of the blanks can still give it.

    A case can decide when it does not certainly fail and no earlier case certainly holds.
    """
    open_still = nw.lit(True)
    can: dict[Any, list[nw.Expr]] = {}
    for case, outcome in cases:
        can.setdefault(outcome, []).append(open_still & ~case.no)
        open_still = open_still & ~case.yes
    can.setdefault(otherwise, []).append(open_still)
    return {outcome: either(ways) for outcome, ways in can.items()}


def decided(can: dict[Any, nw.Expr], dtype: Any) -> nw.Expr:
    """Return the one outcome that is still possible; missing where there are several."""
    how_many = total(way.cast(nw.Int16) for way in can.values())
    result = nw.lit(None, dtype=dtype)
    for outcome, way in can.items():
        result = nw.when(way & (how_many == 1)).then(nw.lit(outcome, dtype=dtype)).otherwise(result)
    return result


def decided_ends(can: dict[float, nw.Expr]) -> Ends:
    """Return the lowest and highest outcome that is still possible, for outcomes that are numbers."""
    low, high = nw.lit(None, dtype=nw.Float64), nw.lit(None, dtype=nw.Float64)
    for outcome in sorted(can, reverse=True):
        low = nw.when(can[outcome]).then(nw.lit(float(outcome))).otherwise(low)
    for outcome in sorted(can):
        high = nw.when(can[outcome]).then(nw.lit(float(outcome))).otherwise(high)
    return low, high


def looked_up(value: nw.Expr, score: Score, context: nw.Expr | None, dtype: Any) -> nw.Expr:
    """Return what the table says for a value, in the column of the context where there are several."""
    result = nw.lit(None, dtype=dtype)
    for key, table in tables(score).items():
        column = nw.lit(None, dtype=dtype)
        for entry, outcome in table.items():
            column = nw.when(value == entry).then(nw.lit(outcome, dtype=dtype)).otherwise(column)
        result = column if context is None else nw.when(context == key).then(column).otherwise(result)
    return result


def looked_up_ends(part: Part, score: Score, context: nw.Expr | None) -> Ends:
    """Return what the table says at the ends. One that neither rises nor falls says nothing between them."""
    low, high = nw.lit(None, dtype=nw.Float64), nw.lit(None, dtype=nw.Float64)
    for key, table in tables(score).items():
        one = score.model_copy(update={"table": table, "by": None})
        ends = looked_up(part.low, one, None, nw.Float64), looked_up(part.high, one, None, nw.Float64)
        way = _rises(table)
        known = part.low == part.high if way is None else nw.lit(True)
        least, most = ends if way is not False else ends[::-1]
        here = known if context is None else known & (context == key)
        low, high = nw.when(here).then(least).otherwise(low), nw.when(here).then(most).otherwise(high)
    return low, high


def looked_up_for_certain(part: Part, score: Score, context: nw.Expr | None, dtype: Any) -> nw.Expr:
    """Return what the table says of every value between the ends; missing where it says several things."""
    result = nw.lit(None, dtype=dtype)
    for key, table in tables(score).items():
        can: dict[Any, list[nw.Expr]] = {}
        for entry, outcome in table.items():
            can.setdefault(outcome, []).append((part.low <= entry) & (part.high >= entry))
        ways = {outcome: either(ways) for outcome, ways in can.items()}
        column = decided(ways, dtype)
        result = column if context is None else nw.when(context == key).then(column).otherwise(result)
    return result


def _rises(table: Mapping[Any, Any]) -> bool | None:
    """Return whether a table only rises (True) or only falls (False) with the value; None when it does neither."""
    values = [value for _, value in sorted(table.items())]
    steps = {b > a for a, b in pairwise(values) if a != b}
    return next(iter(steps), True) if len(steps) < 2 else None
