"""What is held of many forms: counts and sums. Both add up with `+`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError, did_you_mean

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Counts:
    """Distinct rows of a few columns with their number.

    `values` holds one array per column, shape (rows,): numbers and Booleans as float64 with NaN for a blank, text as
    objects with None for a blank. `number` says how many forms have that row. Rows are sorted and distinct, whatever
    was given; rows that occur 0 times are left out.

    >>> from risico.tally import count
    >>> april = count({"band": ["low", "high", "low"]}, ["band"])
    >>> may = count({"band": ["high", None]}, ["band"])
    >>> both = april + may
    >>> both.column("band").tolist(), both.number.tolist(), both.n
    (['high', 'low', None], [2, 2, 1], 5)
    """

    columns: tuple[str, ...]
    values: tuple[NDArray[Any], ...]
    number: Whole

    def __post_init__(self) -> None:
        some = self.number > 0
        values = [clean(column[some]) for column in self.values]
        _, first, inverse = np.unique(keyed(values, int(some.sum())), return_index=True, return_inverse=True)
        number = np.bincount(inverse, weights=self.number[some]).round().astype(np.int64)
        object.__setattr__(self, "values", tuple(column[first] for column in values))
        object.__setattr__(self, "number", number)

    @property
    def n(self) -> int:
        """Number of forms."""
        return int(self.number.sum())

    def column(self, name: str) -> NDArray[Any]:
        """Return the values of one column, one per distinct row."""
        return self.values[self.columns.index(name)]

    def select(self, columns: Sequence[str]) -> Counts:
        """Return the counts of some of the columns."""
        known(columns, self.columns)
        if tuple(columns) == self.columns:
            return self
        values = tuple(self.column(name) for name in columns)
        return Counts(columns=tuple(columns), values=values, number=self.number)

    def complete(self) -> Counts:
        """Return the rows without a blank."""
        full = np.ones(len(self.number), dtype=bool)
        for column in self.values:
            full &= ~blanks(column)
        if full.all():
            return self
        kept = tuple(column[full] for column in self.values)
        return Counts(columns=self.columns, values=kept, number=self.number[full])

    def sums(self) -> Sums:
        """Return the sums of these columns, which must be numbers."""
        numeric([name for name, held in zip(self.columns, self.values, strict=True) if held.dtype == object])
        full = self.complete()
        rows = np.array(full.values, dtype=np.float64).reshape(len(self.columns), -1)
        totals = rows @ full.number
        away = rows - totals[:, None] / max(full.n, 1)
        cross = (away * full.number) @ away.T
        return Sums(columns=self.columns, n=full.n, sums=totals, cross=cross, left_out=self.n - full.n)

    def __add__(self, other: Counts) -> Counts:
        _same_columns(self.columns, other.columns)
        values = tuple(_join(a, b) for a, b in zip(self.values, other.values, strict=True))
        return Counts(columns=self.columns, values=values, number=np.concatenate([self.number, other.number]))


@dataclass(frozen=True, kw_only=True, eq=False)
class Sums:
    """Number, sums and cross-products of complete rows of numbers.

    `cross` holds the products of deviations from the mean, shape (k, k), which keeps its digits where plain products
    lose them. `left_out` counts the forms with a blank in one of the columns.

    >>> from risico.tally import sums
    >>> part = sums([[0, 1], [2, 3]])
    >>> whole = part + sums([[4, 2], [None, 1]])
    >>> whole.n, whole.left_out, whole.sums.tolist(), whole.covariance.tolist()
    (3, 1, [6.0, 6.0], [[4.0, 1.0], [1.0, 1.0]])
    """

    columns: tuple[str, ...]
    n: int
    sums: Array
    cross: Array
    left_out: int = 0

    def select(self, columns: Sequence[str]) -> Sums:
        """Return the sums of some of the columns, over the rows that are complete in all of them."""
        known(columns, self.columns)
        at = [self.columns.index(name) for name in columns]
        cross = self.cross[np.ix_(at, at)]
        return Sums(columns=tuple(columns), n=self.n, sums=self.sums[at], cross=cross, left_out=self.left_out)

    @property
    def means(self) -> Array:
        """Mean of each column, shape (k,); 0 where there are no rows."""
        return self.sums / max(self.n, 1)

    @property
    def covariance(self) -> Array:
        """Covariances, shape (k, k), with n - 1 in the denominator."""
        return self.cross / max(self.n - 1, 1)

    def __add__(self, other: Sums) -> Sums:
        """Chan, Golub and LeVeque (1983)."""
        _same_columns(self.columns, other.columns)
        n, apart = self.n + other.n, self.means - other.means
        between = np.outer(apart, apart) * (self.n * other.n / max(n, 1))
        return Sums(
            columns=self.columns,
            n=n,
            sums=self.sums + other.sums,
            cross=self.cross + other.cross + between,
            left_out=self.left_out + other.left_out,
        )


def known(wanted: Sequence[str], columns: Sequence[str]) -> None:
    """Refuse a column that is not there."""
    for name in wanted:
        if name not in columns:
            raise UsageError(f"There is no column {name!r}.{did_you_mean(name, columns)}")


def numeric(text: Sequence[str]) -> None:
    """Refuse columns of text where numbers are added up."""
    if text:
        raise UsageError(
            f"These columns are not numbers: {', '.join(text)}.\n"
            "Sums and products need points. Score the forms first, or turn the text into the numbers it stands for."
        )


def clean(column: NDArray[Any]) -> NDArray[Any]:
    """Float64 with NaN for blanks, or objects with None for blanks and for text without a letter."""
    if column.dtype.kind in "biuf":
        return column.astype(np.float64)
    if all(value is None for value in column):
        return np.full(len(column), np.nan)
    out = np.empty(len(column), dtype=object)
    out[:] = [str(value) if value is not None and value.strip() else None for value in column]
    return out


def blanks(column: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values of a clean column are blank."""
    if column.dtype == object:
        return np.array([value is None for value in column], dtype=np.bool_)
    return np.isnan(column)


def label(value: Any) -> str:
    """Write a value of a clean column, no two of them alike: a number as short as it can be without losing a digit.

    >>> label(2.0), label(1234567.0), label(0.1), label(2 / 3), label("north")
    ('2', '1234567', '0.1', '0.6666666666666666', 'north')
    """
    if not isinstance(value, float):
        return str(value)
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)


def keyed(columns: Sequence[NDArray[Any]], length: int) -> Whole:
    """A whole number per row that is the same for equal rows and in their order, blanks last, shape (rows,)."""
    key, kinds = np.zeros(length, dtype=np.int64), 1
    for column in columns:
        blank = blanks(column)
        levels, codes = np.unique(column[~blank], return_inverse=True)
        code = np.full(length, len(levels), dtype=np.int64)
        code[~blank] = codes
        if kinds * (len(levels) + 1) > 2**62:
            key = np.unique(key, return_inverse=True)[1]
            kinds = int(key.max()) + 1
        key, kinds = key * (len(levels) + 1) + code, kinds * (len(levels) + 1)
    return key


def _join(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """Two parts of one column; a part that is blank throughout takes the kind of the other."""
    if a.dtype == b.dtype:
        return np.concatenate([a, b])
    blank = [part for part in (a, b) if blanks(part).all()]
    if not blank:
        raise UsageError("A column holds text in one tally and numbers in the other; they cannot be added.")
    as_text = (np.full(len(part), None, dtype=object) if part is blank[0] else part for part in (a, b))
    return np.concatenate(list(as_text))


def _same_columns(a: tuple[str, ...], b: tuple[str, ...]) -> None:
    if a != b:
        raise UsageError(
            f"These tallies are of other columns ({', '.join(a)} and {', '.join(b)}); they cannot be added."
        )
