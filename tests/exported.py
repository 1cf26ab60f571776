"""What the tests of exports share: every instrument with its vectors as forms, and when two results are the same."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from risico.errors import Refused
from risico.exchange.carried import Export
from risico.exchange.rule_scores import unwritten
from risico.instrument import Instrument, catalogue, load
from risico.instrument.model import Vector
from risico.instrument.variants import primary


def exportable(make: Callable[[str], Export]) -> Iterator[tuple[Instrument, Export]]:
    """Every instrument that this kind of export takes; the others say why not."""
    for name in catalogue():
        try:
            yield primary(load(name)), make(name)
        except Refused:
            continue


def forms(it: Instrument, vectors: tuple[Vector, ...]) -> pl.DataFrame:
    """The vectors as forms, each column of the kind that a file of such answers has."""
    made: dict[str, pl.Series] = {}
    for item, column in zip(it.items, it.columns(), strict=True):
        cells = [vector.answers.get(item) for vector in vectors]
        number = it.codes(item) is None or not any(isinstance(c, str) for c in (*(it.codes(item) or ()), *cells))
        kind = pl.Float64 if number else pl.String
        made[column] = pl.Series(column, [c if number or c is None else str(c) for c in cells], kind, strict=False)
    for name, allowed in it.context.items():
        cells = [vector.context.get(name) for vector in vectors]
        made[name] = pl.Series(name, cells, pl.String if isinstance(allowed, tuple) else pl.Float64, strict=False)
    return pl.DataFrame(list(made.values()))


def same(expected: Any, found: Any) -> bool:
    """Whether two results agree; a flag may be written as 1 or 0, and no result as an empty text."""
    if expected is None or found is None or found == "":
        return expected is None and found in (None, "")
    if isinstance(expected, str) or isinstance(found, str):
        return expected == found
    return math.isclose(expected, found, abs_tol=1e-6)


def differing(it: Instrument, rows: list[Mapping[str, Any]], vectors: tuple[Vector, ...]) -> tuple[int, list[str]]:
    """How many expected results were looked at, and those that are not met; rows hold results by their own name."""
    looked, wrong = 0, []
    for vector, row in zip(vectors, rows, strict=True):
        for name, expected in vector.expect.items():
            if is_judgement(it, name) or name in unwritten(it):
                continue
            looked += 1
            if not same(expected, row[name]):
                wrong.append(f"{it.id}, {vector.note}: {name} is {expected}, not {row[name]}")
    return looked, wrong


def is_judgement(it: Instrument, name: str) -> bool:
    """A judgement is an answer on a form and no result beside it; so is a score for research on no form."""
    score = it.scores.get(name)
    return score is not None and (score.rule == "judgement" or score.research)


class Fields:
    """A reader of the expressions in REDCap and XForms, as their manuals tell them: a field is text until compared."""

    def __init__(self, expressions: Mapping[str, str], field: str, over: str) -> None:
        self.code = {name: compile(self._python(said, field, over), name, "eval") for name, said in expressions.items()}

    def _python(self, said: str, field: str, over: str) -> str:
        said = re.sub(field, r"F['\1']", said).replace(over, " / ")
        return re.sub(r"(?<![!<>]) = ", " == ", said).replace("if(", "IF(")

    def results(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Work out every expression in turn; a later one may ask for an earlier one."""
        fields = dict(answers)
        for name, code in self.code.items():
            value = eval(code, WORDS, {"F": fields})
            fields[name] = value if isinstance(value, str) else Number(value)
        return fields


class Number(float):
    """A number that may be divided by nought, as in a calculation that is then not asked for."""

    def __truediv__(self, other: float) -> float:
        return Number(float(self) / other if other else math.nan)

    def __rtruediv__(self, other: float) -> float:
        return Number(other) / float(self)


def down(value: float, decimals: int = 0) -> float:
    assert decimals == 0
    return value if math.isnan(value) else math.floor(value)


WORDS = {
    "IF": lambda test, this, that: this if test else that,
    "rounddown": down,
    "int": down,
    "round": round,
    "max": max,
    "min": min,
    "__builtins__": {},
}


def filled(it: Instrument, vector: Vector, empty: Mapping[str, str]) -> dict[str, Any]:
    """One vector as fields: codes as text, measured values as numbers, the rest empty."""
    fields: dict[str, Any] = dict(empty)
    for item, given in vector.answers.items():
        measured = it.codes(item) is None
        if given is not None and not (measured and isinstance(given, str)):
            fields[f"{it.id}_{item}"] = Number(given) if measured else str(given)
    for name, given in vector.context.items():
        fields[name] = given if isinstance(given, str) else Number(given)
    return fields
