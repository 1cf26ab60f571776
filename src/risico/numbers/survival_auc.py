"""Area under the ROC curve at a moment, where some forms were seen for too short a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]


def cumulative_dynamic(
    *, level: Index, time: Array, event: Flags, number: Array, horizon: float
) -> tuple[float, float, int]:
    """Area, its standard error, and the number of forms with the event by the horizon.

    One row per distinct score (`level`, a rank from 0), time and event, with the number of forms that have it. Forms
    with the event by the horizon are weighted by one over the chance of still being followed just before (Kaplan-Meier
    of the censoring, events coming before censorings at the same time); those followed beyond it weigh the same. The
    error counts that this chance was estimated. NaN where either kind is empty. Uno et al. (2007); Blanche, Dartigues
    and Jacqmin-Gadda (2013).
    """
    case, control = event & (time <= horizon), time > horizon
    positives, negatives = int(number[case].sum()), int(number[control].sum())
    if min(positives, negatives) == 0:
        return float("nan"), float("nan"), positives
    moments, at = np.unique(time, return_inverse=True)
    follow = _Followed(at, event, number, len(moments))
    weight = np.where(case, number / follow.before[at], 0.0)
    top = int(level.max()) + 1
    ahead = np.bincount(level, weights=weight, minlength=top)
    rest = np.bincount(level, weights=number * control, minlength=top)
    below = (np.cumsum(rest) - rest / 2)[level] / negatives
    above = (ahead.sum() - np.cumsum(ahead) + ahead / 2)[level] / ahead.sum()
    D = weight.sum()
    area = float(weight @ below / D)
    n = number.sum()
    moves = np.where(case, n / follow.before[at] * (below - area) / D, 0.0)
    moves += np.where(control, n / negatives * (above - area), 0.0)
    moves += follow.moved(np.bincount(at, weights=weight * (below - area), minlength=len(moments)) / D)
    se = float(np.sqrt(number @ moves**2 / (n - 1) / n))
    return area, se, positives


class _Followed:
    """The chance of still being followed just before each moment, and how each form moved it."""

    def __init__(self, at: Index, event: Flags, number: Array, moments: int) -> None:
        seen = np.bincount(at, weights=number, minlength=moments)
        events = np.bincount(at, weights=number * event, minlength=moments)
        self.at, self.event, self.n = at, event, float(number.sum())
        self.risk = seen[::-1].cumsum()[::-1] - events
        self.hazard = np.divide(seen - events, self.risk, out=np.zeros(moments), where=self.risk > 0)
        self.before = np.concatenate([[1.0], np.cumprod(1 - self.hazard)[:-1]])

    def moved(self, by: Array) -> Array:
        """Sum over moments of `by` times the integral of each form's censoring martingale up to just before it."""
        after = by[::-1].cumsum()[::-1] - by
        share = np.divide(after, self.risk / self.n, out=np.zeros(len(by)), where=self.risk > 0)
        spent = np.cumsum(self.hazard * share)
        last = np.concatenate([[0.0], spent[:-1]])
        return np.where(self.event, -last[self.at], share[self.at] - spent[self.at])
