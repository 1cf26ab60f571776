"""A rule as SPSS syntax, for a file with the item columns by their own names (as `risico.write` makes a .sav).

Every answer is first turned into a number that is never missing (RECODE … ELSE), so that nothing depends on what SPSS
makes of a sum with a missing value in it; a result is missing until its own condition says otherwise. Scratch variables
begin with # and do not stay in the file.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

from risico.exchange import formula as f
from risico.exchange.carried import Export, Sheet, sheet
from risico.exchange.rule import Result
from risico.instrument.conditions import Code
from risico.instrument.model import Text
from risico.words import Language

_NOT_IN: Text = {
    "nl": "een controle op ongeldige codes: alles wat geen code van het formulier is telt hier als leeg",
    "en": "a check on illegal codes: whatever is no code of the form counts as a blank here",
}
_NEEDS: Text = {
    "nl": "Open eerst het bestand met deze kolommen",
    "en": "First open the file with these columns",
}
_NO_YES: tuple[Text, Text] = ({"nl": "nee", "en": "no"}, {"nl": "ja", "en": "yes"})
_WIDTH = 110


def syntax(instrument: str | Path, language: Language = "nl") -> Export:
    """Return SPSS syntax (text) that adds every result of an instrument to the open file.

    >>> print(syntax("phq2", "en").content.splitlines()[-1])
    EXECUTE.
    """
    told = sheet(instrument, language, form=False, also=[_NOT_IN])
    writer = _Writer(told)
    for result in told.results:
        writer.result(result)
    columns = ", ".join((*told.it.columns(), *told.it.context))
    notes = [f"{told.say(told.it.title)}.", told.about(), f"{told.say(_NEEDS)}: {columns}."]
    head = [line for note in notes for line in _comment(note)]
    return Export("\n".join([*head, "", *writer.lines, "EXECUTE."]) + "\n", told.not_carried)


def _comment(note: str) -> Iterable[str]:
    for line in textwrap.wrap(note, _WIDTH - 6):
        yield f"/* {line} */"


class _Writer:
    """Writes statements, and remembers the scratch variable of each part that was written already."""

    def __init__(self, told: Sheet) -> None:
        self.it, self.told = told.it, told
        self.lines: list[str] = []
        self.made: dict[object, str] = {}

    def write(self, statement: str) -> None:
        """Add a statement in short lines; a text in quotes must stay on one line."""
        if " LABELS " in statement:
            self.lines.append(f"{statement}.")
            return
        self.lines += textwrap.wrap(
            f"{statement}.", _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
        )

    def scratch(self, node: object) -> str:
        return self.made.setdefault(node, f"#r{len(self.made) + 1}")

    def column(self, item: str) -> str:
        return f"{self.it.id}_{item}"

    # results ----------------------------------------------------------------------------------------------------

    def result(self, result: Result) -> None:
        name = self.column(result.name)
        title = self.told.title(result) + (" [research]" if self.research(result) else "")
        ways = [(self.test(when), self.value(value)) for when, value in result.ways]
        if result.kind == "text":
            widest = max(len(str(value)) for _, value in result.ways) if result.ways else 1
            self.write(f"STRING {name} (A{widest})")
        else:
            self.write(f"COMPUTE {name} = $SYSMIS")
        for when, value in ways:
            self.write(f"IF ({when}) {name} = {value}")
        self.write(f"VARIABLE LABELS {name} {_text(title[:200])}")
        if result.kind == "flag":
            no, yes = (self.told.say(words) for words in _NO_YES)
            self.write(f"VALUE LABELS {name} 0 {_text(no)} 1 {_text(yes)}")
        if result.kind == "number":
            numbers = [value for _, value in result.ways if not isinstance(value, str | bool)]
            self.write(f"FORMATS {name} ({'F8.0' if all(map(f.whole, numbers)) else 'F8.2'})")
        self.lines.append("")

    def research(self, result: Result) -> bool:
        score = self.it.scores.get(result.of)
        return score is not None and score.research

    def value(self, value: f.Number | str | bool) -> str:
        return f.said(value, number=self.number, text=_text, truths=("0", "1"))

    # numbers ----------------------------------------------------------------------------------------------------

    def number(self, node: f.Number) -> str:
        match node:
            case f.Const(value):
                return f"({f.numeral(value)})" if value < 0 else f.numeral(value)
            case f.Points(item, table, blank):
                ways = " ".join(f"({self.code(item, code)}={f.numeral(worth)})" for code, worth in table)
                return self.recoded(node, self.column(item), f"{ways} (ELSE={f.numeral(blank)})")
            case f.Reading(item, weight, blank):
                return self.reading(node, self.column(item), weight, blank)
            case f.Sum(parts):
                return f"({' + '.join(map(self.number, parts)) or '0'})"
            case f.Times(part, factor):
                return f"({self.number(part)}*{self.number(f.Const(factor))})"
            case f.Over(part, by):
                below = self.number(by)
                return f"({self.number(part)}/{below if isinstance(by, f.Const) else f'MAX({below}, 1)'})"
            case f.Extreme(of, parts):
                return f"{'MAX' if of == 'highest' else 'MIN'}({', '.join(map(self.number, parts))})"
            case f.Tally(tests):
                return f"({' + '.join(map(self.counted, tests)) or '0'})"
            case f.Choose(when, then, other):
                return self.chosen(node, self.test(when), self.number(then), self.number(other))
            case f.HalfUp(part):
                return self.half_up(node, self.number(part))
            case f.Tidy(part):
                return f"(RND({self.number(part)}*1000000000)/1000000000)"
            case f.Named(_, part):
                return self.named(node, part)

    def recoded(self, node: object, column: str, ways: str) -> str:
        if node not in self.made:
            self.write(f"RECODE {column} {ways} INTO {self.scratch(node)}")
        return self.made[node]

    def reading(self, node: object, column: str, weight: float, blank: float) -> str:
        if node not in self.made:
            name = self.scratch(node)
            self.write(f"COMPUTE {name} = {f.numeral(blank)}")
            self.write(f"IF (NOT MISSING({column})) {name} = {column}*{f.numeral(weight)}")
        return self.made[node]

    def chosen(self, node: object, when: str, then: str, other: str) -> str:
        if node not in self.made:
            name = self.scratch(node)
            self.write(f"COMPUTE {name} = {other}")
            self.write(f"IF ({when}) {name} = {then}")
        return self.made[node]

    def half_up(self, node: object, part: str) -> str:
        """Round down after adding a half; TRUNC goes towards nought, so below nought one is taken off."""
        if node not in self.made:
            name = self.scratch(node)
            self.write(f"COMPUTE {name} = TRUNC({part} + 0.5)")
            self.write(f"IF ({name} > {part} + 0.5) {name} = {name} - 1")
        return self.made[node]

    def named(self, node: f.Named, part: f.Number) -> str:
        if node not in self.made:
            said = self.number(part)
            if said.startswith("#"):
                self.made[node] = said
            else:
                self.write(f"COMPUTE {self.scratch(node)} = {said}")
        return self.made[node]

    def counted(self, test: f.Check) -> str:
        """Return a test as 1 or 0."""
        said = self.test(test)
        if found := re.fullmatch(r"(#\w+) = 1", said):
            return found[1]
        return self.chosen(("counted", test), said, "1", "0")

    # tests ------------------------------------------------------------------------------------------------------

    def test(self, test: f.Check) -> str:
        match test:
            case f.Always(truth):
                return "1 = 1" if truth else "1 = 0"
            case f.Fits(item, codes):
                return self.among(test, item, codes)
            case f.Filled(item):
                codes = self.it.codes(item)
                if codes is not None:
                    return self.among(f.Fits(item, codes), item, codes)
                return f"NOT MISSING({self.column(item)})"
            case f.Measures(item, sign, bound):
                return self.stands(test, self.column(item), sign, bound)
            case f.InContext(name, values):
                ways = f"({', '.join(map(_text, values))}=1) (ELSE=0)"
                return f"{self.recoded(test, name, ways)} = 1"
            case f.ContextMeasures(name, sign, bound):
                return self.stands(test, name, sign, bound)
            case f.Compare(left, sign, right):
                return f"{self.number(left)} {sign} {self.number(right)}"
            case f.Both(tests):
                return " AND ".join(f"({self.test(inner)})" for inner in tests)
            case f.Either(tests):
                return " OR ".join(f"({self.test(inner)})" for inner in tests)
            case f.Not(inner):
                return f"NOT ({self.test(inner)})"

    def among(self, node: object, item: str, codes: Sequence[Code]) -> str:
        ways = f"({', '.join(self.code(item, code) for code in codes)}=1) (ELSE=0)"
        return f"{self.recoded(node, self.column(item), ways)} = 1"

    def stands(self, node: object, column: str, sign: str, bound: float) -> str:
        test = f"NOT MISSING({column}) AND {column} {sign} {f.numeral(bound)}"
        return f"{self.chosen(node, test, '1', '0')} = 1"

    def code(self, item: str, code: Code) -> str:
        """Return a code as it stands in the column: a number, or text where a code of the item is text."""
        words = any(isinstance(other, str) for other in self.it.codes(item) or ())
        return _text(str(code)) if words else str(code)


def _text(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
