"""The engines that every score is proven on. Adding one is a line in `ENGINES`.

`make(engine, columns)` builds a frame from lists; `rows(frame)` reads it back as plain Python, sorted by the column
`case` where there is one, as not every engine keeps the order of rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import polars as pl
import pyarrow as pa

Columns = Mapping[str, list[Any]]


def kind(values: list[Any]) -> str:
    """Return what a column of Python values holds: empty, boolean, integer, float, text, or mixed."""
    found = {type(value) for value in values if value is not None}
    if found == {int, float}:
        return "float"
    names = {bool: "boolean", int: "integer", float: "float", str: "text"}
    return "empty" if not found else names[found.pop()] if len(found) == 1 else "mixed"


def _typed(values: list[Any]) -> list[Any]:
    """A typed column cannot mix text and numbers: it would have come in as text."""
    if kind(values) == "float":
        return [None if value is None else float(value) for value in values]
    return [None if value is None else str(value) for value in values] if kind(values) == "mixed" else values


def pandas_numpy(columns: Columns) -> pd.DataFrame:
    return pd.DataFrame(
        {name: pd.Series(v, dtype=object if kind(v) == "mixed" else None) for name, v in columns.items()}
    )


def pandas_nullable(columns: Columns) -> pd.DataFrame:
    types = {"boolean": "boolean", "integer": "Int64", "float": "Float64", "text": "string"}
    return pd.DataFrame({name: pd.Series(v, dtype=types.get(kind(v), object)) for name, v in columns.items()})


def polars_eager(columns: Columns) -> pl.DataFrame:
    types = {"empty": pl.Null, "boolean": pl.Boolean, "integer": pl.Int64, "float": pl.Float64}
    return pl.DataFrame(
        {name: pl.Series(name, _typed(v), dtype=types.get(kind(v), pl.String)) for name, v in columns.items()}
    )


def polars_lazy(columns: Columns) -> pl.LazyFrame:
    """Lazy, and each whole number in the narrowest type that holds it, so that a sum could wrap."""
    wide = polars_eager(columns)
    return pl.DataFrame([one.shrink_dtype() if one.dtype.is_integer() else one for one in wide]).lazy()


def arrow(columns: Columns) -> pa.Table:
    return pa.table({name: pa.array(_typed(v)) for name, v in columns.items()})


def duck(columns: Columns) -> duckdb.DuckDBPyRelation:
    return duckdb.from_arrow(arrow(columns))


ENGINES: dict[str, Callable[[Columns], Any]] = {
    "pandas": pandas_numpy,
    "pandas-nullable": pandas_nullable,
    "polars": polars_eager,
    "polars-lazy": polars_lazy,
    "pyarrow": arrow,
    "duckdb": duck,
}


def make(engine: str, columns: Columns) -> Any:
    """Return a frame of an engine; lists of one length, whose values are of one type or mixed."""
    return ENGINES[engine](columns)


def rows(frame: Any) -> list[dict[str, Any]]:
    """Return the rows as plain Python values, a missing value as None, sorted by `case`."""
    plain = nw.from_native(frame)
    if isinstance(plain, nw.LazyFrame):
        plain = plain.collect("polars")
    columns = {name: [_plain(value) for value in plain[name].to_list()] for name in plain.columns}
    found = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return sorted(found, key=lambda row: row["case"]) if "case" in columns else found


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if value is pd.NA or (isinstance(value, float) and math.isnan(value)) else value
