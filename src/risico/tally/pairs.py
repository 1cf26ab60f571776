"""Counts of pairs of items: all that a polychoric correlation needs to know of many forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.tally.counts import count
from risico.tally.held import Counts

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
MOST = 20
"""More levels than this, and an item is a measure rather than a choice."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """How many complete forms have which two answers, for each pair of items. They add up with `+`.

    `levels` holds the points that occur, in order, per item. `table` has a row and a column for each level of each
    item, in the order of `columns`: the number of forms with both. `left_out` counts the forms with a blank.

    >>> part = pairs({"a": [0, 1, 1], "b": [0, 0, 2]})
    >>> whole = part + pairs({"a": [1, None], "b": [1, 1]})
    >>> whole.of(0, 1).tolist(), whole.n, whole.left_out
    ([[1, 0, 0], [1, 1, 1]], 4, 1)
    """

    columns: tuple[str, ...]
    levels: tuple[Array, ...]
    table: Whole
    n: int
    left_out: int = 0

    def of(self, i: int, j: int) -> Whole:
        """Return the table of items i and j, shape (levels of i, levels of j)."""
        ends = np.cumsum([0, *(len(points) for points in self.levels)])
        return self.table[ends[i] : ends[i + 1], ends[j] : ends[j + 1]]

    def margin(self, i: int) -> Whole:
        """Return how many forms have each level of item i."""
        return np.diag(self.of(i, i)).copy()

    def __add__(self, other: Pairs) -> Pairs:
        if self.columns != other.columns:
            raise UsageError(
                f"These tallies are of other columns ({', '.join(self.columns)} and {', '.join(other.columns)}); "
                "they cannot be added."
            )
        levels = tuple(np.union1d(a, b) for a, b in zip(self.levels, other.levels, strict=True))
        table = self._over(levels) + other._over(levels)
        n, blank = self.n + other.n, self.left_out + other.left_out
        return Pairs(columns=self.columns, levels=levels, table=table, n=n, left_out=blank)

    def _over(self, levels: tuple[Array, ...]) -> Whole:
        """Return the table over more levels, of which some do not occur here."""
        starts = np.cumsum([0, *(len(points) for points in levels)])
        at = [s + np.searchsorted(all_, own) for s, all_, own in zip(starts, levels, self.levels, strict=False)]
        place = np.concatenate([*at, np.empty(0, dtype=np.int64)]).astype(np.int64)
        wide = np.zeros((starts[-1], starts[-1]), dtype=np.int64)
        wide[np.ix_(place, place)] = self.table
        return wide


def pairs(forms: Any, columns: Sequence[str] | None = None, *, number: str | None = None) -> Pairs:
    """Count, for each two items, which answers go together on the forms that are complete.

    Takes what `risico.tally.count` takes, and Pairs, which are given back. Raises UsageError where a column holds text,
    or so many different numbers that it is no choice among answers.

    >>> pairs([[0, 1], [1, 1], [1, 0]]).of(0, 1).tolist()
    [[0, 1], [1, 1]]
    """
    if isinstance(forms, Pairs):
        return forms if columns is None or tuple(columns) == forms.columns else _select(forms, columns)
    counts = count(forms, columns, number=number)
    complete = counts.complete()
    _choices(complete)
    split = [np.unique(column, return_inverse=True) for column in complete.values]
    levels = tuple(points.astype(np.float64) for points, _ in split)
    table = _together([codes for _, codes in split], [len(points) for points in levels], complete.number)
    return Pairs(columns=counts.columns, levels=levels, table=table, n=complete.n, left_out=counts.n - complete.n)


def _select(tally: Pairs, columns: Sequence[str]) -> Pairs:
    """Return the pairs of some of the columns, over the forms that are complete in all of them."""
    unknown = [name for name in columns if name not in tally.columns]
    if unknown:
        raise UsageError(f"There is no column {unknown[0]!r}; there are: {', '.join(tally.columns)}.")
    at = [tally.columns.index(name) for name in columns]
    table = np.block([[tally.of(i, j) for j in at] for i in at])
    levels = tuple(tally.levels[i] for i in at)
    return Pairs(columns=tuple(columns), levels=levels, table=table, n=tally.n, left_out=tally.left_out)


def _choices(counts: Counts) -> None:
    text = [name for name in counts.columns if counts.column(name).dtype == object]
    if text:
        raise UsageError(
            f"These columns are not numbers: {', '.join(text)}.\n"
            "Which answer is more, is told by points. Score the forms first, or turn the text into numbers."
        )
    many = [name for name in counts.columns if len(np.unique(counts.column(name))) > MOST]
    if many:
        raise UsageError(
            f"These columns hold more than {MOST} different numbers: {', '.join(many)}.\n"
            "Pairs are counted of answers that people choose from. For a measured value use `risico.tally.sums`."
        )


def _together(codes: Sequence[Whole], sizes: Sequence[int], number: Whole) -> Whole:
    """Count the forms by pairs of codes, one block for each two items."""
    ends = np.cumsum([0, *sizes])
    table = np.zeros((ends[-1], ends[-1]), dtype=np.int64)
    for i, one in enumerate(codes):
        for j in range(i + 1):
            cells = np.bincount(one * sizes[j] + codes[j], weights=number, minlength=sizes[i] * sizes[j])
            block = np.rint(cells).astype(np.int64).reshape(sizes[i], sizes[j])
            table[ends[i] : ends[i + 1], ends[j] : ends[j + 1]] = block
            table[ends[j] : ends[j + 1], ends[i] : ends[i + 1]] = block.T
    return table
