"""Adding up: sums and cross-products of complete rows of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from risico.tally.counts import count
from risico.tally.held import Array, Counts, Sums
from risico.tally.reading import finite, numbers_only, opened, whole_numbers


def sums(forms: Any, columns: Sequence[str] | None = None, *, number: str | None = None) -> Sums:
    """Add up columns of numbers and their products over complete rows, in the engine that holds the forms.

    Takes what `count` takes, and Sums, which are given back. The forms are read twice: for the means and for the
    deviations from them. Raises UsageError where a column is no number.

    >>> sums({"a": [1, 2, 3], "b": [2, 4, None]}).n
    2
    """
    if isinstance(forms, Sums):
        return forms if columns is None else forms.select(columns)
    if isinstance(forms, Counts):
        return count(forms, columns).sums()
    frame, names = opened(forms, columns, number)
    numbers_only(frame, names)
    keys = [f"_{i}" for i in range(len(names))]
    typed = (nw.col(name).cast(nw.Float64).alias(key) for name, key in zip(names, keys, strict=True))
    frame = frame.select(
        *typed, (nw.col(number).cast(nw.Float64) if number is not None else nw.lit(1.0)).alias("_number")
    )
    if number is not None:
        whole_numbers(frame)
    everything = frame.select(nw.col("_number").sum()).collect("polars")["_number"].to_list()[0]
    frame = frame.filter(*(~nw.col(key).is_null() & ~nw.col(key).is_nan() for key in keys))
    weight = nw.col("_number")
    first = frame.select(weight.sum(), *((nw.col(key) * weight).sum().alias(key) for key in keys)).collect("polars")
    found = {key: first[key].to_list()[0] or 0.0 for key in ("_number", *keys)}
    n, totals = int(found["_number"]), np.array([found[key] for key in keys])
    finite(names, np.isfinite(totals))
    deviations = [nw.col(key) - total / max(n, 1) for key, total in zip(keys, totals.tolist(), strict=True)]
    away = frame.with_columns(*(part.alias(key) for key, part in zip(keys, deviations, strict=True)))
    cross = _cross(away, keys)
    return Sums(columns=names, n=n, sums=totals, cross=cross, left_out=round((everything or 0) - n))


def _cross(away: nw.LazyFrame[Any], keys: Sequence[str]) -> Array:
    """Cross-products of columns of deviations, each row counted `_number` times, shape (k, k)."""
    rows, columns = np.triu_indices(len(keys))
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    products = [(nw.col(keys[i]) * nw.col(keys[j]) * nw.col("_number")).sum().alias(f"{i}_{j}") for i, j in pairs]
    found = away.select(*products).collect("polars").row(0)
    cross = np.zeros((len(keys), len(keys)))
    cross[rows, columns] = cross[columns, rows] = [value or 0.0 for value in found]
    return cross
