"""A rule as FHIRPath, over the answers of a QuestionnaireResponse whose questions lie at its top level.

Only words that the readers tried have in common are used: no `ordinal()`, no terminology server. An empty collection
makes most of FHIRPath empty; so every test asks `exists()` or counts, and is plainly true or false.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from risico.exchange import formula as f
from risico.exchange.rule import Result
from risico.instrument import Instrument
from risico.instrument.conditions import Code


class FhirPath:
    """The language for one instrument.

    >>> from risico.exchange.rule import results
    >>> from risico.instrument import load
    >>> phq2 = load("phq2")
    >>> FhirPath(phq2).number(results(phq2)[0].ways[0][1])
    '%total'
    """

    def __init__(self, instrument: Instrument) -> None:
        self.it = instrument
        self.variables: dict[str, str] = {}

    def variable(self, name: str) -> str:
        """Return the name of a variable: an id in FHIR has no underscores.

        >>> from risico.instrument import load
        >>> FhirPath(load("phq2")).variable("total_low")
        'totalLow'
        """
        first, *rest = name.split("_")
        wanted = first + "".join(part[:1].upper() + part[1:] for part in rest)
        taken = {given for key, given in self.variables.items() if key != name}
        while wanted in taken:
            wanted += "x"
        return self.variables.setdefault(name, wanted)

    def result(self, result: Result) -> str:
        """Return the expression of a result; empty where there is none."""
        return f.first_of(result.ways, test=self.test, value=self.value, choose="iif", none="{}")

    def value(self, value: f.Number | str | bool) -> str:
        return f.said(value, number=self.number, text=_text, truths=("false", "true"))

    # numbers ----------------------------------------------------------------------------------------------------

    def number(self, node: f.Number) -> str:
        match node:
            case f.Const(value):
                return f"({f.numeral(value)})" if value < 0 else f.numeral(value)
            case f.Points() | f.Reading():
                return self.total([node])
            case f.Sum(parts):
                return self.total(parts)
            case f.Times(part, factor):
                return f"({self.number(part)} * {self.number(f.Const(factor))})"
            case f.Over(part, by):
                return f"({self.number(part)} / {self.number(by)})"
            case f.Extreme(of, parts):
                return f"({' | '.join(map(self.number, parts))}).{'max' if of == 'highest' else 'min'}()"
            case f.Tally(tests):
                return self.tally(tests)
            case f.Choose(when, then, other):
                return f"iif({self.test(when)}, {self.number(then)}, {self.number(other)})"
            case f.HalfUp(part):
                return f"({self.number(part)} + 0.5).floor()"
            case f.Tidy(part):
                return f"({self.number(part)}).round(9)"
            case f.Named(name, _):
                return f"%{self.variable(name)}"

    def total(self, parts: Sequence[f.Number]) -> str:
        """Add up, items with the same points together.

        The points of an answer are counted from those of a blank; what the blanks come to is put beside them. That
        also keeps a sum from being taken of nothing, which is nought in one reader and empty in another.
        """
        alike: dict[tuple[object, float], list[str]] = {}
        terms: list[str] = []
        for part in parts:
            if isinstance(part, f.Points):
                alike.setdefault((part.table, part.blank), []).append(part.item)
            elif isinstance(part, f.Reading):
                alike.setdefault((part.weight, part.blank), []).append(part.item)
            else:
                terms.append(self.number(part))
        for (worth, blank), items in alike.items():
            each = self.worth(worth, blank) if isinstance(worth, tuple) else _scaled(worth, blank)
            start = self.number(f.Const(blank * len(items)))
            terms.append(f"{self.answers(items)}.select({each}).combine({start}).sum()")
        return terms[0] if len(terms) == 1 else f"({' + '.join(terms) or '0'})"

    def worth(self, table: tuple[tuple[Code, float], ...], blank: float) -> str:
        expression = "{}"
        for code, worth in reversed(table):
            expression = f"iif(code = {_text(str(code))}, {self.number(f.Const(worth - blank))}, {expression})"
        return expression

    def tally(self, tests: Sequence[f.Check]) -> str:
        """Count what is true; questions that were answered are counted in one go."""
        filled = [test.item for test in tests if isinstance(test, f.Filled)]
        terms = [self.filled(filled) + ".count()"] if filled else []
        terms += [f"iif({self.test(test)}, 1, 0)" for test in tests if not isinstance(test, f.Filled)]
        return terms[0] if len(terms) == 1 else f"({' + '.join(terms) or '0'})"

    # tests ------------------------------------------------------------------------------------------------------

    def test(self, test: f.Check) -> str:
        match test:
            case f.Always(truth):
                return str(truth).lower()
            case f.Fits(item, codes):
                return f"{self.answers([item])}.where({_among(map(str, codes))}).exists()"
            case f.Filled(item):
                return f"{self.filled([item])}.exists()"
            case f.Measures(item, sign, bound):
                return f"{self.answers([item])}.where($this {sign} {self.number(f.Const(bound))}).exists()"
            case f.InContext(name, values):
                place = self.answers([f"context.{name}"])
                given = f"{place}.where({_among(value for value in values if value)}).exists()"
                return f"({given} or {place}.exists().not())" if "" in values else given
            case f.ContextMeasures(name, sign, bound):
                place = self.answers([f"context.{name}"])
                return f"{place}.where($this {sign} {self.number(f.Const(bound))}).exists()"
            case f.Compare(left, sign, right):
                return f"({self.number(left)} {sign} {self.number(right)})"
            case f.Both(tests):
                return self.all(tests)
            case f.Either(tests):
                return f"({' or '.join(map(self.test, tests))})"
            case f.Not(inner):
                return f"{self.test(inner)}.not()"

    def all(self, tests: Sequence[f.Check]) -> str:
        filled = [test.item for test in tests if isinstance(test, f.Filled)]
        said = [f"({self.filled(filled)}.count() = {len(filled)})"] if filled else []
        said += [self.test(test) for test in tests if not isinstance(test, f.Filled)]
        return said[0] if len(said) == 1 else f"({' and '.join(said)})"

    # answers ----------------------------------------------------------------------------------------------------

    def answers(self, items: Sequence[str]) -> str:
        return f"%resource.item.where({_among(items, 'linkId')}).answer.value"

    def filled(self, items: Sequence[str]) -> str:
        """Return the answers that are no code for unknown; a measured value has no such code."""
        measured = [item for item in items if self.it.codes(item) is None]
        if measured and len(measured) < len(items):
            coded = [item for item in items if item not in measured]
            return f"({self.filled(coded)}.select(1).combine({self.filled(measured)}.select(1)))"
        unknown = [] if measured else [str(code) for code in self.it.missing_codes]
        return self.answers(items) + (f".where(({_among(unknown)}).not())" if unknown else "")


def _among(words: Iterable[str], what: str = "code") -> str:
    said = [_text(word) for word in words]
    return f"{what} = {said[0]}" if len(said) == 1 else f"{what} in ({' | '.join(said)})"


def _scaled(weight: object, blank: float) -> str:
    return f"$this * {f.numeral(float(str(weight)))} - {f.numeral(blank)}"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
