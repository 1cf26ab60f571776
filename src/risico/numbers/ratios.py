"""Shares whose events come in clusters: a ratio of sums with a standard error over the clusters."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Ratio(NamedTuple):
    """Events by trials, its standard error (NaN with one cluster) and the number of clusters that have a trial."""

    value: float
    se: float
    clusters: int


def ratio(*, events: Array, trials: Array, cluster: NDArray[np.int64]) -> Ratio:
    """Share of trials with the event; the clusters are independent. Linearised, with G / (G - 1). Cochran (1977).

    `events` and `trials` have one number per form, `cluster` says to which each belongs, all of shape (forms,). There
    is at least one trial.
    """
    total = float(trials.sum())
    value = float(events.sum()) / total
    away = np.bincount(cluster, weights=events - value * trials)
    number = int((np.bincount(cluster, weights=trials) > 0).sum())
    if number < 2:
        return Ratio(value, float("nan"), number)
    return Ratio(value, math.sqrt(number / (number - 1) * float(away @ away)) / total, number)
