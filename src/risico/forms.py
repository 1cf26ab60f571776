"""The door: any frame of forms comes in here, is computed on in one way, and leaves as the kind it came.

Polars (lazy) and DuckDB compute where they are. pandas and PyArrow frames lend their columns to Polars and get the
results back in their own type: plain pandas reads a missing value as False in a comparison, and missing must never be
good news.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from risico.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

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
    frame = nw.from_native(forms, pass_through=True)
    if not isinstance(frame, nw.DataFrame | nw.LazyFrame):
        raise UsageError(
            f"Forms are a frame (pandas, Polars, PyArrow, DuckDB), one row per form; this is {type(forms).__name__}."
        )
    names = tuple(frame.collect_schema().names())
    needed = [name for name in dict.fromkeys(wanted) if name in names]
    if isinstance(frame, nw.LazyFrame):
        return _stay(frame, names, needed)
    return _lend(frame, names, needed)


def _stay(frame: nw.LazyFrame[Any], names: tuple[str, ...], needed: list[str]) -> Door:
    """An engine of its own: what is computed is added to its plan, nothing is read yet."""

    def leave(result: nw.LazyFrame[Any], new: Sequence[str]) -> Any:
        return result.select(*names, *new).to_native()

    def keep(result: nw.LazyFrame[Any], rows: nw.Expr) -> Any:
        return result.filter(rows).select(*names).to_native()

    return Door(frame, _kinds(frame, needed), names, False, leave, keep)


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
        lent = pl.DataFrame({name: pl.Series(name, native[name]) for name in needed})
    else:
        lent = pl.DataFrame({name: _from_pandas(name, native[name]) for name in needed})
    objects = [name for name in needed if lent.schema[name] == pl.Object]
    return lent.with_columns(_plain_series(name, lent[name].to_list()) for name in objects) if objects else lent


def _from_pandas(name: str, column: Any) -> pl.Series:
    import numpy as np
    import polars as pl

    if column.ndim != 1:
        raise UsageError(f"Two columns are named '{name}'. It is unclear which one counts. Rename or drop one.")
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iufb":
        return pl.Series(name, column.to_numpy())
    return _plain_series(name, column.tolist())


def _plain_series(name: str, values: list[Any]) -> pl.Series:
    """Make a column of Python objects plain: all Booleans, all numbers, or text where kinds are mixed."""
    import polars as pl

    plain = [_plain(value) for value in values]
    kinds = {type(value) for value in plain if value is not None}
    if not kinds:
        return pl.Series(name, plain, dtype=pl.Null)
    if kinds <= {bool}:
        return pl.Series(name, plain, dtype=pl.Boolean)
    if kinds <= {int, float}:
        return pl.Series(name, [None if v is None else float(v) for v in plain], dtype=pl.Float64)
    return pl.Series(name, [None if v is None else _text(v) for v in plain], dtype=pl.String)


def _plain(value: Any) -> Any:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if getattr(value, "ndim", None) == 0:  # one number of NumPy; an array of them is no answer
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return None
    return value if isinstance(value, bool | int | float | str) else str(value)


def _text(value: bool | float | str) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


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
    schema = frame.collect_schema()
    return {name: _kind(schema[name]) for name in names}


def _kind(dtype: Any) -> Kind:
    if dtype == nw.Boolean:
        return "boolean"
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "float"
    if dtype in (nw.String, nw.Categorical, nw.Enum):
        return "text"
    return "empty" if "null" in str(dtype).lower() or dtype == nw.Unknown else "other"
