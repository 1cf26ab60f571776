"""Forms gathered by what matters of them: one state stands for every form that a rule cannot tell apart.

A table of states is made for each group of items apart and joined group by group. Beside the states it keeps which
steps between them exist: one answer raised toward its worse end, one blank filled in. So what holds for every state
and step holds for every form and for every change of one answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Forms = NDArray[np.int8]
"""Forms written as places in the list of choices of each column, shape (forms, columns); 0 is a blank."""
Step = Literal["raise", "fill"]
MOST = 6_000_000
"""How many states or steps a join may pass through; beyond it another way is taken."""


class TooMany(Exception):
    """There are more states than this way of proving can hold."""


@dataclass(frozen=True)
class Table:
    """States with what matters of them, two forms of each, and the steps between them.

    `matters` has shape (states, k), `forms` and `twins` (states, columns); a step array has shape (steps, 2) and holds
    the states before and after. `stands_for` is the number of forms that were gathered.
    """

    matters: Floats
    forms: Forms
    twins: Forms
    steps: Mapping[str, Ints]
    stands_for: int

    def pairs(self, step: Step) -> Iterator[tuple[Ints, Ints]]:
        """Yield the states before and after each step."""
        found = self.steps.get(step, _no_steps())
        yield found[:, 0], found[:, 1]


@dataclass(frozen=True)
class Every:
    """Every form of a few columns, one after the other; the steps are worked out column by column."""

    forms: Forms
    sizes: tuple[int, ...]
    orders: tuple[tuple[int, ...], ...]
    """Per column the choices from better to worse; empty where no end is worse. Blanks are filled in where there is."""
    fillable: tuple[bool, ...]
    filled: Forms
    """The same forms after skipping: what is filled in there is no blank."""

    @property
    def stands_for(self) -> int:
        return prod(self.sizes)

    def pairs(self, step: Step) -> Iterator[tuple[Ints, Ints]]:
        """Yield the forms before and after each step, one change of one column at a time."""
        stride = self.stands_for
        for column, size in enumerate(self.sizes):
            stride //= size
            for start, end in self._changes(column, step) if size > 1 else ():
                before = self._where(size, stride, start)
                if step == "fill" and self.filled is not self.forms:
                    before = before[self.filled[before, column] == 0]
                yield before, before + (end - start) * stride

    def _where(self, size: int, stride: int, choice: int) -> Ints:
        """The forms with this choice in a column: runs of `stride` forms, one in every `size` runs."""
        runs = np.arange(self.stands_for // (size * stride)) * (size * stride) + choice * stride
        return (runs[:, None] + np.arange(stride)).ravel()

    def _changes(self, column: int, step: Step) -> Iterator[tuple[int, int]]:
        if step == "fill":
            yield from ((0, end) for end in range(1, self.sizes[column]) if self.fillable[column])
            return
        order = self.orders[column]
        yield from ((start, end) for place, start in enumerate(order) for end in order[place + 1 :])


def every(sizes: tuple[int, ...]) -> Forms:
    """Return every form of columns with so many choices each, shape (prod(sizes), columns).

    >>> every((2, 1, 2)).tolist()
    [[0, 0, 0], [0, 0, 1], [1, 0, 0], [1, 0, 1]]
    """
    rows, columns = np.arange(prod(sizes)), np.zeros((prod(sizes), len(sizes)), dtype=np.int8)
    for column in range(len(sizes) - 1, -1, -1):
        columns[:, column] = rows % sizes[column]
        rows = rows // sizes[column]
    return columns


def gather(matters: Floats, rows: Table, steps: Mapping[str, Ints] | None = None) -> Table:
    """Return the states of a table anew, told apart by other things that matter."""
    first, last, place = label(matters)
    moved = {name: _distinct(place[pairs], len(first)) for name, pairs in (steps or rows.steps).items()}
    return Table(matters[first], rows.forms[first], rows.twins[last], moved, rows.stands_for)


def join(a: Table, b: Table, matters: Floats) -> Table:
    """Return the states of two tables of different columns together.

    `matters` has shape (states of a x states of b, k), those of b running fastest.
    """
    m, n = len(a.forms), len(b.forms)
    most = max((len(pairs) * n for pairs in a.steps.values()), default=0)
    if max(m * n, most, max((len(pairs) * m for pairs in b.steps.values()), default=0)) > MOST:
        raise TooMany
    first, last, place = label(matters)
    grid = place.reshape(m, n)
    steps: dict[str, Ints] = {}
    for name in {*a.steps, *b.steps}:
        of_a, of_b = a.steps.get(name, _no_steps()), b.steps.get(name, _no_steps())
        before = np.concatenate((grid[of_a[:, 0]].ravel(), grid[:, of_b[:, 0]].ravel()))
        after = np.concatenate((grid[of_a[:, 1]].ravel(), grid[:, of_b[:, 1]].ravel()))
        steps[name] = _distinct(np.column_stack((before, after)), len(first))
    (i, j), (k, h) = np.divmod(first, n), np.divmod(last, n)
    forms, twins = a.forms[i] + b.forms[j], a.twins[k] + b.twins[h]
    return Table(matters[first], forms, twins, steps, a.stands_for * b.stands_for)


def crossed(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Return what matters of each pair of states, as two arrays of shape (states of a x states of b, k)."""
    return np.repeat(a, len(b), axis=0), np.tile(b, (len(a), 1))


def label(matters: Floats) -> tuple[Ints, Ints, Ints]:
    """Return for rows that are alike the first and the last of them, and for each row the number of its kind."""
    key = np.zeros(len(matters), dtype=np.int64)
    room = 1
    for column in matters.T:
        values, place = _places(column.round(9))
        if room * values > 2**62:
            key = np.unique(key, return_inverse=True)[1]
            room = len(matters)
        key, room = key * values + place, room * values
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    last = np.zeros(len(first), dtype=np.int64)
    last[place] = np.arange(len(place))
    return first, last, place


def _places(column: Floats) -> tuple[int, Ints]:
    """How many values a column can have, and which of them stands in each row."""
    if len(column) and np.isfinite(column).all() and np.array_equal(column, column.round()):
        whole = column.astype(np.int64)
        return int(np.ptp(whole)) + 1, whole - whole.min()
    values, place = np.unique(column, return_inverse=True)
    return len(values), place


def _distinct(pairs: Ints, states: int) -> Ints:
    """Steps that lead from one state to another, each once."""
    moved = pairs[pairs[:, 0] != pairs[:, 1]]
    key = np.unique(moved[:, 0] * states + moved[:, 1])
    return np.column_stack(np.divmod(key, states)) if states else _no_steps()


def _no_steps() -> Ints:
    return np.zeros((0, 2), dtype=np.int64)
