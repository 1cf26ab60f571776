"""How many have had an event by a day, when some were followed for a shorter time or can no longer have it.

Aalen & Johansen (1978), Scand J Stat 5:141; without competing events this is one minus Kaplan & Meier (1958), J Am
Stat Assoc 53:457. Restricted mean: Uno et al. (2014), J Clin Oncol 32:2380.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]

HAPPENED, COMPETED = 1, 2


@dataclass(frozen=True, slots=True)
class Followed:
    """A group by distinct day: `days` and `at`, the place of each family among them; at risk, events and free before.

    `free` is the chance to have had neither event just before the day.
    """

    days: Array
    at: Index
    cause: Index
    risk: Array
    hazard: Array
    hazard_any: Array
    free: Array


def followed(*, time: Array, cause: Index) -> Followed:
    """Return the group of families followed until `time`, shape (n,), with the `cause` 0 (nothing yet), 1 or 2."""
    days, at = np.unique(time, return_inverse=True)
    count = len(days)
    leaving = np.bincount(at, minlength=count)
    risk = leaving[::-1].cumsum()[::-1].astype(np.float64)
    hazard = np.bincount(at[cause == HAPPENED], minlength=count) / risk
    hazard_any = np.bincount(at[cause > 0], minlength=count) / risk
    free = np.concatenate([[1.0], np.cumprod(1.0 - hazard_any)[:-1]])
    return Followed(days, at.ravel().astype(np.intp), cause, risk, hazard, hazard_any, free)


def incidence(group: Followed, *, day: float) -> tuple[float, Array]:
    """Return the share with the event by this day, and how far each family moves it, shape (n,), with mean 0.

    The share plus these is a pseudo-observation of each family: what it would be 0 or 1 if nobody were lost.

    >>> group = followed(time=np.array([1.0, 2, 3, 4]), cause=np.array([1, 0, 1, 0]))
    >>> incidence(group, day=3)[0]
    0.625
    """
    return _weighted(group, (group.days <= day).astype(np.float64))


def time_lost(group: Followed, *, horizon: float) -> tuple[float, Array]:
    """Return the mean days lost to the event up to the horizon, and how far each family moves it, shape (n,).

    >>> time_lost(followed(time=np.array([2.0, 10]), cause=np.array([1, 0])), horizon=10)[0]
    4.0
    """
    return _weighted(group, np.maximum(horizon - group.days, 0.0))


def _weighted(group: Followed, weight: Array) -> tuple[float, Array]:
    """Return the sum over days of `weight` times the share that has the event that day, and its influence.

    More hazard on a day adds events that day, and takes away from who could have had it on a later one.
    """
    steps = weight * group.free * group.hazard
    later = steps[::-1].cumsum()[::-1] - steps
    left = 1.0 - group.hazard_any
    took = np.divide(later, left * group.risk, out=np.zeros(len(later)), where=left > 0)
    gave = weight * group.free / group.risk
    spent = np.cumsum(gave * group.hazard - took * group.hazard_any)
    own = np.where(group.cause == HAPPENED, gave[group.at], 0.0) - np.where(group.cause > 0, took[group.at], 0.0)
    return float(steps.sum()), (own - spent[group.at]) * len(group.at)


def competing(group: Followed, *, day: float) -> tuple[float, Array]:
    """Return the share that the competing event took by this day, and how far each family moves it, shape (n,)."""
    turned = np.where(group.cause > 0, HAPPENED + COMPETED - group.cause, 0).astype(np.intp)
    other = Followed(
        group.days, group.at, turned, group.risk, group.hazard_any - group.hazard, group.hazard_any, group.free
    )
    return incidence(other, day=day)
