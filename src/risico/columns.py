"""Columns out of a frame as arrays, and results back beside them: for what is computed on arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.forms import Door, enter, known

Arrays = dict[str, NDArray[Any]]


def extend(forms: Any, wanted: Iterable[str], compute: Callable[[Arrays], Mapping[str, NDArray[Any]]]) -> Any:
    """Return the frame with the columns that `compute` makes of the wanted columns it has.

    Masked values, NaN and None become empty cells. A frame in memory comes back as its own kind; a lazy frame or a
    DuckDB relation is read once and comes back as a Polars frame, since arrays do not compute inside a database.

    >>> import polars as pl
    >>> forms = pl.DataFrame({"case": ["a", "b"], "x": [1, None]})
    >>> extend(forms, ["x"], lambda arrays: {"double": 2 * arrays["x"]})["double"].to_list()
    [2.0, None]
    """
    frame = known(forms)
    if isinstance(frame, nw.LazyFrame):
        return extend(frame.collect(backend="polars").to_native(), wanted, compute)
    door = enter(forms, wanted)
    inside = door.inside.collect(backend="polars")
    made = compute({name: inside[name].to_numpy() for name in door.kinds})
    already = [name for name in made if name in door.columns]
    if already:
        raise UsageError(f"The frame has a column '{already[0]}' already. Drop it first, or keep what is there.")
    return _leave(door, inside, made)


def _leave(door: Door, inside: nw.DataFrame[Any], made: Mapping[str, NDArray[Any]]) -> Any:
    result = inside.with_columns(*(_series(name, values) for name, values in made.items()))
    numbers = [name for name, values in made.items() if values.dtype.kind == "f"]
    plain = result.with_columns(nw.when(~nw.col(name).is_nan()).then(nw.col(name)).alias(name) for name in numbers)
    return door.leave(plain.lazy(), list(made))


def _series(name: str, values: NDArray[Any]) -> nw.Series[Any]:
    if values.dtype.kind == "f":
        return nw.new_series(name, values, nw.Float64, backend="polars")
    kind = nw.Boolean if values.dtype.kind == "b" else nw.String
    hidden = np.ma.getmaskarray(values)
    cells = [None if blank else value for value, blank in zip(np.ma.getdata(values).tolist(), hidden, strict=True)]
    return nw.new_series(name, cells, kind, backend="polars")


def frame(choices: Mapping[str, tuple[Sequence[Any], NDArray[Any]]]) -> Any:
    """Return a Polars frame of which each column holds, row by row, one of a few choices by its place among them.

    >>> frame({"phq9_1": ([None, 0, 1], np.array([2, 0]))})["phq9_1"].to_list()
    [1, None]
    """
    columns = [nw.new_series(name, list(of), backend="polars")[places] for name, (of, places) in choices.items()]
    return nw.from_dict({column.name: column for column in columns}).to_native()
