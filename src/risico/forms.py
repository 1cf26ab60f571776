"""The door: any frame of forms comes in here, is computed on in one way, and leaves as the kind it came.

Polars (lazy) and DuckDB compute where they are. pandas and PyArrow frames lend their columns to Polars and get the
results back in their own type: plain pandas reads a missing value as False in a comparison, and missing must never be
good news.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw
from narwhals.exceptions import DuplicateError

from risico.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

_EXACT, _DIGITS = 2**53, 30
_THREE = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
"""A number that as text could also be a thousand; written with four decimals it is what it is."""
_NOTHING = ("Null", '"NULL"')
Kind = str
"""What a column holds: integer, float, boolean, text, empty, or other."""


@dataclass(frozen=True)
class Door:
    """A frame inside the house: `inside` is computed on, `leave` gives back the caller's frame with new columns.

    `keep` gives back the caller's frame with some of its rows; `in_memory` says that what was seen cannot change.
    """

    inside: nw.LazyFrame[Any]
    kinds: dict[str, Kind]
    columns: tuple[str, ...]
    in_memory: bool
    leave: Callable[[nw.LazyFrame[Any], Sequence[str]], Any]
    keep: Callable[[nw.LazyFrame[Any], nw.Expr], Any]


def enter(forms: Any, wanted: Iterable[str]) -> Door:
    """Let a frame in; only the `wanted` columns that it has are needed inside.

    Raises UsageError for what is no frame, or a frame with two columns of one name.
    """
    frame = known(forms)
    if frame is None:
        raise UsageError(
            f"Forms are a frame (pandas, Polars, PyArrow, DuckDB), one row per form; this is {type(forms).__name__}."
        )
    names = tuple(frame.columns)
    needed = [name for name in dict.fromkeys(wanted) if name in names]
    if isinstance(frame, nw.LazyFrame):
        return _stay(frame, names, needed)
    return _lend(frame, names, needed)


def known(forms: Any) -> nw.DataFrame[Any] | nw.LazyFrame[Any] | None:
    """Return any frame as one of Narwhals, None for what is no frame; two columns of one name are refused."""
    try:
        frame = nw.from_native(forms, pass_through=True)
        names = list(frame.columns) if isinstance(frame, nw.DataFrame | nw.LazyFrame) else []
    except DuplicateError:
        frame, names = None, [str(name) for name in getattr(forms, "column_names", None) or forms.columns]
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise UsageError(f"Two columns are named '{twice[0]}'. It is unclear which one counts. Rename or drop one.")
    return frame if isinstance(frame, nw.DataFrame | nw.LazyFrame) else None


def _stay(frame: nw.LazyFrame[Any], names: tuple[str, ...], needed: list[str]) -> Door:
    """An engine of its own: what is computed is added to its plan, nothing is read yet.

    The caller's own columns step aside where they could be taken for ours, which begin with `__`.
    """
    types = _types(frame.to_native())
    strange = [name for name in needed if types.get(name, "").startswith(("INTERVAL", "UNION"))]
    aside = _aside(names, [*(name for name in names if name.startswith("__") and name not in needed), *strange])
    inside = frame.rename(aside) if aside else frame
    for name in strange:  # DuckDB cannot hand these over, and none of them is an answer
        no_answer = nw.when(~nw.col(aside[name]).is_null()).then(nw.lit("no answer"))
        inside = inside.with_columns(no_answer.alias(name))
    own = [nw.col(aside[name]).alias(name) if name in aside else nw.col(name) for name in names]

    def leave(result: nw.LazyFrame[Any], new: Sequence[str]) -> Any:
        if not frame.implementation.is_polars():
            _refuse_alike(names, new)
        return result.select(*own, *new).to_native()

    def keep(result: nw.LazyFrame[Any], rows: nw.Expr) -> Any:
        return result.filter(rows).select(*own).to_native()

    return Door(inside, _kinds(frame, needed), names, False, leave, keep)


def _aside(names: Sequence[str], hidden: Iterable[str]) -> dict[str, str]:
    """Give columns that step aside names that no other column has."""
    stem = "own"
    while any(name.lower().startswith(stem) for name in names):
        stem += "_"
    return {name: f"{stem}{place}" for place, name in enumerate(hidden)}


def _refuse_alike(names: Sequence[str], new: Iterable[str]) -> None:
    """Refuse a result whose name differs only in capitals from a column, where the engine does not tell them apart."""
    there = {name.lower(): name for name in names}
    alike = [there[name.lower()] for name in new if name.lower() in there]
    if alike:
        raise UsageError(
            f"The forms already have '{alike[0]}', and this engine does not tell capitals from small letters: one of "
            "the two would be lost. Rename or drop that column first."
        )


def _lend(frame: nw.DataFrame[Any], names: tuple[str, ...], needed: list[str]) -> Door:
    """A frame in memory: its columns are lent to Polars, and the results come back in its own type."""
    import polars as pl

    native = frame.to_native()
    order = "__order"
    rows = pl.DataFrame({order: pl.int_range(len(frame), eager=True)})
    inside = nw.from_native((rows.hstack(_polars(frame, needed)) if needed else rows).lazy())

    def leave(result: nw.LazyFrame[Any], new: Sequence[str]) -> Any:
        return _attach(native, result.select(*new).collect(backend="polars").to_native())

    def keep(result: nw.LazyFrame[Any], rows: nw.Expr) -> Any:
        kept = result.filter(rows).select(order).collect(backend="polars").to_native()[order]
        if isinstance(native, pl.DataFrame):
            return native[kept]
        return native.iloc[kept.to_numpy()] if frame.implementation.is_pandas_like() else native.take(kept.to_numpy())

    return Door(inside, _kinds(inside, needed), names, True, leave, keep)


def _polars(frame: nw.DataFrame[Any], needed: list[str]) -> pl.DataFrame:
    import polars as pl

    native = frame.to_native()
    if frame.implementation.is_polars():
        lent = native.select(needed)
    elif frame.implementation.is_pyarrow():
        lent = pl.DataFrame({name: _from_arrow(name, native[name]) for name in needed})
    else:
        lent = pl.DataFrame({name: _from_pandas(name, native[name]) for name in needed})
    objects = [name for name in needed if lent.schema[name] == pl.Object]
    return lent.with_columns(_plain_series(name, lent[name].to_list()) for name in objects) if objects else lent


def _from_pandas(name: str, column: Any) -> pl.Series:
    import numpy as np
    import polars as pl

    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iufb":
        values = column.to_numpy()
        return pl.Series(name, values.astype(np.float64) if values.dtype.kind == "f" else values)
    return _plain_series(name, column.tolist())


def _from_arrow(name: str, column: Any) -> pl.Series:
    """What Polars does not know as a plain type (decimals of any width, dictionaries, parts) goes value by value."""
    import polars as pl
    from pyarrow import types

    simple = (types.is_integer, types.is_floating, types.is_boolean, types.is_string, types.is_large_string)
    if any(is_one(column.type) for is_one in (*simple, types.is_null, types.is_date, types.is_timestamp)):
        return pl.Series(name, column)
    return _plain_series(name, column.to_pylist())


def _plain_series(name: str, values: list[Any]) -> pl.Series:
    """Make a column of Python objects plain: all Booleans, all numbers, or text where kinds are mixed."""
    import polars as pl

    plain = [_plain(value) for value in values]
    kinds = {type(value) for value in plain if value is not None}
    if not kinds:
        return pl.Series(name, plain, dtype=pl.Null)
    if kinds <= {bool}:
        return pl.Series(name, plain, dtype=pl.Boolean)
    if kinds == {int} and all(value is None or abs(value) < 2**63 for value in plain):
        return pl.Series(name, plain, dtype=pl.Int64)
    if kinds <= {int, float} and not any(isinstance(value, int) and abs(value) >= _EXACT for value in plain):
        return pl.Series(name, [None if v is None else float(v) for v in plain], dtype=pl.Float64)
    return pl.Series(name, [None if v is None else _text(v) for v in plain], dtype=pl.String)


def _plain(value: Any) -> Any:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if getattr(value, "ndim", None) == 0:  # one number of NumPy; an array of them is no answer
        value = value.item()
    if isinstance(value, Decimal):
        value = _number(value)
    if isinstance(value, float) and math.isnan(value):
        return None
    return value if isinstance(value, bool | int | float | str) else str(value)


def _number(value: Decimal) -> int | float:
    """A whole number stays one: many a case number is kept as a decimal, and as a fraction it would be rounded."""
    if value.is_nan():
        return math.nan
    return int(value) if value.adjusted() < _DIGITS and value == value.to_integral_value() else float(value)


def _text(value: bool | float | str) -> str:
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return f"{text}0" if isinstance(value, float) and _THREE.fullmatch(text) else text


def _attach(native: Any, new: pl.DataFrame) -> Any:
    """Give the results back to the frame they belong to, in its own type."""
    import polars as pl

    if isinstance(native, pl.DataFrame):
        return native.hstack(new)
    if nw.get_native_namespace(native).__name__ == "pyarrow":
        for name in new.columns:
            column = new[name].to_arrow()
            native = native.append_column(name, column.cast("string") if new[name].dtype == pl.String else column)
        return native
    import pandas as pd

    columns = {name: _to_pandas(new[name]) for name in new.columns}
    return pd.concat([native, pd.DataFrame(columns, index=native.index)], axis=1)


def _to_pandas(column: pl.Series) -> Any:
    """Return a pandas array that knows a missing value: Int64, Float64, boolean or string."""
    import pandas as pd
    import polars as pl

    missing = column.is_null().to_numpy()
    if column.dtype == pl.Boolean:
        return pd.arrays.BooleanArray(column.fill_null(False).to_numpy(), missing)
    if column.dtype.is_integer():
        return pd.arrays.IntegerArray(column.fill_null(0).cast(pl.Int64).to_numpy(), missing)
    if column.dtype.is_float():
        return pd.arrays.FloatingArray(column.fill_null(0.0).cast(pl.Float64).to_numpy(), missing)
    return pd.array(column.to_list(), dtype="string")


def _kinds(frame: nw.LazyFrame[Any], names: list[str]) -> dict[str, Kind]:
    schema, types = frame.collect_schema(), _types(frame.to_native())
    return {name: "empty" if types.get(name) in _NOTHING else _kind(schema[name]) for name in names}


def _types(native: Any) -> dict[str, str]:
    """Return the types of columns in the words of Polars or DuckDB; what Narwhals does not know may hold anything."""
    if hasattr(native, "collect_schema"):
        return {name: str(type_) for name, type_ in native.collect_schema().items()}
    return {name: str(type_) for name, type_ in zip(native.columns, getattr(native, "types", ()), strict=False)}


def _kind(dtype: Any) -> Kind:
    if dtype == nw.Boolean:
        return "boolean"
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "float"
    if dtype in (nw.String, nw.Categorical, nw.Enum):
        return "text"
    return "other"
