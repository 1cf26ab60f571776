"""Agreement on every item of an instrument and on the levels that come out: one call, from one row per form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.forms import known
from risico.instrument import Instrument, load
from risico.instrument.conditions import Code
from risico.reliability.agreement import MOST_LEVELS, one_coefficient
from risico.reliability.coefficients import Scale
from risico.reliability.independence import independent
from risico.reliability.levels import of_levels
from risico.reliability.units import Rated, table_of
from risico.scoring import codes, score


class Column(NamedTuple):
    """A column in which raters choose one of a few levels."""

    name: str
    by: dict[str, str]
    scale: Scale
    levels: tuple[Any, ...]
    place: dict[Any, int]


def agreement_by_item(
    forms: Any,
    instrument: str | Path | Instrument,
    *,
    unit: Sequence[str],
    rater: str = "rater",
    position: str | None = "rater_position",
    blind: str | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """Agreement on each item of an instrument, on its bands, and on levels that are judged or decided.

    `forms` is any frame with one row per form; `unit` names the columns that say which forms are about the same thing
    (case, person, moment …) and `rater` the column of who filled it in. Forms without any answer to this instrument are
    left out; raters may differ from unit to unit. Only independent ratings count: `position` and `blind` are those of
    `independent_ratings`. Skipped items have the code that skipping stands for, unknown counts as blank.

    Returns for each item (`by={"item": …}`) and each result (`by={"result": …}`): the coefficient to report,
    `percent_agreement`, and `specific_agreement` per level. The coefficient is `gwet_ac2_ordinal` where the file says
    which end of the codes is worse or the levels are those of a band, else `gwet_ac1`; with two levels they are the
    same, and it is `gwet_ac1`. A measured value has no levels: its Estimate says so.

    Raises IllegalAnswers as `score` does, UsageError as `independent_ratings` does.

    >>> import polars as pl
    >>> forms = pl.DataFrame({"case": [1, 1, 2, 2], "rater": ["x", "y", "x", "y"],
    ...                       "gad2_1": [0, 0, 3, 2], "gad2_2": [1, 1, 2, 2]})
    >>> found = agreement_by_item(forms, "gad2", unit=["case"], position=None)
    >>> [(e.by["item"], round(e.value, 3)) for e in found if e.name == "gwet_ac2_ordinal"]
    [('1', 0.805), ('2', 1.0)]
    >>> [(e.by["result"], e.name) for e in found if "result" in e.by and e.name != "specific_agreement"]
    [('positive_3', 'gwet_ac1'), ('positive_3', 'percent_agreement')]
    """
    check_confidence(confidence)
    it = load(instrument)
    columns = [*_items(it), *_results(it)]
    named = [column.name for column in columns]
    own = _frame(forms, it)
    rated = independent(own, named, unit=unit, rater=rater, position=position, blind=blind).rated
    return Estimates(e for column in columns for e in _one(rated, column, confidence))


def _frame(forms: Any, it: Instrument) -> Any:
    """The forms in memory, with what each item says and what comes out, row by row."""
    frame = known(forms)
    if frame is None:
        raise UsageError(f"Forms are a frame, one row per form; this is a {type(forms).__name__}.")
    eager: Any = frame
    own = (eager.lazy("polars") if hasattr(eager, "write_csv") else eager).collect("polars").to_native()
    return score(own, it).with_columns(*codes(own, it).get_columns())


def _items(it: Instrument) -> Iterator[Column]:
    """Codes told in the same words are one level: some forms are filled in with N and P, others with 0 and 1."""
    for item in it.items:
        told: dict[tuple[str, ...], list[Code]] = {}
        for code, words in (it.answer_set(item).codes or {}).items():
            told.setdefault(tuple(words.values()), []).append(code)
        levels = list(told.values())
        if all(not isinstance(level[0], str) for level in levels):
            levels.sort(key=lambda level: float(level[0]))
        scale: Scale = "ordinal" if _in_order(it, item, [level[0] for level in levels]) else "nominal"
        place = {key: i for i, level in enumerate(levels) for code in level for key in _keys(code)}
        yield Column(f"{it.id}_{item}", {"item": item}, scale, tuple(level[0] for level in levels), place)


def _in_order(it: Instrument, item: str, levels: list[Code]) -> bool:
    """Whether the file orders the levels: it says which end is worse, and points, if any, never turn back."""
    tables = it.point_tables(item)
    if it.worse(item) is None or not set(tables) <= {None}:
        return False
    if not tables:
        return all(isinstance(level, str) for level in levels)
    steps = np.diff([float(tables[None][level]) for level in levels if level in tables[None]])
    return bool((steps >= 0).all() or (steps <= 0).all())


def _keys(code: Any) -> tuple[Any, ...]:
    """How a code can stand in a column: numbers beside text are text there."""
    return (code,) if isinstance(code, str) else (float(code), str(code))


def _results(it: Instrument) -> Iterator[Column]:
    for name, one in it.scores.items():
        if one.rule == "judgement":
            item = next(column for column in _items(it) if column.by["item"] == one.of[0])
            yield item._replace(name=f"{it.id}_{name}", by={"result": name})
        elif one.rule == "decide":
            found = dict.fromkeys([*(case.then for case in one.cases), one.otherwise])
            levels = tuple(value for value in found if value is not None)
            yield _result(it, name, "nominal", levels)
    for name, band in it.bands.items():
        tables = [[level.result for level in levels if level.result is not None] for levels in band.tables().values()]
        levels = tuple(dict.fromkeys(level for table in tables for level in table))
        same = all(list(levels) == table for table in tables)
        yield _result(it, name, "ordinal" if same else "nominal", levels)


def _result(it: Instrument, name: str, scale: Scale, levels: tuple[Any, ...]) -> Column:
    place = {key: i for i, level in enumerate(levels) for key in _keys(level)}
    return Column(f"{it.id}_{name}", {"result": name}, scale, levels, place)


def _one(rated: Rated, column: Column, confidence: float) -> Iterator[Estimate]:
    ordinal = column.scale == "ordinal" and len(column.levels) > 2
    name = "gwet_ac2_ordinal" if ordinal else "gwet_ac1"
    if not 0 < len(column.levels) <= MOST_LEVELS:
        yield Estimate(name=name, by=column.by, why="a measured value has no levels; icc() is for those")
        return
    table = table_of(rated, column.name, column.levels, column.place)
    for wanted in (name, "percent_agreement"):
        yield one_coefficient(table, wanted, "ordinal" if ordinal else "nominal", confidence, by=column.by)
    for e in of_levels(table, confidence):
        yield replace(e, by=column.by | dict(e.by))
