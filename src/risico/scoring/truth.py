"""Three-valued conditions as two plain ones: certainly true and certainly false. Neither is ever missing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Protocol

import narwhals.stable.v2 as nw

from risico.instrument import Condition, Instrument, Test
from risico.scoring.answers import either, total


@dataclass(frozen=True)
class Truth:
    """Whether a condition holds whatever the blanks are, and whether it fails whatever they are."""

    yes: nw.Expr
    no: nw.Expr

    def __invert__(self) -> Truth:
        return Truth(self.no, self.yes)


class Ground(Protocol):
    """What conditions ask of: the columns that hold an item's code, a score's value and bounds, a context value."""

    instrument: Instrument
    numeric: dict[str, bool]

    def code(self, item: str) -> nw.Expr: ...
    def value(self, score: str) -> nw.Expr: ...
    def low(self, score: str) -> nw.Expr: ...
    def high(self, score: str) -> nw.Expr: ...
    def context(self, column: str) -> nw.Expr: ...


def truth(condition: Condition, ground: Ground) -> Truth:
    """Turn a condition into its two plain ones."""
    if condition.item is not None:
        return of_item(condition, condition.item, ground)
    if condition.score is not None:
        if ground.numeric[condition.score]:
            return within(condition, ground.low(condition.score), ground.high(condition.score))
        return known(condition, ground.value(condition.score))
    if condition.context is not None:
        return known(condition, ground.context(condition.context))
    parts = [truth(part, ground) for part in condition.parts]
    if condition.not_ is not None:
        return ~parts[0]
    if condition.all is not None:
        return Truth(reduce(and_, (p.yes for p in parts)), either(p.no for p in parts))
    if condition.any is not None:
        return Truth(either(p.yes for p in parts), reduce(and_, (p.no for p in parts)))
    return _at_least(parts, condition.at_least or 0)


def of_item(test: Test, item: str, ground: Ground) -> Truth:
    """A question about a code; a blank leaves it open unless every answer would give the same."""
    codes, number = ground.instrument.codes(item), ground.instrument.answer_set(item).number
    if number is not None:
        low, high = (ground.code(item).fill_null(end) for end in number)
        return within(test, low, high)
    if codes is not None:
        fits = [test.holds(code) for code in codes]
        if len(set(fits)) == 1:
            return Truth(nw.lit(fits[0]), nw.lit(not fits[0]))
        if any(isinstance(code, str) for code in codes):
            holding = tuple(str(code) for code, fit in zip(codes, fits, strict=True) if fit)
            return known(Test.model_validate({"in": holding}), ground.code(item))
    return known(test, ground.code(item))


def known(test: Test, value: nw.Expr) -> Truth:
    """A question about one value; a missing value leaves it open."""
    holds = _holds(test, value)
    return Truth(holds.fill_null(False), (~holds).fill_null(False))


def within(test: Test, low: nw.Expr, high: nw.Expr) -> Truth:
    """A question about a number of which only the two ends are known."""
    if test.at_least is not None:
        return Truth((low >= test.at_least).fill_null(False), (high < test.at_least).fill_null(False))
    if test.below is not None:
        return Truth((high < test.below).fill_null(False), (low >= test.below).fill_null(False))
    wanted = [value for value in test.wanted or () if not isinstance(value, str)]
    exactly = either((low == value) & (high == value) for value in wanted)
    possible = either((low <= value) & (high >= value) for value in wanted)
    return Truth(exactly.fill_null(False), (~possible).fill_null(False))


def _holds(test: Test, value: nw.Expr) -> nw.Expr:
    if test.wanted is not None:
        return either(value == wanted for wanted in test.wanted)
    return value >= test.at_least if test.at_least is not None else value < test.below


def _at_least(parts: list[Truth], k: float) -> Truth:
    certain = total(part.yes.cast(nw.Int16) for part in parts)
    impossible = total(part.no.cast(nw.Int16) for part in parts)
    return Truth(certain >= k, len(parts) - impossible < k)
