"""A rule in the two languages that ask a field by its name and know `if(test, this, that)`: REDCap's and XForms'.

A field is text there, and empty when it was not answered. What is asked more than once is a hidden field of its own. A
denial is written out, since not both have a word for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from risico.exchange import formula as f
from risico.exchange.rule import Result
from risico.instrument import Instrument

_OPPOSITE: dict[f.Sign, str] = {"=": "!=", ">=": "<", ">": "<=", "<": ">=", "<=": ">"}


@dataclass(frozen=True)
class Fields:
    """One of the two languages, for one instrument.

    `field` shows how a field is asked for, `over` how one divides, `rounded` how a number that is not below nought is
    rounded down.
    """

    it: Instrument
    field: str
    over: str
    rounded: str

    def column(self, name: str) -> str:
        """Return the field of an item, a result, or (with `x_`) a number in between.

        >>> from risico.instrument import load
        >>> Fields(load("phq2"), "[{}]", "/", "rounddown({}, 0)").column("1")
        'phq2_1'
        """
        return f"{self.it.id}_{name}"

    def asked(self, name: str) -> str:
        return self.field.format(name)

    def result(self, result: Result) -> str:
        """Return the expression of a result, an empty text where there is none."""
        return f.first_of(result.ways, test=self.test, value=self.value, choose="if", none="''")

    def value(self, value: f.Number | str | bool) -> str:
        return f.said(value, number=self.number, text=_text, truths=("0", "1"))

    def number(self, node: f.Number) -> str:
        match node:
            case f.Const(value):
                return f"({f.numeral(value)})" if value < 0 else f.numeral(value)
            case f.Points(item, table, blank):
                return self.points(item, table, blank)
            case f.Reading(item, weight, blank):
                field = self.asked(self.column(item))
                return f"if({field} != '', {self.times(field, weight)}, {self.number(f.Const(blank))})"
            case f.Sum(parts):
                return self.added(map(self.number, parts))
            case f.Times(part, factor):
                return f"({self.times(self.number(part), factor)})"
            case f.Over(part, by):
                return f"({self.number(part)}{self.over}{self.number(by)})"
            case f.Extreme(of, parts):
                return f"{'max' if of == 'highest' else 'min'}({', '.join(map(self.number, parts))})"
            case f.Tally(tests):
                return self.added(f"if({self.test(test)}, 1, 0)" for test in tests)
            case f.Choose(when, then, other):
                return f"if({self.test(when)}, {self.number(then)}, {self.number(other)})"
            case f.HalfUp(part):
                return self.rounded.format(f"{self.number(part)} + 0.5")
            case f.Tidy(part):
                return f"round({self.number(part)}, 9)"
            case f.Named(name, _):
                return self.asked(self.column(f"x_{name}"))

    def points(self, item: str, table: Iterable[tuple[object, float]], blank: float) -> str:
        field, expression = self.asked(self.column(item)), self.number(f.Const(blank))
        for code, worth in reversed(tuple(table)):
            expression = f"if({field} = {_text(str(code))}, {self.number(f.Const(worth))}, {expression})"
        return expression

    def times(self, said: str, factor: float) -> str:
        return said if factor == 1 else f"{said} * {self.number(f.Const(factor))}"

    def added(self, terms: Iterable[str]) -> str:
        return f"({' + '.join(terms) or '0'})"

    def test(self, test: f.Check, *, denied: bool = False) -> str:
        """Return a test, or its denial."""
        match test:
            case f.Always(truth):
                return "1 = 1" if truth is not denied else "1 = 0"
            case f.Fits(item, codes):
                return self.among(self.column(item), map(str, codes), denied=denied)
            case f.Filled(item):
                return self.among(self.column(item), ["", *map(str, self.unknown(item))], denied=not denied)
            case f.Measures(item, sign, bound):
                return self.stands(self.column(item), sign, bound, denied=denied)
            case f.InContext(name, values):
                return self.among(name, values, denied=denied)
            case f.ContextMeasures(name, sign, bound):
                return self.stands(name, sign, bound, denied=denied)
            case f.Compare(left, sign, right):
                return f"{self.number(left)} {_OPPOSITE[sign] if denied else sign} {self.number(right)}"
            case f.Both(tests):
                return self.joined("or" if denied else "and", tests, denied=denied)
            case f.Either(tests):
                return self.joined("and" if denied else "or", tests, denied=denied)
            case f.Not(inner):
                return self.test(inner, denied=not denied)

    def unknown(self, item: str) -> Sequence[object]:
        """Return the codes of an item that are no answer; a measured value has none."""
        return self.it.missing_codes if self.it.codes(item) is not None else ()

    def among(self, column: str, words: Iterable[str], *, denied: bool) -> str:
        sign, word = ("!=", " and ") if denied else ("=", " or ")
        said = [f"{self.asked(column)} {sign} {_text(text)}" for text in words]
        return said[0] if len(said) == 1 else f"({word.join(said)})"

    def stands(self, column: str, sign: f.Sign, bound: float, *, denied: bool) -> str:
        field = self.asked(column)
        if denied:
            return f"({field} = '' or {field} {_OPPOSITE[sign]} {self.number(f.Const(bound))})"
        return f"({field} != '' and {field} {sign} {self.number(f.Const(bound))})"

    def joined(self, word: str, tests: Sequence[f.Check], *, denied: bool) -> str:
        return f"({f' {word} '.join(self.test(test, denied=denied) for test in tests)})"


def _text(text: str) -> str:
    return f"'{text}'"
