"""Of how many forms was the version assumed, because they do not say which one they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals.stable.v2 as nw

from risico.forms import Kind, enter
from risico.instrument import Instrument
from risico.scoring.answers import AGE, context, of_age


def assumed(forms: Any, it: Instrument) -> dict[str, int]:
    """Count, by context column, the forms that say nothing of their version and were read as the file's own.

    >>> import polars as pl
    >>> from risico.instrument import load
    >>> forms = pl.DataFrame({"cats_1": [0, 1, 2], "form": [None, None, "3_6"], "age": [5, 9, 4]})
    >>> assumed(forms, load("cats"))
    {'form': 1}
    """
    door = enter(forms, (*it.context, AGE))
    silent = {name: _silent(it, name, door.kinds) for name in it.variants}
    counted = {name: one.sum() for name, one in silent.items() if one is not None}
    row = door.inside.select(nw.len().alias(" n"), **counted).collect(backend="polars").rows(named=True)[0]
    counts = {name: int(row[" n"] if one is None else row[name] or 0) for name, one in silent.items()}
    return {name: count for name, count in counts.items() if count}


def _silent(it: Instrument, name: str, kinds: Mapping[str, Kind]) -> nw.Expr | None:
    """Whether a form says nothing of its version and may be the one assumed; None where that holds of every form."""
    blank = None if kinds.get(name) in (None, "empty") else context(it, name, kinds.get(name)).blank
    ages = it.variants[name].ages
    within = None if ages is None else of_age(ages, kinds.get(AGE))
    may = None if within is None else within.fill_null(True)
    return may if blank is None else blank if may is None else blank & may
