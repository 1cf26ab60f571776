"""Any forms, as far as a tally needs them: a lazy frame of typed columns, in the engine that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from risico import forms as door
from risico.errors import UsageError
from risico.tally.held import known, numeric


def opened(forms: Any, columns: Sequence[str] | None, number: str | None) -> tuple[nw.LazyFrame[Any], tuple[str, ...]]:
    """Any forms as a lazy frame, with the names of the columns asked for (all, if none)."""
    if isinstance(forms, (Mapping, Sequence, np.ndarray)):
        forms = _framed(_mapping(forms))
    frame = door.known(forms)
    if frame is None:
        raise UsageError(f"Forms are a frame or a table of columns; this is a {type(forms).__name__}.")
    there = frame.columns
    names = tuple(columns) if columns is not None else tuple(name for name in there if name != number)
    wanted = list(dict.fromkeys((*names, number) if number is not None else names))
    known(wanted, there)
    if isinstance(frame, nw.LazyFrame):
        return frame, names
    try:
        return frame.select(*wanted).lazy("polars"), names
    except (TypeError, ValueError):  # from None: the message of the engine holds an answer
        raise _mixed(wanted) from None


def _framed(table: dict[str, Any]) -> Any:
    """Return a frame of plain columns."""
    try:
        return nw.from_dict(table, backend="polars").to_native()
    except TypeError:  # from None: the message of the engine holds an answer
        raise _mixed(table) from None


def _mixed(names: Iterable[str]) -> UsageError:
    return UsageError(
        f"One of the columns {', '.join(names)} mixes text with numbers, so it is unclear what it holds.\n"
        "Make it all text or all numbers first."
    )


def _mapping(forms: Any) -> dict[str, Any]:
    if isinstance(forms, Mapping):
        return {str(name): _plain(np.asarray(values)) for name, values in forms.items()}
    table = np.asarray(forms)
    if table.ndim != 2:
        raise UsageError("A plain table has rows and columns: give a list of rows, or a mapping from column to values.")
    return {str(i): _plain(column) for i, column in enumerate(table.T)}


def _plain(values: NDArray[Any]) -> Any:
    """A list of text, dates or blanks as it is; whole numbers beside broken ones and blanks as broken ones."""
    if values.dtype.kind not in "OUT":
        return values
    listed = values.tolist()
    if {type(value) for value in listed} <= {int, float, type(None)}:
        return [None if value is None else float(value) for value in listed]
    return listed


def typed(frame: nw.LazyFrame[Any], names: Sequence[str]) -> list[nw.Expr]:
    """Numbers and Booleans as float, all else as text."""
    text = _text(frame, names)
    return [nw.col(name).cast(nw.String if name in text else nw.Float64) for name in names]


def _text(frame: nw.LazyFrame[Any], names: Sequence[str]) -> list[str]:
    """Columns that are neither numbers nor Booleans; one that is empty throughout has no kind of its own."""
    schema = frame.collect_schema()
    return [n for n in names if not (schema[n].is_numeric() or isinstance(schema[n], (nw.Boolean, nw.Unknown)))]


def numbers_only(frame: nw.LazyFrame[Any], names: Sequence[str]) -> None:
    """Refuse columns of text; one that is empty throughout is taken for numbers."""
    text = _text(frame, names)
    filled = frame.select(*(nw.col(name).count() for name in text)).collect("polars") if text else None
    text = [name for name in text if filled is not None and filled[name].to_list()[0]]
    numeric(text)


def finite(names: Sequence[str], fine: Iterable[Any]) -> None:
    """Refuse columns that hold infinite numbers."""
    wrong = [name for name, holds in zip(names, fine, strict=True) if not holds]
    if wrong:
        raise UsageError(
            f"Infinite numbers stand in: {', '.join(wrong)}, often from a division by 0.\n"
            "No sum or mean holds them. Make them blank, or mend them first."
        )


def whole_numbers(frame: nw.LazyFrame[Any]) -> None:
    """Refuse a `_number` that is blank, negative or a fraction."""
    number = nw.col("_number").cast(nw.Float64)
    wrong = number.is_null() | number.is_nan() | (number < 0) | (number != number.floor())
    if frame.select(wrong.any().alias("wrong")).collect("polars")["wrong"].to_list()[0]:
        raise UsageError("How often a row occurs must be a whole number of 0 or more: counts are forms, never weights.")
