"""Carrying answers over: the caller's frame comes back with the columns of the other form, and which were carried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from risico.errors import UsageError
from risico.forms import Door, enter
from risico.instrument import Instrument, load
from risico.prefill.pairing import Pair, pairs
from risico.scoring.answers import Answer, answer, choice, either
from risico.scoring.program import compile_

INFORMANT = "informant"


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What came of one pair of columns, in numbers of forms: carried over, or why not.

    `unsure` are answers on a form that contradicts itself, or that does not say the right informant filled it in.
    `stays` says that the frame had the column already: nothing in it was touched.
    """

    column: str
    origin: str
    carried: int = 0
    blank: int = 0
    unknown: int = 0
    illegal: int = 0
    unsure: int = 0
    stays: bool = False


@dataclass(frozen=True, kw_only=True)
class Prefilled:
    """The forms with what was carried over, the numbers per column, and the pairs of which the answer is asked again.

    Which answers of a form were carried over stands in its column `carried_over_<target>`: `phq2_1 = phq9_1; …`.
    """

    forms: Any
    columns: tuple[Filled, ...]
    asked: tuple[Pair, ...]


def prefill(forms: Any, source: str | Path | Instrument, target: str | Path | Instrument) -> Prefilled:
    """Return the same kind of frame with the columns of `target` added, filled as far as `source` answers them.

    Nothing is written over: a column of the target that is there stays as it is. A blank, unknown or illegal answer is
    not carried over, nor is anything of a form that contradicts itself. The frame comes back as it was where no column
    can be filled. Lazy frames stay lazy, but are read once to count.

    Raises UsageError for twice the same instrument, no column of the source, or forms that are marked already.

    >>> import polars as pl
    >>> done = prefill(pl.DataFrame({"phq9_1": [2, None], "phq9_2": ["unknown", "3"]}), "phq9", "phq2")
    >>> done.forms.select("phq2_1", "phq2_2", "carried_over_phq2").rows()
    [(2, None, 'phq2_1 = phq9_1'), (None, 3, 'phq2_2 = phq9_2')]
    >>> done.columns[1].carried, done.columns[1].unknown
    (1, 1)
    """
    one, other = load(source), load(target)
    if one.id == other.id:
        raise UsageError(f"{one.id} and {other.id} are one instrument; a second moment is asked anew.")
    door = enter(forms, (*one.columns(), *one.context, INFORMANT))
    _refuse(door, one, other)
    found = pairs(one, other)
    asked = tuple(pair for pair in found if pair.verdict != "carry")
    ready = [pair for pair in found if pair.verdict == "carry" and pair.column in door.columns]
    there = tuple(Filled(column=p.filled, origin=p.column, stays=True) for p in ready if p.filled in door.columns)
    ready = [pair for pair in ready if pair.filled not in door.columns]
    if not ready:
        return Prefilled(forms=forms, columns=there, asked=asked)
    program = compile_(one, door.kinds)
    inside = program.run(door.inside) if one.refuse else door.inside
    sound = ~either(nw.col(column) for column in program.illogical)
    answers = {pair: answer(one, pair.item, door.kinds) for pair in ready}
    sure = {pair: sound & _filled_in_by(pair, door) for pair in ready}
    codes = {pair: nw.when(sure[pair]).then(answers[pair].code) for pair in ready}
    made = _carried(door, inside, other, codes)
    return Prefilled(forms=made, columns=(*_count(inside, answers, sure), *there), asked=asked)


def _carried(door: Door, inside: nw.LazyFrame[Any], other: Instrument, codes: Mapping[Pair, Any]) -> Any:
    """The caller's frame with every column of the other form that it lacks, and one that says what was carried over."""
    known = {pair.filled: code for pair, code in codes.items()}
    new = [name for name in other.columns() if name not in door.columns]
    cells = [known.get(name, nw.lit(None, dtype=nw.Int64)).alias(name) for name in new]
    marks = [nw.when(~nw.col(pair.filled).is_null()).then(nw.lit(f"{pair.filled} = {pair.column}")) for pair in codes]
    text = nw.concat_str(marks, separator="; ", ignore_nulls=True)
    inside = inside.with_columns(*cells).with_columns(nw.when(text != "").then(text).alias(_mark(other)))
    return door.leave(inside, [*new, _mark(other)])


def _mark(other: Instrument) -> str:
    return f"carried_over_{other.id}"


def _refuse(door: Door, one: Instrument, other: Instrument) -> None:
    if not set(one.columns()) & set(door.columns):
        raise UsageError(f"No column belongs to {one.id}: they are named {one.columns()[0]}, … Nothing can be carried.")
    if _mark(other) in door.columns:
        raise UsageError(f"The forms already have {_mark(other)}: they were prefilled before. Drop it to begin again.")


def _filled_in_by(pair: Pair, door: Door) -> nw.Expr:
    """Whether the form says that somebody filled it in of whom the answer may be taken over."""
    if not pair.informants:
        return nw.lit(True)
    return choice(INFORMANT, door.kinds.get(INFORMANT), pair.informants, ()).legal


def _count(
    inside: nw.LazyFrame[Any], answers: Mapping[Pair, Answer], sure: Mapping[Pair, nw.Expr]
) -> tuple[Filled, ...]:
    """One pass over the forms; every form of a column is counted once."""
    ones: dict[str, nw.Expr] = {}
    for place, (pair, found) in enumerate(answers.items()):
        parts = {
            "carried": found.legal & sure[pair],
            "unsure": found.legal & ~sure[pair],
            "blank": found.blank,
            "unknown": found.unknown,
            "illegal": found.illegal,
        }
        ones |= {f"__{part} {place}": nw.when(true).then(1).otherwise(0) for part, true in parts.items()}
    sums = {name: nw.col(name).sum() for name in ones}  # columns first, as what holds for every form is a literal
    row = inside.with_columns(**ones).select(**sums).collect(backend="polars").rows(named=True)[0]
    return tuple(_filled(pair, row, place) for place, pair in enumerate(answers))


def _filled(pair: Pair, row: Mapping[str, Any], place: int) -> Filled:
    def times(part: str) -> int:
        return int(row[f"__{part} {place}"] or 0)

    return Filled(
        column=pair.filled,
        origin=pair.column,
        carried=times("carried"),
        blank=times("blank"),
        unknown=times("unknown"),
        illegal=times("illegal"),
        unsure=times("unsure"),
    )
