"""Apply a map: somebody's columns become ours, and nothing that the map does not say is assumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from risico.errors import BrokenInstrument, Refused, UsageError, did_you_mean
from risico.exchange.columns import as_answers, as_text, code_text
from risico.exchange.files import polars
from risico.exchange.mapping import Code, Coding, Columns, Given, Map, said
from risico.instrument import Instrument, load

OUTSIDE = "not_in_map:"
"""Stands before a code that the map does not explain but the instrument would take for an answer (0 in a file coded
1-4)."""


def apply(frame: pl.DataFrame, map_: Map, *, not_asked: str | None = None) -> pl.DataFrame:
    """Return the forms in columns of the house, one row per form; columns that the map does not name go along.

    Where moments stand side by side in the file, each becomes a row; a moment at which nothing at all was filled in
    gives no row. A code that the map does not explain stays illegal, as it is or as `not_in_map:0`. What was not asked
    becomes a blank, or the word `not_asked` where that is given: scores take it as a blank, `check` counts it apart.

    Raises Refused while something in the map is a guess, UsageError when a column is not there or would be
    overwritten, BrokenInstrument when the map gives a code that the instrument does not have.
    """
    frame = polars(frame)
    _refuse_guesses(map_)
    _refuse_absent(frame, map_)
    instruments = {name: load(name) for name in map_.instruments}
    _refuse_impossible(map_, instruments)
    houses = [_at_moment(frame, map_, instruments, place, not_asked) for place in range(max(len(map_.moments), 1))]
    joined = pl.concat(houses, how="vertical_relaxed") if len(houses) > 1 else houses[0]
    answers = [f"{name}_{item}" for name, placed in map_.instruments.items() for item in placed.columns]
    return joined.with_columns(_settled(joined[name]) for name in answers)


def _at_moment(
    frame: pl.DataFrame, map_: Map, instruments: dict[str, Instrument], place: int, not_asked: str | None
) -> pl.DataFrame:
    """Return the forms of one moment (or all forms, where the file is long already)."""
    named = set(map_.named())
    made = {column.name: column for column in _made(frame, map_, instruments, place, not_asked)}
    rest = [frame[name] for name in frame.columns if name not in named and name not in made]
    lost = sorted(name for name in frame.columns if name in made and name not in named)
    if lost:
        raise UsageError(
            f"The file already has {len(lost)} column(s) with a name that the map would make: {', '.join(lost[:5])}. "
            "One of the two would be lost. Rename the column in the file, or name it in the map."
        )
    house = pl.DataFrame([*made.values(), *rest])
    answers = [f"{name}_{item}" for name, placed in map_.instruments.items() for item in placed.columns]
    if not map_.moments:
        return house
    given = (pl.col(name).is_not_null() & (pl.col(name).cast(pl.String) != (not_asked or "")) for name in answers)
    return house.filter(pl.any_horizontal(given))


def _made(
    frame: pl.DataFrame, map_: Map, instruments: dict[str, Instrument], place: int, not_asked: str | None
) -> Iterator[pl.Series]:
    for key in ("case", "person", "moment", "rater"):
        if key == "moment" and map_.moments:
            yield pl.Series(key, [map_.moments[place]] * frame.height, dtype=pl.String)
        elif key in map_.keys:
            yield as_text(frame[map_.keys[key]]).alias(key)
    for name, given in map_.context.items():
        yield _context(frame, name, given, place)
    for name, placed in map_.instruments.items():
        for item, columns in placed.columns.items():
            answers = instruments[name].items[item].answers
            column, coding = _column(frame, columns, place), placed.codes.get(answers)
            yield _coded(column, coding, instruments[name], item, not_asked).alias(f"{name}_{item}")
        for kept, columns in placed.kept.items():
            yield _column(frame, columns, place).alias(f"{name}_{kept}")


def _column(frame: pl.DataFrame, columns: Columns, place: int) -> pl.Series:
    name = columns if isinstance(columns, str) else columns[place]
    return pl.Series("", [None] * frame.height, dtype=pl.String) if name is None else frame[name]


def _context(frame: pl.DataFrame, name: str, given: Given, place: int) -> pl.Series:
    if given.value is not None:
        return pl.Series(name, [given.value] * frame.height)
    column = _column(frame, given.column or "", place)
    if not given.answers and not given.unknown:
        return column.alias(name)
    table = _texts(given.answers) | {said(code): None for code in given.unknown}
    return _translate(_said(column, table, (0, 1)), table, set()).alias(name)


def _coded(
    column: pl.Series, coding: Coding | None, instrument: Instrument, item: str, not_asked: str | None
) -> pl.Series:
    """Give a column the codes of the instrument, as text where a map changes them."""
    codes = instrument.codes(item) or ()
    if coding is None:
        return as_answers(column, codes)
    unknown = next((code_text(code) for code in instrument.missing_codes), None)
    table = _texts(coding.answers or {code: code for code in codes})
    table |= {said(code): unknown for code in coding.unknown}
    table |= {said(code): not_asked for code in coding.not_asked}
    taken = {code_text(code) for code in (*codes, *instrument.missing_codes)}
    return _translate(_said(column, table, codes), table, taken)


def _said(column: pl.Series, table: dict[str, str | None], codes: Iterable[Code]) -> pl.Series:
    """Write a column as text; where the map itself says what true or false is, they stay those words."""
    return as_text(column) if {"true", "false"} & set(table) else as_answers(column, codes)


def _texts(answers: dict[Code, Code | None]) -> dict[str, str | None]:
    return {said(code): None if ours is None else code_text(ours) for code, ours in answers.items()}


def _translate(text: pl.Series, table: dict[str, str | None], taken: set[str]) -> pl.Series:
    """Replace what the table explains; keep the rest, marked where it would be taken for something it is not."""
    text = text.str.strip_chars()
    text = text.set(text == "", None)
    present = [value for value in text.unique().to_list() if value is not None]
    full = {value: table.get(value, OUTSIDE + value if value in taken else value) for value in present}
    return text.replace_strict(full, return_dtype=pl.String) if full else text


def _settled(column: pl.Series) -> pl.Series:
    """Numbers become numbers again when nothing else is in the column."""
    for kind in (pl.Int64, pl.Float64):
        numbers = column.cast(kind, strict=False)
        if as_text(numbers).eq_missing(column).all() and numbers.null_count() < len(numbers):
            return numbers
    return column


def _refuse_guesses(map_: Map) -> None:
    guesses = map_.guesses()
    undecided = [f"{where}: a code has no meaning yet (null)" for where in _undecided(map_)]
    if guesses or undecided:
        places = "\n".join([*(f"  {where}: {why}" for where, why in guesses), *(f"  {line}" for line in undecided)])
        raise Refused(
            f"The map is not applied yet: {len(guesses) + len(undecided)} part(s) of it are a guess.\n{places}\n"
            "A wrong shift of codes moves every score, and nobody would see it. Compare with the form that people "
            "filled in, correct the map where needed, and write 'sure: true' at each place."
        )


def _undecided(map_: Map) -> Iterator[str]:
    for name, given in map_.context.items():
        if None in given.answers.values():
            yield f"context.{name}.answers"
    for name, placed in map_.instruments.items():
        for answers, coding in placed.codes.items():
            if None in coding.answers.values():
                yield f"instruments.{name}.codes.{answers}.answers"


def _refuse_absent(frame: pl.DataFrame, map_: Map) -> None:
    absent = [name for name in map_.named() if name not in frame.columns]
    if absent:
        near = did_you_mean(absent[0], frame.columns)
        raise UsageError(
            f"The file lacks {len(absent)} column(s) of the map (made for {map_.made_for}): {', '.join(absent[:5])}."
            f"{near} Without them items would count as blank. Take them out of the map, or use the right file."
        )


def _refuse_impossible(map_: Map, instruments: dict[str, Instrument]) -> None:
    mistakes: list[str] = []
    for name, placed in map_.instruments.items():
        instrument, where = instruments[name], f"instruments.{name}"
        mistakes += [
            f"{where}.columns: {name} has no item '{item}'.{did_you_mean(item, instrument.items)}"
            for item in placed.columns
            if item not in instrument.items
        ]
        mistakes += [
            f"{where}.kept: {name} keeps no '{kept}' beside the answers.{did_you_mean(kept, instrument.kept)}"
            for kept in placed.kept
            if kept not in instrument.kept
        ]
        for answers, coding in placed.codes.items():
            if answers not in instrument.answers:
                known = ", ".join(instrument.answers)
                mistakes.append(f"{where}.codes: {name} has no set of answers '{answers}'. Known are: {known}.")
                continue
            legal = instrument.answers[answers].codes
            wrong = {code_text(ours) for ours in coding.answers.values() if ours is not None}
            wrong -= {code_text(code) for code in legal} if legal is not None else wrong
            if wrong:
                mistakes.append(
                    f"{where}.codes.{answers}: {name} does not know the code(s) {', '.join(sorted(wrong))}."
                )
        all_columns = (*placed.columns.values(), *placed.kept.values())
        named = [c for each in all_columns for c in ((each,) if isinstance(each, str) else each) if c is not None]
        twice = sorted({column for column in named if named.count(column) > 1})
        if twice:
            mistakes.append(f"{where}.columns: {', '.join(twice[:5])} stands at more than one item.")
    if mistakes:
        raise BrokenInstrument("map", mistakes)
