"""What a statistic needs to know of many forms, and nothing more: counts and sums. Both add up with `+`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
from numpy.typing import NDArray

from risico import forms as door
from risico.errors import UsageError, did_you_mean

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Counts:
    """Distinct rows of a few columns with their number.

    `values` holds one array per column, shape (rows,): numbers and Booleans as float64 with NaN for a blank, text as
    objects with None for a blank. `number` says how many forms have that row. Rows are sorted and distinct, whatever
    was given; rows that occur 0 times are left out.

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
        values = [_clean(column[some]) for column in self.values]
        _, first, inverse = np.unique(_keys(values, int(some.sum())), return_index=True, return_inverse=True)
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
        _known(columns, self.columns)
        if tuple(columns) == self.columns:
            return self
        values = tuple(self.column(name) for name in columns)
        return Counts(columns=tuple(columns), values=values, number=self.number)

    def complete(self) -> Counts:
        """Return the rows without a blank."""
        full = np.ones(len(self.number), dtype=bool)
        for column in self.values:
            full &= ~_blank(column)
        if full.all():
            return self
        kept = tuple(column[full] for column in self.values)
        return Counts(columns=self.columns, values=kept, number=self.number[full])

    def sums(self) -> Sums:
        """Return the sums of these columns, which must be numbers."""
        rows = dict(zip(self.columns, self.values, strict=True)) | {"": self.number}
        return sums(rows, self.columns, number="")

    def __add__(self, other: Counts) -> Counts:
        _same_columns(self.columns, other.columns)
        values = tuple(_join(a, b) for a, b in zip(self.values, other.values, strict=True))
        return Counts(columns=self.columns, values=values, number=np.concatenate([self.number, other.number]))


@dataclass(frozen=True, kw_only=True, eq=False)
class Sums:
    """Number, sums and cross-products of complete rows of numbers.

    `cross` holds the products of deviations from the mean, shape (k, k), which keeps its digits where plain products
    lose them. `left_out` counts the forms with a blank in one of the columns.

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
        _known(columns, self.columns)
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
    frame, names = _open(forms, columns, number)
    keys = [f"_{i}" for i in range(len(names))]
    typed = (column.alias(key) for column, key in zip(_typed(frame, names), keys, strict=True))
    frame = frame.select(*typed, (nw.col(number) if number is not None else nw.lit(1)).alias("_number"))
    if number is not None:
        _whole(frame)
    table = frame.group_by(*keys).agg(nw.col("_number").sum()).collect("polars")
    values = tuple(table[key].to_numpy() for key in keys)
    _finite(names, [v.dtype.kind != "f" or not np.isinf(v).any() for v in values])
    return Counts(columns=names, values=values, number=table["_number"].to_numpy().astype(np.int64))


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
    frame, names = _open(forms, columns, number)
    _numbers_only(frame, names)
    keys = [f"_{i}" for i in range(len(names))]
    typed = (nw.col(name).cast(nw.Float64).alias(key) for name, key in zip(names, keys, strict=True))
    frame = frame.select(
        *typed, (nw.col(number).cast(nw.Float64) if number is not None else nw.lit(1.0)).alias("_number")
    )
    if number is not None:
        _whole(frame)
    everything = frame.select(nw.col("_number").sum()).collect("polars")["_number"].to_list()[0]
    frame = frame.filter(*(~nw.col(key).is_null() & ~nw.col(key).is_nan() for key in keys))
    weight = nw.col("_number")
    first = frame.select(weight.sum(), *((nw.col(key) * weight).sum().alias(key) for key in keys)).collect("polars")
    found = {key: first[key].to_list()[0] or 0.0 for key in ("_number", *keys)}
    n, totals = int(found["_number"]), np.array([found[key] for key in keys])
    _finite(names, np.isfinite(totals))
    deviations = [nw.col(key) - total / max(n, 1) for key, total in zip(keys, totals.tolist(), strict=True)]
    away = frame.with_columns(*(part.alias(key) for key, part in zip(keys, deviations, strict=True)))
    cross = _cross(away, keys)
    return Sums(columns=names, n=n, sums=totals, cross=cross, left_out=round((everything or 0) - n))


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
    frame, names = _open(forms, (*keys, of), None)
    table = frame.select(*_typed(frame, names)).collect("polars")
    columns = {name: _clean(table[name].to_numpy()) for name in names}
    blank = sum(int(_blank(columns[key]).sum()) for key in keys)
    if blank:
        raise UsageError(
            f"{blank} values are blank in the columns {', '.join(keys)}.\n"
            "Without them it is unknown whose rating of what this is. Fill them in or leave those forms out."
        )
    rows = np.unique(_keys([columns[key] for key in unit], len(columns[of])), return_inverse=True)[1]
    raters, places = np.unique(columns[rater], return_inverse=True)
    if len(np.unique(rows * len(raters) + places)) < len(rows):
        raise UsageError(
            f"Some raters gave more than one rating of the same unit ({', '.join(unit)}).\n"
            "Agreement is between raters; add the column that tells these forms apart, such as moment, to `unit`."
        )
    blank_value: Any = None if columns[of].dtype == object else np.nan
    wide = np.full((len(raters), int(rows.max(initial=-1)) + 1), blank_value, dtype=columns[of].dtype)
    wide[places, rows] = columns[of]
    labels = tuple(f"{name:g}" if isinstance(name, float) else str(name) for name in raters.tolist())
    return Counts(columns=labels, values=tuple(wide), number=np.ones(wide.shape[1], dtype=np.int64))


def _open(forms: Any, columns: Sequence[str] | None, number: str | None) -> tuple[nw.LazyFrame[Any], tuple[str, ...]]:
    """Any forms as a lazy frame, with the names of the columns asked for (all, if none)."""
    if isinstance(forms, (Mapping, Sequence, np.ndarray)):
        forms = nw.from_dict(_mapping(forms), backend="polars").to_native()
    frame = door.known(forms)
    if frame is None:
        raise UsageError(f"Forms are a frame or a table of columns; this is a {type(forms).__name__}.")
    known = frame.columns
    names = tuple(columns) if columns is not None else tuple(name for name in known if name != number)
    wanted = list(dict.fromkeys((*names, number) if number is not None else names))
    _known(wanted, known)
    if isinstance(frame, nw.LazyFrame):
        return frame, names
    try:
        return frame.select(*wanted).lazy("polars"), names
    except (TypeError, ValueError):  # from None: the message of the engine holds an answer
        raise UsageError(
            f"One of the columns {', '.join(wanted)} mixes text with numbers, so it is unclear what it holds.\n"
            "Make it all text or all numbers first."
        ) from None


def _known(wanted: Sequence[str], columns: Sequence[str]) -> None:
    for name in wanted:
        if name not in columns:
            raise UsageError(f"There is no column {name!r}.{did_you_mean(name, columns)}")


def _mapping(forms: Any) -> dict[str, Any]:
    if isinstance(forms, Mapping):
        return {str(name): _plain(np.asarray(values)) for name, values in forms.items()}
    table = np.asarray(forms)
    if table.ndim != 2:
        raise UsageError("A plain table has rows and columns: give a list of rows, or a mapping from column to values.")
    return {str(i): _plain(column) for i, column in enumerate(table.T)}


def _plain(values: NDArray[Any]) -> Any:
    return values.tolist() if values.dtype.kind in "OUT" else values


def _typed(frame: nw.LazyFrame[Any], names: Sequence[str]) -> list[nw.Expr]:
    """Numbers and Booleans as float, all else as text."""
    text = _text(frame, names)
    return [nw.col(name).cast(nw.String if name in text else nw.Float64) for name in names]


def _text(frame: nw.LazyFrame[Any], names: Sequence[str]) -> list[str]:
    """Columns that are neither numbers nor Booleans; one that is empty throughout has no kind of its own."""
    schema = frame.collect_schema()
    return [n for n in names if not (schema[n].is_numeric() or isinstance(schema[n], (nw.Boolean, nw.Unknown)))]


def _numbers_only(frame: nw.LazyFrame[Any], names: Sequence[str]) -> None:
    text = _text(frame, names)
    filled = frame.select(*(nw.col(name).count() for name in text)).collect("polars") if text else None
    text = [name for name in text if filled is not None and filled[name].to_list()[0]]
    if text:
        raise UsageError(
            f"These columns are not numbers: {', '.join(text)}.\n"
            "Sums and products need points. Score the forms first, or turn the text into the numbers it stands for."
        )


def _cross(away: nw.LazyFrame[Any], keys: Sequence[str]) -> Array:
    """Cross-products of columns of deviations, each row counted `_number` times, shape (k, k)."""
    rows, columns = np.triu_indices(len(keys))
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    products = [(nw.col(keys[i]) * nw.col(keys[j]) * nw.col("_number")).sum().alias(f"{i}_{j}") for i, j in pairs]
    found = away.select(*products).collect("polars").row(0)
    cross = np.zeros((len(keys), len(keys)))
    cross[rows, columns] = cross[columns, rows] = [value or 0.0 for value in found]
    return cross


def _finite(names: Sequence[str], fine: Iterable[Any]) -> None:
    wrong = [name for name, holds in zip(names, fine, strict=True) if not holds]
    if wrong:
        raise UsageError(
            f"Infinite numbers stand in: {', '.join(wrong)}, often from a division by 0.\n"
            "No sum or mean holds them. Make them blank, or mend them first."
        )


def _whole(frame: nw.LazyFrame[Any]) -> None:
    """Refuse a `_number` that is blank, negative or a fraction."""
    number = nw.col("_number").cast(nw.Float64)
    wrong = number.is_null() | number.is_nan() | (number < 0) | (number != number.floor())
    if frame.select(wrong.any().alias("wrong")).collect("polars")["wrong"].to_list()[0]:
        raise UsageError("How often a row occurs must be a whole number of 0 or more: counts are forms, never weights.")


def _clean(column: NDArray[Any]) -> NDArray[Any]:
    """Float64 with NaN for blanks, or objects with None for blanks and for text without a letter."""
    if column.dtype.kind in "biuf":
        return column.astype(np.float64)
    if all(value is None for value in column):
        return np.full(len(column), np.nan)
    out = np.empty(len(column), dtype=object)
    out[:] = [str(value) if value is not None and value.strip() else None for value in column]
    return out


def _blank(column: NDArray[Any]) -> NDArray[np.bool_]:
    if column.dtype == object:
        return np.array([value is None for value in column], dtype=np.bool_)
    return np.isnan(column)


def _keys(columns: Sequence[NDArray[Any]], length: int) -> Whole:
    """A whole number per row that is the same for equal rows and in their order, blanks last, shape (rows,)."""
    key, kinds = np.zeros(length, dtype=np.int64), 1
    for column in columns:
        blank = _blank(column)
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
    blank = [part for part in (a, b) if _blank(part).all()]
    if not blank:
        raise UsageError("A column holds text in one tally and numbers in the other; they cannot be added.")
    as_text = (np.full(len(part), None, dtype=object) if part is blank[0] else part for part in (a, b))
    return np.concatenate(list(as_text))


def _same_columns(a: tuple[str, ...], b: tuple[str, ...]) -> None:
    if a != b:
        raise UsageError(
            f"These tallies are of other columns ({', '.join(a)} and {', '.join(b)}); they cannot be added."
        )
