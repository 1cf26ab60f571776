"""Scoring forms: the caller's frame comes back with the columns of the instrument added."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw

from risico.errors import IllegalAnswers, RisicoWarning, UsageError, did_you_mean
from risico.forms import Door, enter
from risico.instrument import Instrument, load
from risico.scoring.answers import answer, contexts, either
from risico.scoring.findings import absence, check, refused, wanted
from risico.scoring.program import Program, compile_


def score(forms: Any, instrument: str | Path | Instrument) -> Any:
    """Return the same kind of frame with the scores, levels and alerts of an instrument added.

    One row is one form; item columns are named `<instrument>_<item>`. A result that cannot be known is missing, never
    0. A column that is not there counts as not answered, with a RisicoWarning. Polars (eager and lazy), DuckDB
    relations, pandas and PyArrow tables are taken; lazy ones stay lazy, but are read once to look for illegal answers.

    Forms with a column for whom the instrument is meant (`age`, `informant`, or a need such as `cohabited`) get one
    more: `<id>_outside`, true where one of these is certainly not met, false where all are met, missing where that is
    not known. It changes no score.

    Raises IllegalAnswers when an answer is none of the instrument's codes, when a context column (informant, age …)
    says what the instrument does not know, when a form contradicts itself, or when it is certainly about somebody for
    whom the file says that the instrument must not be used (`set_aside` parts all those from the rest); UsageError
    when no column belongs to the instrument or a result is already there.

    >>> import polars as pl
    >>> forms = pl.DataFrame({f"phq9_{i}": [1, 2, None] for i in range(1, 11)})
    >>> score(forms, "phq9").select("phq9_total", "phq9_band").rows()
    [(9.0, 'mild'), (18.0, 'moderately_severe'), (None, None)]
    >>> score(forms.with_columns(age=pl.Series([40, 99, None])), "phq9")["phq9_outside"].to_list()
    [False, False, None]
    """
    it = load(instrument)
    door = _enter(forms, it)
    program = _program(door, it)
    _refuse(forms, door, it, program)
    if not set(it.columns()) <= set(door.columns):
        warnings.warn(RisicoWarning(absence(it, door.columns)), stacklevel=2)
    if door.in_memory:  # looked through, and nobody can change it before it is scored
        program = compile_(it, door.kinds, checked=True)
    return door.leave(program.run(door.inside), list(program.outputs))


def set_aside(forms: Any, instrument: str | Path | Instrument) -> tuple[Any, Any]:
    """Return the forms that can be scored and those that cannot, as two frames of the caller's kind.

    >>> import polars as pl
    >>> forms = pl.DataFrame({f"phq9_{i}": [1, 7] for i in range(1, 11)})
    >>> good, bad = set_aside(forms, "phq9")
    >>> good.height, bad.height
    (1, 1)
    """
    it = load(instrument)
    door = _enter(forms, it)
    program = _program(door, it)
    frame = program.run(door.inside)
    wrong = either(answer(it, item, door.kinds).illegal for item in it.items)
    wrong = wrong | either(one.illegal for one in contexts(it, door.kinds).values())
    wrong = wrong | either(nw.col(column) for column in program.refusing)
    frame = frame.with_columns(__wrong=wrong)  # a column, as a frame without answers leaves no other to filter by
    return door.keep(frame, ~nw.col("__wrong")), door.keep(frame, nw.col("__wrong"))


def run(door: Door, instrument: Instrument) -> Any:
    """Add the results to a frame that is inside; illegal answers count as blank."""
    program = compile_(instrument, door.kinds)
    return door.leave(program.run(door.inside), list(program.outputs))


def points(forms: Any, instrument: str | Path | Instrument, score: str) -> Any:
    """Return the points of the items of a score as a Polars frame: one column per item, blanks missing.

    These are what consistency is worked out from: recoded, reversed and weighted. Raises IllegalAnswers as `score`
    does, UsageError for a score that is not there or is not made of items.

    >>> import polars as pl
    >>> forms = pl.DataFrame({f"sdq_{i}": [2] for i in range(1, 26)})
    >>> points(forms, "sdq", "conduct").columns
    ['5', '7', '12', '18', '22']
    """
    it = load(instrument)
    if score not in it.scores:
        raise UsageError(f"{it.id} has no score '{score}'.{did_you_mean(score, it.scores)}")
    door = enter(forms, wanted(it))
    program = compile_(it, door.kinds)
    if score not in program.points:
        raise UsageError(f"'{score}' of {it.id} is not made of items, so there are no points per item.")
    _refuse(forms, door, it, program)
    columns = {item: nw.col(column) for item, column in program.points[score].items()}
    return program.read(door.inside).select(**columns).collect(backend="polars").to_native()


def codes(forms: Any, instrument: str | Path | Instrument) -> Any:
    """Return what each form says, as a Polars frame: the code of each item and each context, missing where not given.

    The columns are named as in the forms. Skipped items have the code that skipping stands for; unknown is missing.
    Raises IllegalAnswers as `score` does.

    >>> import polars as pl
    >>> codes(pl.DataFrame({"gad2_1": ["2"], "gad2_2": ["unknown"]}), "gad2").rows()
    [(2, None)]
    """
    it = load(instrument)
    door = enter(forms, wanted(it))
    program = compile_(it, door.kinds)
    _refuse(forms, door, it, program)
    columns = {name: nw.col(column) for name, column in program.codes.items()}
    return program.read(door.inside).select(**columns).collect(backend="polars").to_native()


def _refuse(forms: Any, door: Door, it: Instrument, program: Program) -> None:
    """Refuse forms with illegal answers, context that the instrument does not know, or a contradiction, or about
    somebody for whom it must not be used.
    """
    if refused(door, it, program):
        raise IllegalAnswers(check(forms, it).message())


def _enter(forms: Any, it: Instrument) -> Door:
    door = enter(forms, wanted(it))
    if not set(it.columns()) & set(door.columns):
        raise UsageError(
            f"No column belongs to {it.id}: they are named {it.columns()[0]}, {it.columns()[1]}, … "
            f"`risico map` proposes which of your columns is which item."
        )
    return door


def _program(door: Door, it: Instrument) -> Program:
    program = compile_(it, door.kinds)
    taken = sorted(set(program.outputs) & set(door.columns))
    if taken:
        raise UsageError(
            f"The forms already have {', '.join(taken)}. Scoring would write over a filed score. Rename or drop first."
        )
    return program
