"""Two groups by rank: how often one of the first is better off than one of the second. Nothing else is asked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from risico.numbers.ordinal_logit import proportional_odds

Array = NDArray[np.float64]


def below_and_above(values: Array, others: Array) -> tuple[Array, Array]:
    """Return for each value the share of the others that it lies below, and above; shape (n,) each.

    >>> below_and_above(np.array([1.0, 2.0]), np.array([1.0, 1.0, 2.0, 3.0]))
    (array([0.5 , 0.25]), array([0. , 0.5]))
    """
    ranked = np.sort(others)
    left, right = np.searchsorted(ranked, values, "left"), np.searchsorted(ranked, values, "right")
    return 1 - right / len(others), left / len(others)


def ordered_log_odds(y: NDArray[np.int64], z: Array, number: Array) -> float | None:
    """Return how much higher the log odds of a higher level are for z = 1, or None where that has no finite value.

    `number` says how often each row occurs. McCullagh (1980), J R Stat Soc B 42:109.

    >>> y, z = np.array([0, 1, 0, 1]), np.array([0.0, 0, 1, 1])
    >>> round(float(np.exp(ordered_log_odds(y, z, np.array([6.0, 4, 3, 6])))), 6)
    3.0
    """
    kept = number > 0
    levels = np.unique(y[kept], return_inverse=True)[1].astype(np.int64)
    if levels.max(initial=0) == 0 or np.ptp(z[kept]) == 0:
        return None
    found = proportional_odds(X=z[kept, None], y=levels, c=number[kept])
    return float(found.slopes[0]) if found.converged else None


def jackknife(cells: Array, y: NDArray[np.int64], z: Array, number: Array) -> tuple[float, float] | None:
    """Return the log odds and its standard error from leaving out one cluster at a time; None where one has no value.

    `cells`, shape (G, p), holds how often each of the p rows (y, z) occurs in each kind of cluster, `number` how many
    such clusters there are. The squares are taken about the estimate itself, as in CR3. Bell & McCaffrey (2002).
    """
    whole = number @ cells
    middle = ordered_log_odds(y, z, whole)
    without = [ordered_log_odds(y, z, whole - cell) for cell in cells]
    if middle is None or None in without:
        return None
    apart = np.array([value for value in without if value is not None]) - middle
    G = float(number.sum())
    return middle, float(np.sqrt((G - 1) / G * (number @ apart**2)))
