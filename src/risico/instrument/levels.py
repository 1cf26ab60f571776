"""Checks on what turns a number into something else: levels and look-up tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from risico.errors import did_you_mean
from risico.instrument.model import Instrument, Levels
from risico.instrument.questions import listed
from risico.instrument.reach import reach, tables, whole, whole_part

Mistakes = Iterator[str]


def bands_fit(it: Instrument) -> Mistakes:
    """Levels rise, start at or below the lowest score, and can all be reached."""
    for name, band in it.bands.items():
        if band.of not in it.scores:
            yield f"bands.{name}.of: there is no score '{band.of}'.{did_you_mean(band.of, it.scores)}"
            continue
        ends = reach(it, band.of)
        if ends is None:
            yield f"bands.{name}.of: '{band.of}' is not a number, so it has no levels."
            continue
        kinds = [
            {level.value is None for level in levels if level.result is not None} for levels in band.tables().values()
        ]
        if all(len(kind) < 2 for kind in kinds) and len(set[bool]().union(*kinds)) > 1:
            yield f"bands.{name}.levels: some tables have names and others values, but they stand in one column."
        for path, levels in band.tables().items():
            where = ".".join((f"bands.{name}.levels", *path))
            yield from _levels(where, levels, ends)
        yield from _by(it, f"bands.{name}", "levels", band.by, band.tables())


def _levels(where: str, levels: Levels, ends: tuple[float, float]) -> Mistakes:
    starts = [level.from_ for level in levels]
    if not levels:
        yield f"{where}: there are no levels."
        return
    if sorted(set(starts)) != starts:
        yield f"{where}: levels must rise, each with its own lower bound; here they start at {listed(starts)}."
    if starts[0] > ends[0]:
        yield (
            f"{where}: scores from {ends[0]} to below {starts[0]} have no level. Add one, or one with name: null and a "
            "meaning that says why there is none."
        )
    if starts[-1] > ends[1]:
        yield f"{where}: the level from {starts[-1]} can never be reached; the highest score is {ends[1]}."
    if len({level.value is None for level in levels}) > 1 or any(
        level.name and level.value is not None for level in levels
    ):
        yield f"{where}: levels have either names or values, not both."
    for level in levels:
        if level.name is None and level.value is None and level.meaning is None:
            yield f"{where}: the stretch from {level.from_} has neither name nor value. Say in its meaning why."


def _by(it: Instrument, where: str, block: str, by: tuple[str, ...], found: Iterable[tuple[str, ...]]) -> Mistakes:
    for column in by:
        if not isinstance(it.context.get(column), tuple):
            yield f"{where}.by: '{column}' is not a context column with named values. Declare it under context."
            return
    for path in found:
        if len(path) != len(by):
            yield f"{where}.{block}: tables are nested {len(path)} deep, but `by` names {len(by)} columns."
            return
        for column, value in zip(by, path, strict=True):
            allowed = it.context[column]
            if isinstance(allowed, tuple) and value not in allowed:
                yield f"{where}.{block}: '{value}' is not a value of {column}. Values are: {', '.join(allowed)}."


def tables_fit(it: Instrument) -> Mistakes:
    """A look-up names every value its score can take, for declared context values."""
    for name, score in it.scores.items():
        if score.rule != "lookup" or not score.table:
            continue
        if score.by is not None:
            found = [() if key is None else (key,) for key in tables(score)]
            yield from _by(it, f"scores.{name}", "table", (score.by,), found)
        elif None not in tables(score):
            yield f"scores.{name}.by: there is a table for each of {listed(tables(score))}. Name the context column."
        part = score.of[0]
        ends = reach(it, part)
        if ends is None:
            continue
        if not (whole(it, part) if part in it.scores else whole_part(it, score, part)):
            yield f"scores.{name}.of: '{part}' need not be a whole number. What falls between would have no result."
            continue
        for key, table in tables(score).items():
            where = f"scores.{name}.table" + (f".{key}" if key else "")
            values = range(int(ends[0]), int(ends[1]) + 1)
            missing = [value for value in values if value not in table]
            if missing:
                yield f"{where}: nothing is given for {listed(missing)}. Those forms would have no result."
            beyond = [value for value in table if value not in values]
            if beyond:
                yield f"{where}: {listed(beyond)} can never be reached; scores go from {values[0]} to {values[-1]}."
