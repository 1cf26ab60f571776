"""SPSS files (.sav, .zsav), with their labels and with what the user declared missing kept apart from a blank."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import polars as pl

from risico.errors import UnreadableFile, UsageError
from risico.exchange.columns import as_text, code_text, names, settle
from risico.exchange.meanings import NOT_ASKED, UNKNOWN, meaning

_SPARE = {UNKNOWN: (-9, -99, -999), NOT_ASKED: (-8, -88, -888)}
"""What each word for a missing answer is written as: the same in every column, unless that is an answer there."""
_SPSS_EPOCH = 12_219_379_200
"""Seconds from 14 October 1582, where SPSS begins to count, to 1970."""
_EXACT = 2**53
"""SPSS keeps numbers as fractions of 64 bits; a longer whole number would become another, and is written as text."""
_NAME = r"^[A-Za-z@#$_\x{00C0}-\x{024F}][A-Za-z0-9@#$_.\x{00C0}-\x{024F}]{0,63}$"
Labels = Mapping[str, str]


def read_spss(
    path: Path,
) -> tuple[pl.DataFrame, dict[str, str], dict[str, dict[str, str]], dict[str, frozenset[str]]]:
    """Return the frame, the label of each column, the label of each code, and the values declared missing.

    A value that the file declares user-missing becomes text: `unknown` or `not_asked` where its label says so, else
    `missing_9`, never its label, which could be the word of an answer. A system-missing value is a blank. So *asked
    but not known* never turns into *blank*, and never into an answer. A date declared missing is no date: a blank.
    """
    import pyreadstat

    try:
        frame, meta = pyreadstat.read_sav(path, user_missing=True, output_format="polars")
    except (pyreadstat.ReadstatError, UnicodeDecodeError, OverflowError, ValueError):
        raise UnreadableFile(
            f"{path.name} cannot be read as an SPSS file: it is damaged or not a .sav. Open it in SPSS or PSPP and "
            "save it again, or save it as CSV."
        ) from None
    frame = cast(pl.DataFrame, frame)
    names(frame.columns, path)
    values = {
        name: {code_text(code): str(label).strip() for code, label in labels.items()}
        for name, labels in meta.variable_value_labels.items()
    }
    columns: list[pl.Series] = []
    missing: dict[str, frozenset[str]] = {}
    for name in frame.columns:
        ends = _ends(meta.missing_ranges.get(name, ()))
        if ends and frame[name].dtype.is_temporal():
            columns.append(_without(frame[name], ends))
            continue
        texts = _declared_missing(frame[name], ends, values.get(name, {}))
        columns.append(as_text(frame[name]).replace(texts) if texts else _whole(frame[name]))
        missing |= {name: frozenset(texts.values())} if texts else {}
    labels = {name: label.strip() for name, label in meta.column_names_to_labels.items() if label and label.strip()}
    return settle(pl.DataFrame(columns)), labels, values, missing


def write_spss(frame: pl.DataFrame, path: Path, labels: Labels, values: Mapping[str, Labels]) -> None:
    """Write a .sav; `unknown` and `not_asked` among numbers become user-missing values with a label."""
    import pyreadstat

    wrong = [name for name in frame.columns if pl.select(pl.lit(name).str.contains(_NAME)).item() is False]
    if wrong:
        raise UsageError(
            f"SPSS does not take {len(wrong)} column name(s): {', '.join(wrong[:5])}. A name starts with a letter, has "
            "no spaces and at most 64 signs. Rename them, or write CSV, Excel or Parquet."
        )
    alike = [name for name in frame.columns if sum(name.lower() == other.lower() for other in frame.columns) > 1]
    if alike:
        raise UsageError(
            f"SPSS does not tell capitals from small letters, and one of these would be lost: {', '.join(alike[:5])}. "
            "Rename one, or write CSV, Excel or Parquet."
        )
    columns: list[pl.Series] = []
    coded: dict[str, dict[Any, str]] = {}
    missing: dict[str, list[Any]] = {}
    for name in frame.columns:
        column, own = _numeric(frame[name])
        columns.append(column)
        missing |= {name: list(own)} if own else {}
        given = values.get(name, {})
        if column.dtype == pl.String and given:
            coded[name] = dict(given)
        elif column.dtype.is_numeric() and (given or own):
            coded[name] = {**{float(code): label for code, label in given.items() if _is_number(code)}, **own}
    try:
        pyreadstat.write_sav(
            cast(Any, pl.DataFrame(columns)),
            path,
            column_labels={name: label[:250] for name, label in labels.items() if name in frame.columns},
            variable_value_labels=coded,
            missing_ranges=missing,
            compress=path.suffix.lower() == ".zsav",
        )
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as problem:
        raise OSError(type(problem).__name__) from None


def _ends(ranges: Any) -> list[tuple[Any, Any]]:
    return [(part["lo"], part["hi"]) if isinstance(part, dict) else (part, part) for part in ranges]


def _without(column: pl.Series, ends: list[tuple[Any, Any]]) -> pl.Series:
    """Blank the dates that are declared missing; the library gives the ends of a range otherwise than the dates."""
    values = column.to_physical() if column.dtype == pl.Date else column
    if isinstance(column.dtype, pl.Datetime):
        values = column.dt.epoch("us") / 1e6 + _SPSS_EPOCH
    for low, high in ends:
        column = column.set(values.is_between(low, high), None)
    return column


def _declared_missing(column: pl.Series, ends: list[tuple[Any, Any]], labels: Labels) -> dict[str, str]:
    """Return the text that each user-missing value in a column becomes: no answer and no blank."""
    present = [value for value in column.unique().to_list() if value is not None] if ends else []
    codes = [code_text(value) for value in present if any(low <= value <= high for low, high in ends)]
    return {code: meaning(labels.get(code, "")) or f"missing_{code}" for code in codes}


def _whole(column: pl.Series) -> pl.Series:
    """SPSS knows only decimal numbers; whole ones become whole again."""
    if column.dtype == pl.Float64 and bool(((column == column.floor()) & (column.abs() < _EXACT)).all()):
        return column.cast(pl.Int64)
    return column


def _numeric(column: pl.Series) -> tuple[pl.Series, dict[int | float, str]]:
    """Return numbers where a text column holds only numbers and words for a missing answer, and those words' codes."""
    if column.dtype == pl.Boolean:
        return column.cast(pl.Int64), {}
    if column.dtype.is_integer() and cast(float, column.cast(pl.Float64).abs().max() or 0) >= _EXACT:
        return column.cast(pl.String), {}
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is not None:
        return column.dt.to_string("iso"), {}
    if column.dtype != pl.String:
        return column, {}
    present = {value for value in column.unique().to_list() if value is not None}
    words = sorted(present & {UNKNOWN, NOT_ASKED})
    rest = present - set(words)
    if not words or not all(_is_number(value) for value in rest):
        return column, {}
    taken = {float(value) for value in rest}
    codes = {word: next((code for code in _SPARE[word] if code not in taken), None) for word in words}
    if None in codes.values():
        return column, {}
    numbers = column.replace({word: str(code) for word, code in codes.items()}).cast(pl.Float64)
    return numbers, {code: word for word, code in codes.items() if code is not None}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
