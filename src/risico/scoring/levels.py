"""From a number to its level: the last one that starts at or below it, in the table that the context names."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import groupby, zip_longest
from operator import and_
from typing import Any

import narwhals.stable.v2 as nw

from risico.instrument.model import Band, Levels


def level(band: Band, context: Callable[[str], nw.Expr], low: nw.Expr, high: nw.Expr | None = None) -> nw.Expr:
    """Return the level of a value, or the one that holds from a low to a high end, missing where there are several."""
    tables = band.tables()
    dtype = nw.Boolean if any(level.value is not None for t in tables.values() for level in t) else nw.String
    result = nw.lit(None, dtype=dtype)
    for path, levels in tables.items():
        matches = (context(column) == wanted for column, wanted in zip(band.by, path, strict=True))
        here = reduce(and_, matches, nw.lit(True)).fill_null(False)
        found = _level_of(low, levels, dtype) if high is None else _level_between(low, high, levels, dtype)
        result = nw.when(here).then(found).otherwise(result) if path else found
    return result


def _level_of(value: nw.Expr, levels: Levels, dtype: Any) -> nw.Expr:
    """The level of a value; a missing value is below every bound, and so has none."""
    result = nw.lit(None, dtype=dtype)
    for level in levels:
        result = nw.when(value >= level.from_).then(nw.lit(level.result, dtype=dtype)).otherwise(result)
    return result


def _level_between(low: nw.Expr, high: nw.Expr, levels: Levels, dtype: Any) -> nw.Expr:
    """The level that both ends and all between them fall in. Neighbours with the same result are one level."""
    stretches = [next(same) for _, same in groupby(levels, key=lambda level: level.result)]
    result = nw.lit(None, dtype=dtype)
    for here, following in zip_longest(stretches, stretches[1:]):
        inside = (low >= here.from_) & (~high.is_null() if following is None else high < following.from_)
        result = nw.when(inside).then(nw.lit(here.result, dtype=dtype)).otherwise(result)
    return result
