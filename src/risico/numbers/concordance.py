"""Harrell's C from counts of score by time by event: who has the higher score has it sooner."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]

BLOCK = 300


def harrell(*, level: Index, time: Index, event: Flags, number: Array) -> tuple[float, float]:
    """C and its standard error; one row per distinct score, time and event, with the number of forms that have it.

    `level` and `time` are ranks from 0. A pair counts where the form with the earlier time had the event; of two equal
    times an event comes before a time at which the form was last seen, and two events do not count. Equal scores count
    half. The error is the infinitesimal jackknife over forms. NaN twice where no pair counts. Harrell et al. (1982);
    Therneau and Watson (2015).
    """
    place = 2 * time + ~event
    order = np.argsort(place, kind="stable")
    level, event, number, place = level[order], event[order], number[order], place[order]
    right, pairs = _wins(level, event, number, place)
    whole = float(number @ pairs) / 2
    if whole == 0:
        return float("nan"), float("nan")
    C = float(number @ right) / 2 / whole
    U = right - C * pairs
    return C, float(np.sqrt(number @ U**2)) / whole


def _wins(level: Index, event: Flags, number: Array, place: Index) -> tuple[Array, Array]:
    """Pairs that each form is in, and those of them in the right order, ties counting half; rows by rising place."""
    right, pairs = np.zeros(len(level)), np.zeros(len(level))
    later = np.bincount(level, weights=number).astype(np.float64)
    earlier = np.zeros_like(later)
    for rows in _blocks(place):
        own, happened = level[rows], event[rows]
        later -= np.bincount(own, weights=number[rows], minlength=len(later))
        lower = np.cumsum(later) - later / 2
        right[rows] += np.where(happened, lower[own], 0.0)
        pairs[rows] += np.where(happened, later.sum(), 0.0)
        higher = earlier.sum() - np.cumsum(earlier) + earlier / 2
        right[rows] += higher[own]
        pairs[rows] += earlier.sum()
        counts = (happened[:, None] & (place[rows][None, :] > place[rows][:, None])).astype(np.float64)
        good = counts * ((np.sign(own[:, None] - own[None, :]) + 1) / 2)
        right[rows] += good @ number[rows] + number[rows] @ good
        pairs[rows] += counts @ number[rows] + number[rows] @ counts
        earlier += np.bincount(own, weights=number[rows] * happened, minlength=len(earlier))
    return right, pairs


def _blocks(place: Index) -> list[slice]:
    """Cut the rows in blocks that keep equal places together."""
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    wanted = np.searchsorted(starts, np.arange(0, len(place), BLOCK))
    ends = np.unique(np.append(starts[wanted[wanted < len(starts)]], len(place)))
    return [slice(int(a), int(b)) for a, b in pairwise(ends)]
