"""Forms by what they are about: which of them rate the same thing, and who gave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.reliability.coefficients import Table, scaled
from risico.tally import count

Whole = NDArray[np.int64]


class Rated(NamedTuple):
    """For each form the place of its unit and of its rater, each of shape (forms,), and what stands in its columns.

    A value is NaN or None where it is blank.
    """

    unit: Whole
    rater: Whole
    raters: tuple[str, ...]
    values: dict[str, NDArray[Any]]

    def some(self, kept: NDArray[np.bool_]) -> Rated:
        """Return some of the forms; units and raters keep their places."""
        values = {name: column[kept] for name, column in self.values.items()}
        return Rated(self.unit[kept], self.rater[kept], self.raters, values)


def by_unit(forms: Any, of: Sequence[str], *, unit: Sequence[str], rater: str, also: Sequence[str] = ()) -> Rated:
    """Read forms with at least one of the columns `of` filled in; `also` names other columns to keep.

    Raises UsageError where unit or rater is blank on such a form, or a column is not there.

    >>> forms = {"case": [2, 2, 1], "rater": ["x", "y", "x"], "band": ["low", None, "high"]}
    >>> found = by_unit(forms, ["band"], unit=["case"], rater="rater")
    >>> found.unit.tolist(), found.raters, found.values["band"].tolist()
    ([0, 1], ('x', 'y'), ['high', 'low'])
    """
    if not unit:
        raise UsageError("`unit` names the columns that say which forms are about the same thing, such as case.")
    names = list(dict.fromkeys([*unit, rater, *of, *also]))
    counts = count(forms, names)
    columns = {name: np.repeat(counts.column(name), counts.number) for name in names}
    keys = [columns[name] for name in (*unit, rater)]
    raters, rater_of = coded(columns[rater])
    filled = np.zeros(counts.n, dtype=np.bool_)
    for name in of:
        filled |= ~blank(columns[name])
    missing = sum(int((blank(key) & filled).sum()) for key in keys)
    if missing:
        raise UsageError(
            f"{missing} values are blank in the columns {', '.join((*unit, rater))}.\n"
            "Without them it is unknown whose rating of what this is. Fill them in or leave those forms out."
        )
    units = np.zeros(counts.n, dtype=np.int64)
    for name in unit:
        place = coded(columns[name])[1]
        units = np.unique(units * (int(place.max(initial=0)) + 1) + place, return_inverse=True)[1]
    kept = {name: columns[name] for name in (*of, *also)}
    found = Rated(units, rater_of, raters, kept).some(filled)
    return found._replace(unit=np.unique(found.unit, return_inverse=True)[1])


def once(rated: Rated, unit: Sequence[str]) -> Rated:
    """Return the forms as they are, or raise UsageError where one rater rated a unit twice."""
    pairs = rated.unit * max(len(rated.raters), 1) + rated.rater
    if len(np.unique(pairs)) < len(pairs):
        raise UsageError(
            f"Some raters gave more than one rating of the same unit ({', '.join(unit)}).\n"
            "Agreement is between raters; add the column that tells these forms apart, such as moment, to `unit`."
        )
    return rated


def table_of(rated: Rated, column: str, levels: Sequence[Any], place: Mapping[Any, int]) -> Table:
    """Count for each unit how many raters chose each level, and how many units are alike; raters are not told apart.

    `place` says for each value, text or float, which of the levels it is.
    """
    chosen, q = places(rated.values[column], place), len(levels)
    some = chosen >= 0
    units = int(rated.unit.max(initial=-1)) + 1
    cells = np.bincount(rated.unit[some] * q + chosen[some], minlength=units * q).reshape(units, q)
    r, c = np.unique(cells[cells.sum(axis=1) > 0], axis=0, return_counts=True)
    return Table(*scaled(levels), r.astype(np.float64), c.astype(np.float64), ())


def places(column: NDArray[Any], place: Mapping[Any, int]) -> Whole:
    """Return the place of the level of each value, -1 for a blank."""
    filled = ~blank(column)
    known, back = np.unique(column[filled], return_inverse=True)
    out = np.full(len(column), -1, dtype=np.int64)
    out[filled] = np.array([place[value] for value in known.tolist()], dtype=np.int64)[back]
    return out


def blank(column: NDArray[Any]) -> NDArray[np.bool_]:
    """Return where nothing is filled in."""
    if column.dtype == object:
        return np.array([value is None for value in column], dtype=np.bool_)
    return np.isnan(column)


def coded(column: NDArray[Any]) -> tuple[tuple[str, ...], Whole]:
    """Return the values as names, in order, and the place of each value among them; a blank is an empty name."""
    if column.dtype != object:
        numbers, place = np.unique(column, return_inverse=True)
        return tuple("" if np.isnan(one) else f"{one:.15g}" for one in numbers.tolist()), place.astype(np.int64)
    words = ["" if value is None else value for value in column.tolist()]
    names = sorted(set(words))
    place = dict(zip(names, range(len(names)), strict=True))
    return tuple(names), np.fromiter((place[word] for word in words), dtype=np.int64, count=len(words))
