"""Works out a formula in plain Python: what every language that an export writes must come to as well."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from typing import Any

from risico.exchange import formula as f
from risico.exchange.rule import Result

SIGNS = {"=": operator.eq, ">=": operator.ge, ">": operator.gt, "<": operator.lt, "<=": operator.le}


class Plain:
    """One form: its answers by item and its context."""

    def __init__(self, answers: Mapping[str, Any], context: Mapping[str, Any], items: Mapping[str, Any]) -> None:
        self.codes = {
            item: next((code for code in items[item] or () if str(code) == str(given)), None)
            if items[item] is not None
            else given
            if isinstance(given, int | float)
            else None
            for item, given in answers.items()
        }
        self.context = context

    def result(self, result: Result) -> Any:
        for when, value in result.ways:
            if self.true(when):
                return value if isinstance(value, str | bool) else self.number(value)
        return None

    def number(self, node: f.Number) -> float:
        match node:
            case f.Const(value):
                return value
            case f.Points(item, table, blank):
                return dict(table).get(self.codes.get(item), blank)
            case f.Reading(item, weight, blank):
                given = self.codes.get(item)
                return blank if given is None else given * weight
            case f.Sum(parts):
                return sum(map(self.number, parts))
            case f.Times(part, factor):
                return self.number(part) * factor
            case f.Over(part, by):
                below = self.number(by)
                return self.number(part) / below if below else 0
            case f.Extreme(of, parts):
                return (max if of == "highest" else min)(map(self.number, parts))
            case f.Tally(tests):
                return sum(map(self.true, tests))
            case f.Choose(when, then, other):
                return self.number(then if self.true(when) else other)
            case f.HalfUp(part):
                return math.floor(self.number(part) + 0.5)
            case f.Tidy(part):
                return round(self.number(part), 9)
            case f.Named(_, part):
                return self.number(part)

    def true(self, test: f.Check) -> bool:
        match test:
            case f.Always(truth):
                return truth
            case f.Fits(item, codes):
                return self.codes.get(item) in codes
            case f.Filled(item):
                return self.codes.get(item) is not None
            case f.Measures(item, sign, bound):
                given = self.codes.get(item)
                return given is not None and SIGNS[sign](given, bound)
            case f.InContext(name, values):
                return (self.context.get(name) or "") in values
            case f.ContextMeasures(name, sign, bound):
                given = self.context.get(name)
                return isinstance(given, int | float) and SIGNS[sign](given, bound)
            case f.Compare(left, sign, right):
                return SIGNS[sign](self.number(left), self.number(right))
            case f.Both(tests):
                return all(map(self.true, tests))
            case f.Either(tests):
                return any(map(self.true, tests))
            case f.Not(inner):
                return not self.true(inner)
