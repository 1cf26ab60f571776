"""A second way to score, in plain Python: slow, one form at a time, sharing no code with the shipped one.

It is written from what an instrument file means, not from how `risico.scoring` works it out; from the package it takes
only the model of the file. Where the two disagree, one of them is wrong.

    read      a cell of a form -> a legal code, None for a blank or unknown answer, or ILLEGAL
    Oracle    one form: its codes after skipping, its context, and from these
      part      an item or score -> its value, and its lowest and highest value over every filling-in of the blanks
      truth     a condition -> True, False, or None for unknown
    meant     a form -> what the file asks of whom it is about, each met (True), not met (False) or not known (None)
    results   a form -> every column that scoring adds
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from risico.instrument import Condition, Instrument, Level, Score, Test

Value = bool | int | float | str
Truth = bool | None
ILLEGAL = "an answer that the instrument does not know", object()
DECIMAL = re.compile(r"(?!-?[1-9]\d{0,2}\.\d{3}$)-?(0|[1-9]\d*)(\.\d+)?")


# ---------------------------------------------------------------------------------------------- what a cell says


def read(cell: Any, it: Instrument, item: str, coded: Mapping[int | str, int | str] | None = None) -> Any:
    """Return the code that a cell holds, None for a blank or unknown answer, or ILLEGAL; `coded` is another coding."""
    if is_blank(cell):
        return None
    answers = it.answers[it.items[item].answers]
    if isinstance(cell, bool):
        return int(cell) if answers.codes is not None and set(answers.codes) == {0, 1} else ILLEGAL
    if any(matches(cell, code) for code in it.missing_codes):
        return None
    if coded is not None:
        return next((here for there, here in coded.items() if matches(cell, there)), ILLEGAL)
    if answers.codes is not None:
        return next((code for code in answers.codes if matches(cell, code)), ILLEGAL)
    assert answers.number is not None
    return number_between(cell, *answers.number, other=ILLEGAL)


@dataclass(frozen=True)
class Printed:
    """How a form was printed: the number of each item, other codes of some, and whether there is a rule for it."""

    number: dict[str, str]
    coded: dict[str, Mapping[int | str, int | str]]
    known: bool


def printed(form: Mapping[str, Any], it: Instrument) -> Printed:
    """Work out which version a form is, from its context columns; where these are blank it is that of the file."""
    number, coded, known = {item: item for item in it.items}, {}, True
    for name, variant in it.variants.items():
        said = form.get(name)
        if not variant.versions or is_blank(said) or said == variant.assumed:
            continue
        version = variant.versions.get(said) if isinstance(said, str) else None
        if version is None:
            known = False
            continue
        number |= version.numbers
        for part in version.codes:
            coded |= dict.fromkeys(part.items, part.as_)
    return Printed(number, coded, known) if known else Printed({item: item for item in it.items}, {}, False)


def cells(form: Mapping[str, Any], it: Instrument) -> dict[str, Any]:
    """What each item says in the version that the form is; one without a rule is read as if it were the file's."""
    found = printed(form, it)
    return {item: read(form.get(f"{it.id}_{found.number[item]}"), it, item, found.coded.get(item)) for item in it.items}


def is_blank(cell: Any) -> bool:
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def matches(cell: Any, code: int | str) -> bool:
    """A number code is met by an equal number or by its exact text; a text code by its exact text."""
    if isinstance(cell, str):
        return cell == str(code)
    return not isinstance(code, str) and cell == code


def number_between(cell: Any, lowest: float, highest: float, other: Any) -> Any:
    """Return a number between two ends, also when it is written out in text; anything else is `other`."""
    if isinstance(cell, str):
        cell = float(cell) if DECIMAL.fullmatch(cell) else None
    known = isinstance(cell, int | float) and not isinstance(cell, bool) and lowest <= cell <= highest
    return cell if known else other


def illegal(form: Mapping[str, Any], it: Instrument) -> bool:
    """Whether `score` refuses this form: an answer that is no code, a context it does not know, a contradiction."""
    wrong = any(code is ILLEGAL for code in cells(form, it).values()) or unusable(form, it)
    return wrong or Oracle(form, it).refused


def unusable(form: Mapping[str, Any], it: Instrument) -> bool:
    """Whether a form with some answer says a context that is none of the declared values, nor that it is not known."""
    said = {name: form.get(name) for name in it.context if not is_blank(form.get(name))}
    known = {name: value for name, value in Oracle(form, it).context.items() if value is not None}
    begun = any(not is_blank(form.get(column)) for column in it.columns())
    return begun and any(name not in known and cell not in it.missing_codes for name, cell in said.items())


# ------------------------------------------------------------------------------------------------- for whom it is

LISTS = YAML(typ="safe").load(Path(__file__).parents[1] / "src" / "risico" / "choosing.yaml")


def meant(form: Mapping[str, Any], it: Instrument) -> dict[str, Truth]:
    """What the file asks of whom a form is about; who filled in is asked only where the form and no rule says so."""
    applies = it.applies
    asked = {} if applies.age is None else {"age": _of_age(form.get("age"), *applies.age)}
    asked |= {need: _yes_or_no(form.get(need)) for need in applies.needs}
    if "informant" in form and "informant" not in it.context:
        asked["informant"] = _filled_by(form["informant"], it.informant)
    return asked


def _of_age(cell: Any, youngest: float, oldest: float) -> Truth:
    """An age is in completed years: somebody of 17 and a half is 17. What nobody can be is not known."""
    age = None if is_blank(cell) else number_between(cell, 0, 120.999999, other=None)
    return None if age is None else youngest <= age and math.floor(age) <= oldest


def _yes_or_no(cell: Any) -> Truth:
    if isinstance(cell, str):
        return {
            "1": True,
            "true": True,
            "ja": True,
            "yes": True,
            "0": False,
            "false": False,
            "nee": False,
            "no": False,
        }.get(cell.lower())
    return bool(cell) if not is_blank(cell) and cell in (0, 1) else None


def _filled_by(cell: Any, informant: str) -> Truth:
    """Whether who filled in is one of those who should; a word that is in no list says nothing."""
    who = [one for one, said in LISTS["people"].items() if cell in (one, *said["nl"], *said["en"])]
    return who[0] in LISTS["informants"].get(informant, {"who": [informant]})["who"] if who else None


def outside(form: Mapping[str, Any], it: Instrument) -> dict[str, Truth]:
    """The column that says whether a form is about somebody else; none where no column of the form speaks of it."""
    asked = meant(form, it)
    if not set(asked) & set(form):
        return {}
    fails = False in asked.values()
    return {"outside": fails if fails or None not in asked.values() else None}


def barred(form: Mapping[str, Any], it: Instrument) -> bool:
    """Whether a form with some answer is about somebody for whom the file says that it must not be used."""
    begun = any(not is_blank(form.get(column)) for column in it.columns())
    return begun and any(meant(form, it).get(name) is False for name in it.applies.refuse)


# ------------------------------------------------------------------------------------------------ what a file says


def worth(it: Instrument, item: str, table: str | None) -> dict[Any, Any]:
    """Return the points of each code: recoded, then turned round, then weighted. A measured number has no codes."""
    entry = it.items[item]
    answers = it.answers[entry.answers]
    given: Any = entry.points or answers.points
    if given and any(isinstance(inner, dict) for inner in given.values()):
        given = given[table]
    points: dict[Any, Any] = {code: given[code] if given else code for code in answers.codes or ()}
    if entry.reverse:
        ends = min(points.values()) + max(points.values())
        points = {code: ends - p for code, p in points.items()}
    return {code: p * entry.weight for code, p in points.items()}


def parts_of(score: Score) -> tuple[str, ...]:
    goals = score.goals or {}
    return (*score.of, *(score.terms or {}), *goals.keys(), *goals.values())


def rests_on(it: Instrument, name: str, only: bool = True) -> set[str]:
    """The items that a score rests on, also through other scores and through its conditions.

    Without `only` those that decide nothing but whether it has a result are left out: they count as no answer to it.
    """
    if name in it.items:
        return {name}
    score = it.scores[name]
    whens = [case.when for case in score.cases] + ([score.only] if score.only is not None and only else [])
    asked = {leaf.item or leaf.score for when in whens for leaf in when.leaves() if not leaf.context}
    return {item for part in {*parts_of(score), *asked} if part for item in rests_on(it, part, only)}


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_numeric(it: Instrument, name: str) -> bool:
    """Whether a score is a number: a level, a decision in words and true or false are not."""
    score = it.scores[name]
    if score.rule == "decide":
        return all(is_number(value) for value in (score.otherwise, *(case.then for case in score.cases)))
    if score.rule == "lookup":
        entries = (score.table or {}).values()
        return all(is_number(v) for entry in entries for v in (entry.values() if isinstance(entry, dict) else [entry]))
    return score.rule != "judgement"


def carries_bounds(it: Instrument, name: str) -> bool:
    """Whether `<score>_low` and `<score>_high` travel with a score."""
    if name in it.items or not is_numeric(it, name):
        return False
    score = it.scores[name]
    return score.missing.then != "none" or any(carries_bounds(it, part) for part in parts_of(score))


# ------------------------------------------------------------------------------------------------ three-valued truth


def holds(value: Value, test: Test) -> bool:
    """Whether a known value fits a question."""
    if test.wanted is not None:
        return any(value == wanted and isinstance(value, str) == isinstance(wanted, str) for wanted in test.wanted)
    assert is_number(value)
    return value >= test.at_least if test.at_least is not None else value < test.below  # type: ignore[operator]


def holds_between(low: float, high: float, test: Test) -> Truth:
    """Whether every, no, or only some number between two ends fits a question."""
    if test.at_least is not None:
        return True if low >= test.at_least else False if high < test.at_least else None
    if test.below is not None:
        return True if high < test.below else False if low >= test.below else None
    if low == high:
        return holds(low, test)
    return None if any(is_number(wanted) and low <= wanted <= high for wanted in test.wanted or ()) else False


def all_same(values: list[Any]) -> Any:
    """Return the value when all are the same, else None."""
    return values[0] if all(type(v) is type(values[0]) and v == values[0] for v in values) else None


# ------------------------------------------------------------------------------------------------------- one form


@dataclass(frozen=True)
class Part:
    """What a score sees of an item or another score; without ends when it is text or true or false."""

    value: Value | None
    low: float | None = None
    high: float | None = None


class Oracle:
    """One form and all that follows from it."""

    def __init__(self, form: Mapping[str, Any], it: Instrument) -> None:
        self.it = it
        self.scores: dict[str, Part] = {}
        self.context = self._context(form)
        known = printed(form, it).known
        self.codes = {i: code if known and code is not ILLEGAL else None for i, code in cells(form, it).items()}
        for skip in it.skip:
            if self.truth(skip.when) is True:
                for item in skip.then.items:
                    if self.codes[item] is None:
                        self.codes[item] = skip.then.as_
        self.refused = any(self.truth(refuse.when) is True for refuse in it.refuse) or barred(form, it)

    def _context(self, form: Mapping[str, Any]) -> dict[str, Value | None]:
        """Context that is absent, or none of the declared values, is None, unless the file says what is assumed."""
        found: dict[str, Value | None] = {}
        for name, allowed in self.it.context.items():
            cell = form.get(name)
            if isinstance(allowed, tuple):
                found[name] = cell if isinstance(cell, str) and cell in allowed else None
            else:
                found[name] = None if is_blank(cell) else number_between(cell, *allowed.number, other=None)
            variant = self.it.variants.get(name)
            if variant is not None and is_blank(cell):
                right_age = variant.ages is None or _of_age(form.get("age"), *variant.ages) is not False
                found[name] = variant.assumed if right_age else None
        return found

    # -- conditions

    def truth(self, condition: Condition) -> Truth:
        if condition.all is not None:
            return self._at_least(condition.all, len(condition.all))
        if condition.any is not None:
            return self._at_least(condition.any, 1)
        if condition.of is not None:
            return self._at_least(condition.of, condition.at_least or 0)
        if condition.not_ is not None:
            inner = self.truth(condition.not_)
            return None if inner is None else not inner
        if condition.item is not None:
            return self._item_fits(condition.item, condition)
        if condition.score is not None:
            return self._score_fits(condition.score, condition)
        value = self.context[condition.context or ""]
        return None if value is None else holds(value, condition)

    def _at_least(self, conditions: tuple[Condition, ...], k: float) -> Truth:
        truths = [self.truth(condition) for condition in conditions]
        if truths.count(True) >= k:
            return True
        return None if truths.count(True) + truths.count(None) >= k else False

    def _item_fits(self, item: str, test: Test) -> Truth:
        code, answers = self.codes[item], self.it.answers[self.it.items[item].answers]
        if code is not None:
            return holds(code, test)
        if answers.codes is not None:
            return all_same([holds(legal, test) for legal in answers.codes])
        assert answers.number is not None
        return holds_between(*answers.number, test)

    def _score_fits(self, name: str, test: Test) -> Truth:
        part = self.part(name)
        if is_numeric(self.it, name):
            low = -math.inf if part.low is None else part.low
            return holds_between(low, math.inf if part.high is None else part.high, test)
        return None if part.value is None else holds(part.value, test)

    # -- scores

    def part(self, name: str, table: str | None = None) -> Part:
        """Return an item's points or a score, each with its ends over every filling-in."""
        if name in self.it.items:
            return self._item(name, table)
        if name not in self.scores:
            score = self.it.scores[name]
            work = {
                "goal_attainment": self._goals,
                "decide": self._decide,
                "lookup": self._lookup,
                "judgement": self._judgement,
            }
            found = work.get(score.rule, self._arithmetic)(name, score)
            known = score.missing.then == "none" or self.enough(name)
            found = found if known else Part(None, found.low, found.high)
            holds = score.only is None or self.truth(score.only) is True
            self.scores[name] = found if holds else Part(None)
        return self.scores[name]

    def enough(self, name: str) -> bool:
        """Whether as many items are answered as the score asks for, and one at the least."""
        return sum(self.answered(name)) >= max(self.it.scores[name].missing.answered, 1)

    def answered(self, name: str) -> list[bool]:
        return [self.codes[item] is not None for item in rests_on(self.it, name, only=False)]

    def _item(self, item: str, table: str | None) -> Part:
        code, entry = self.codes[item], self.it.items[item]
        number = self.it.answers[entry.answers].number
        if number is not None:
            ends = [end * entry.weight for end in number] if code is None else [code * entry.weight]
        else:
            points = worth(self.it, item, table)
            ends = list(points.values()) if code is None else [points[code]]
        return Part(None if code is None else ends[0], min(ends), max(ends))

    def _judgement(self, name: str, score: Score) -> Part:
        """The rater's own level; a level is text."""
        del name
        code = self.codes[score.of[0]]
        return Part(None if code is None else str(code))

    def _decide(self, name: str, score: Score) -> Part:
        """The first true case decides; while a case is unknown, it and the later ones are both possible."""
        possible: list[Value] = []
        truths = [(self.truth(case.when), case.then) for case in score.cases]
        for truth, then in [*truths, (True, score.otherwise)]:
            if truth is not False:
                assert then is not None
                possible.append(then)
            if truth is True:
                break
        value = all_same(possible)
        if score.missing.then == "none" and not all(self.answered(name)):
            value = None
        if not is_numeric(self.it, name):
            return Part(value)
        return Part(value, min(possible), max(possible))  # type: ignore[type-var,arg-type]

    def _lookup(self, name: str, score: Score) -> Part:
        part = self.part(score.of[0], score.points)
        table: dict[Any, Any] = dict(score.table or {})
        if score.by is not None:
            table = table.get(self.context[score.by], {})
        if score.missing.then == "none":
            value = None if part.value is None else table.get(part.value)
        else:
            inside = part.low is not None and part.high is not None
            results = [result for key, result in table.items() if inside and part.low <= key <= part.high]  # type: ignore[operator]
            value = all_same(results) if results else None
        if not is_numeric(self.it, name):
            return Part(value)
        low, high = (table.get(end) for end in (part.low, part.high))
        steps = [result for _, result in sorted(table.items())]
        if steps == sorted(steps) or (part.low == part.high and part.low is not None):
            return Part(value, low, high)
        return Part(value, high, low) if steps == sorted(steps, reverse=True) else Part(value)

    def _goals(self, name: str, score: Score) -> Part:
        """Kiresuk and Sherman's T over the goals that were rated; all of one weight where no weight was given."""
        del name
        far = {goal: self._item(goal, None).value for goal in score.goals or {}}
        heavy = {goal: self._item(weight, None).value for goal, weight in (score.goals or {}).items()}
        rated = [goal for goal, value in far.items() if value is not None]
        weights = [heavy[goal] if any(w is not None for w in heavy.values()) else 1 for goal in rated]
        if None in weights or not any(weights):
            return Part(None)
        moved = sum(weight * far[goal] for goal, weight in zip(rated, weights, strict=True))  # type: ignore[operator]
        rho, squares, whole = score.rho or 0, sum(w * w for w in weights), sum(weights)  # type: ignore[operator]
        value = 50 + 10 * moved / math.sqrt((1 - rho) * squares + rho * whole * whole)
        return Part(value, value, value)

    def _arithmetic(self, name: str, score: Score) -> Part:
        """Sum, mean, count, highest, lowest, linear: worked out for the values, the low ends and the high ends."""
        if score.rule == "count":
            return self._count(score)
        parts = [self.part(part, score.points) for part in parts_of(score)]
        factors = list((score.terms or {}).values())
        lows, highs = [part.low for part in parts], [part.high for part in parts]
        for i, factor in enumerate(factors):
            if factor < 0:
                lows[i], highs[i] = highs[i], lows[i]
        low, high = (None if None in ends else combine(score, ends) for ends in (lows, highs))
        values: list[Any] = [part.value for part in parts if part.value is not None]
        whole = len(values) == len(parts)
        way = score.missing
        if way.then == "none":
            return Part(combine(score, values) if whole else None, low, high)
        if way.then == "certain":
            return Part(low if low == high else None, low, high)  # also None where no end is known
        if way.then == "at_least":
            return Part(low, low, high)
        value = None
        if values:
            value = total(values) * (len(parts) if score.rule == "sum" else 1) / len(values)
        return Part(rounded(value, way.round), rounded(low, way.round), rounded(high, way.round))

    def _count(self, score: Score) -> Part:
        """What is certainly so, and what may be so; blanks can be counted on any form that is not wholly empty."""
        assert score.where is not None
        if score.where.blank:
            blanks = sum(self.codes[item] is None for item in score.of)
            return Part(blanks if any(code is not None for code in self.codes.values()) else None, blanks, blanks)
        fits = [self._item_fits if part in self.it.items else self._score_fits for part in score.of]
        truths = [fit(part, score.where) for fit, part in zip(fits, score.of, strict=True)]
        low, high = truths.count(True), truths.count(True) + truths.count(None)
        if score.missing.then == "at_least":
            return Part(low, low, high)
        known = score.missing.then == "certain" or all(
            (self.codes[part] if part in self.it.items else self.part(part).value) is not None for part in score.of
        )
        return Part(low if low == high and known else None, low, high)


def combine(score: Score, values: list[Any]) -> Any:
    if score.rule == "highest":
        return max(values)
    if score.rule == "lowest":
        return min(values)
    if score.rule == "linear":
        factors = (score.terms or {}).values()
        return total([*(value * factor for value, factor in zip(values, factors, strict=True)), score.constant])
    return total(values) / len(values) if score.rule == "mean" else total(values)


def total(values: list[Any]) -> Any:
    """Add up as on paper: 5.8 + 5.9 + 6.1 + 7.2 is 25, and not a shade below a cut-off at 25."""
    exact = sum(Fraction(str(value)) for value in values)
    return int(exact) if all(isinstance(value, int) for value in values) else float(exact)


def rounded(value: Any, how: str) -> Any:
    return math.floor(value + 0.5) if how == "half_up" and value is not None else value


# --------------------------------------------------------------------------------------------------------- results


def level(value: Any, levels: tuple[Level, ...]) -> int | None:
    """Return the place of the level a value falls in: the last one that starts at or below it."""
    if value is None:
        return None
    reached = [place for place, one in enumerate(levels) if value >= one.from_]
    return reached[-1] if reached else None


def results(form: Mapping[str, Any], it: Instrument) -> dict[str, Value | None]:
    """Return every column that scoring adds to one form; illegal answers count as blank."""
    this = Oracle(form, it)
    found: dict[str, Value | None] = {}
    for name in it.scores:
        part = this.part(name)
        found[name] = part.value
        if carries_bounds(it, name):
            found[f"{name}_low"] = part.low if this.enough(name) else None
            found[f"{name}_high"] = part.high if this.enough(name) else None
    for name, band in it.bands.items():
        found |= _band(this, name, band.of, _levels(this, band))
    for name, alert in it.alerts.items():
        found[name] = this.truth(alert.when)
    used = {item for name in it.scores for item in rests_on(it, name)}
    found["missing"] = sum(this.codes[item] is None for item in used)
    found |= outside(form, it)
    return {f"{it.id}_{name}": None if this.refused else value for name, value in found.items()}


def _levels(this: Oracle, band: Any) -> tuple[Level, ...]:
    table = band.levels
    for column in band.by:
        table = table.get(this.context[column], {})
    return table or ()


def _band(this: Oracle, name: str, of: str, levels: tuple[Level, ...]) -> dict[str, Value | None]:
    score, part, enough = this.it.scores[of], this.part(of), this.enough(of)
    at = level(part.value, levels)
    low, high = (level(end, levels) if enough else None for end in (part.low, part.high))
    found = {name: None if at is None else levels[at].result}
    if score.missing.then == "certain":
        between = [] if low is None or high is None else [one.result for one in levels[low : high + 1]]
        found[name] = all_same(between) if between else None
    elif carries_bounds(this.it, of):
        found[f"{name}_low"] = None if low is None else levels[low].result
        found[f"{name}_high"] = None if high is None else levels[high].result
    return found
