"""Counting forms: the distinct rows of a few columns, and the ratings of one unit side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from risico.errors import UsageError
from risico.tally.held import Counts, blanks, clean, keyed, label
from risico.tally.reading import finite, opened, typed, whole_numbers


def count(forms: Any, columns: Sequence[str] | None = None, *, number: str | None = None) -> Counts:
    """Count the distinct rows of some columns, in the engine that holds the forms.

    `forms` is a frame (pandas, Polars eager or lazy, PyArrow, DuckDB relation), a mapping from column to values, a
    table of numbers of shape (rows, columns) whose columns are then named 0, 1, …, or Counts, which are given back.
    `number` names a column that says how many forms each row stands for.

    >>> count({"score": [3, 3, 9], "again": [False, False, True]}).number.tolist()
    [2, 1]
    >>> count({"score": [3, 9], "n": [2, 1]}, ["score"], number="n").n
    3
    """
    if isinstance(forms, Counts):
        return forms if columns is None else forms.select(columns)
    frame, names = opened(forms, columns, number)
    keys = [f"_{i}" for i in range(len(names))]
    kinds = (column.alias(key) for column, key in zip(typed(frame, names), keys, strict=True))
    frame = frame.select(*kinds, (nw.col(number) if number is not None else nw.lit(1)).alias("_number"))
    if number is not None:
        whole_numbers(frame)
    table = frame.group_by(*keys).agg(nw.col("_number").sum()).collect("polars")
    values = tuple(table[key].to_numpy() for key in keys)
    finite(names, [v.dtype.kind != "f" or not np.isinf(v).any() for v in values])
    return Counts(columns=names, values=values, number=table["_number"].to_numpy().astype(np.int64))


def ratings(forms: Any, of: str, *, unit: Sequence[str], rater: str = "rater") -> Counts:
    """Put the ratings of one unit side by side, one column per rater, and count the distinct rows.

    `forms` has one row per form; `of` is the column that was rated and `unit` names the columns that say which forms
    are about the same thing (case, moment …). Raises UsageError where one rater rated a unit twice, or where unit or
    rater is blank.

    >>> forms = {"case": [1, 1, 2, 2], "rater": ["x", "y", "x", "y"], "band": ["low", "low", "low", "high"]}
    >>> ratings(forms, "band", unit=["case"]).number.tolist()
    [1, 1]
    """
    keys = (*unit, rater)
    frame, names = opened(forms, (*keys, of), None)
    table = frame.select(*typed(frame, names)).collect("polars")
    columns = {name: clean(table[name].to_numpy()) for name in names}
    blank = sum(int(blanks(columns[key]).sum()) for key in keys)
    if blank:
        raise UsageError(
            f"{blank} values are blank in the columns {', '.join(keys)}.\n"
            "Without them it is unknown whose rating of what this is. Fill them in or leave those forms out."
        )
    rows = np.unique(keyed([columns[key] for key in unit], len(columns[of])), return_inverse=True)[1]
    raters, places = np.unique(columns[rater], return_inverse=True)
    if len(np.unique(rows * len(raters) + places)) < len(rows):
        raise UsageError(
            f"Some raters gave more than one rating of the same unit ({', '.join(unit)}).\n"
            "Agreement is between raters; add the column that tells these forms apart, such as moment, to `unit`."
        )
    blank_value: Any = None if columns[of].dtype == object else np.nan
    wide = np.full((len(raters), int(rows.max(initial=-1)) + 1), blank_value, dtype=columns[of].dtype)
    wide[places, rows] = columns[of]
    labels = tuple(label(name) for name in raters.tolist())
    return Counts(columns=labels, values=tuple(wide), number=np.ones(wide.shape[1], dtype=np.int64))
