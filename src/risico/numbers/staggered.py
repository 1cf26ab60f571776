"""Group-time effects of help that began at different moments: each start against those that had not begun yet.

Callaway & Sant'Anna (2021), J Econom 225:200. Two-way fixed effects are no substitute: they also compare late starters
with early ones, whose own effect then counts against it (Goodman-Bacon 2021, J Econom 225:254).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]

LEAST = 2  # units on either side, without which their spread is not seen


@dataclass(frozen=True, slots=True)
class Cell:
    """The effect on those who began in period `start`, in `period`, and what each unit adds to its error, shape (n,).

    `helped` counts the units that began then; `others` says which units had not begun.
    """

    start: int
    period: int
    value: float
    moves: Array
    helped: int
    others: Flags

    @property
    def since(self) -> int:
        """Periods since the start; below 0 before it."""
        return self.period - self.start


def cells(*, Y: Array, start: Array, ahead: int = 0) -> list[Cell]:
    """Return an effect for each start and period where both sides have two units.

    Y, shape (n, T), holds the outcome of each unit in the periods 0 … T - 1; `start`, shape (n,), the period in which
    its help began, infinite for never. From the start on, the change since the last period before it; earlier, the
    change since the period before. With `ahead` periods of anticipation all that is so many periods earlier.

    >>> Y = np.array([[1.0, 1, 4], [2, 2, 5], [0, 1, 1], [1, 2, 2]])
    >>> [(c.since, c.value) for c in cells(Y=Y, start=np.array([2, 2, np.inf, np.inf]))]
    [(-1, -1.0), (0, 3.0)]
    """
    found: list[Cell] = []
    for g in np.unique(start[np.isfinite(start)]).astype(int):
        helped = start == g
        for t in range(1, Y.shape[1]):
            base = g - 1 - ahead if t >= g - ahead else t - 1
            others = (start > max(t, base) + ahead) & ~helped
            if base >= 0 and min(helped.sum(), others.sum()) >= LEAST:
                change = Y[:, t] - Y[:, base]
                value, moves = _apart(change, helped, others)
                found.append(Cell(int(g), t, value, moves, int(helped.sum()), others))
    return found


def _apart(change: Array, helped: Flags, others: Flags) -> tuple[float, Array]:
    """Return the difference of two means, and what each unit adds to its error (HC2, which here is Neyman's)."""
    moves, means = np.zeros(len(change)), list[float]()
    for rows, sign in ((helped, 1.0), (others, -1.0)):
        n, mean = rows.sum(), change[rows].mean()
        moves[rows] = sign * (change[rows] - mean) / (n * (n - 1)) ** 0.5
        means.append(float(mean))
    return means[0] - means[1], moves


def together(chosen: list[Cell], weights: Array) -> tuple[float, Array]:
    """Return the weighted mean of cells and what each unit adds to its error; weights are taken as given."""
    share = weights / weights.sum()
    value = float(share @ np.array([cell.value for cell in chosen]))
    return value, share @ np.array([cell.moves for cell in chosen])


def overall_weights(chosen: list[Cell]) -> Array:
    """Return the weight of each cell: starts count by their units, the periods of one start equally."""
    starts = np.array([cell.start for cell in chosen])
    return np.array([cell.helped / (starts == cell.start).sum() for cell in chosen])
