"""Answers after skipping, and three-valued conditions as two plain tests: certainly true and certainly false."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from risico.exchange import formula as f
from risico.instrument import Condition, Instrument, Test
from risico.instrument.conditions import Code
from risico.instrument.model import NumberContext

Way = tuple[f.Check, f.Number | str | bool]


@dataclass(frozen=True)
class Truth:
    """When a condition holds whatever the blanks are, and when it fails whatever they are."""

    yes: f.Check
    no: f.Check


@dataclass(frozen=True)
class Scored:
    """What later scores and conditions need of a score; a text has neither value nor ends."""

    enough: f.Check
    known: f.Check
    ways: tuple[Way, ...]
    value: f.Number | None = None
    low: f.Number | None = None
    high: f.Number | None = None
    sure: f.Check = f.YES
    """Whether the ends are known."""


class Ground:
    """What conditions ask of: the answers of one instrument, its context, and the scores worked out so far."""

    def __init__(self, instrument: Instrument) -> None:
        self.it = instrument
        self.fills: dict[str, list[tuple[f.Check, Code]]] = {}
        for place, skip in enumerate(instrument.skip, start=1):
            when = flag(f"skip_{place}", self.truth(skip.when).yes)
            for item in skip.then.items:
                self.fills.setdefault(item, []).append((when, skip.then.as_))
        self.scored: dict[str, Scored] = {}

    # answers, after skipping ------------------------------------------------------------------------------------

    def filled(self, item: str) -> f.Check:
        return f.either(f.Filled(item), *(when for when, _ in self.fills.get(item, ())))

    def fits(self, item: str, codes: tuple[Code, ...]) -> f.Check:
        test: f.Check = f.Fits(item, codes) if codes else f.NO
        filled: f.Check = f.Filled(item)
        for when, code in self.fills.get(item, ()):
            if code in codes:
                test = f.either(test, f.both(f.not_(filled), when))
            filled = f.either(filled, when)
        return test

    def points(self, item: str, table: str | None, blank: float) -> f.Number:
        if self.it.codes(item) is None:
            return f.Reading(item, self.it.items[item].weight, blank)
        worth = self.it.points(item, table)
        node: f.Number = f.Points(item, tuple(worth.items()), blank)
        filled: f.Check = f.Filled(item)
        for when, code in self.fills.get(item, ()):
            node = f.Choose(f.both(f.not_(filled), when), f.Const(worth[code]), node)
            filled = f.either(filled, when)
        return node

    # conditions -------------------------------------------------------------------------------------------------

    def truth(self, condition: Condition) -> Truth:
        """Return when a condition holds whatever the blanks are, and when it fails whatever they are."""
        if condition.item is not None:
            return self.item_truth(condition.item, condition)
        if condition.score is not None:
            return self.score_truth(self.scored[condition.score], condition)
        if condition.context is not None:
            return self.context_truth(condition.context, condition)
        parts = [self.truth(part) for part in condition.parts]
        yes, no = [part.yes for part in parts], [part.no for part in parts]
        if condition.not_ is not None:
            return Truth(no[0], yes[0])
        if condition.all is not None:
            return Truth(f.both(*yes), f.either(*no))
        if condition.any is not None:
            return Truth(f.either(*yes), f.both(*no))
        k = condition.at_least or 0
        enough = f.Compare(f.Tally(tuple(yes)), ">=", f.Const(k))
        return Truth(enough, f.Compare(f.Tally(tuple(no)), ">", f.Const(len(parts) - k)))

    def item_truth(self, item: str, test: Test) -> Truth:
        codes = self.it.codes(item)
        if codes is None:
            return measured(test, lambda sign, bound: f.Measures(item, sign, bound))
        holding = tuple(code for code in codes if test.holds(code))
        failing = tuple(code for code in codes if code not in holding)
        if not holding or not failing:
            return Truth(f.Always(not failing), f.Always(not holding))
        return Truth(self.fits(item, holding), self.fits(item, failing))

    def score_truth(self, part: Scored, test: Test) -> Truth:
        if part.low is not None and part.high is not None:
            found = within(test, part.low, part.high)
            return Truth(f.both(part.sure, found.yes), f.both(part.sure, found.no))
        fitting = [(when, test.holds(value)) for when, value in part.ways if isinstance(value, str | bool)]
        return Truth(*(f.either(*(when for when, holds in fitting if holds is wanted)) for wanted in (True, False)))

    def context_truth(self, name: str, test: Test) -> Truth:
        allowed = self.it.context[name]
        if isinstance(allowed, NumberContext):
            inside = self.context_inside(name, allowed)
            found = measured(test, lambda sign, bound: f.ContextMeasures(name, sign, bound))
            return Truth(f.both(inside, found.yes), f.both(inside, found.no))
        holding = tuple(value for value in allowed if test.holds(value))
        failing = tuple(value for value in allowed if value not in holding)
        return Truth(*(in_context(self.it, name, values) if values else f.NO for values in (holding, failing)))

    def context_inside(self, name: str, allowed: NumberContext) -> f.Check:
        low, high = allowed.number
        return f.both(f.ContextMeasures(name, ">=", low), f.ContextMeasures(name, "<=", high))


def in_context(it: Instrument, name: str, values: tuple[str, ...]) -> f.Check:
    """Return the test that a context is one of these, or was not given where the file then assumes one of these."""
    variant = it.variants.get(name)
    return f.InContext(name, (*values, "") if variant is not None and variant.assumed in values else values)


def flag(name: str, test: f.Check) -> f.Check:
    """Give a longer test a name, as a number that is 1 or 0: every language has those."""
    if isinstance(test, f.Both | f.Either | f.Not):
        return f.Compare(f.Named(name, f.Choose(test, f.Const(1), f.Const(0))), "=", f.Const(1))
    return test


def measured(test: Test, stands: Callable[[f.Sign, float], f.Check]) -> Truth:
    """A question about a number that was filled in; a blank leaves it open."""
    if test.at_least is not None:
        return Truth(stands(">=", test.at_least), stands("<", test.at_least))
    if test.below is not None:
        return Truth(stands("<", test.below), stands(">=", test.below))
    wanted = [value for value in test.wanted or () if not isinstance(value, str)]
    equal = f.either(*(stands("=", value) for value in wanted))
    return Truth(equal, f.both(*(f.either(stands("<", value), stands(">", value)) for value in wanted)))


def within(test: Test, low: f.Number, high: f.Number) -> Truth:
    """A question about a number of which only the two ends are known."""
    if test.at_least is not None:
        bound = f.Const(test.at_least)
        return Truth(f.Compare(low, ">=", bound), f.Compare(high, "<", bound))
    if test.below is not None:
        bound = f.Const(test.below)
        return Truth(f.Compare(high, "<", bound), f.Compare(low, ">=", bound))
    wanted = [f.Const(value) for value in test.wanted or () if not isinstance(value, str)]
    exactly = f.either(*(f.both(f.Compare(low, "=", v), f.Compare(high, "=", v)) for v in wanted))
    possible = f.either(*(f.both(f.Compare(low, "<=", v), f.Compare(high, ">=", v)) for v in wanted))
    return Truth(exactly, f.not_(possible))
