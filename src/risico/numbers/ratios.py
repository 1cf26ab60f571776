"""Shares whose events come in clusters: of units, and of raters that two by two make a pair."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.numbers.intervals import Interval, wilson

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


class Spread(NamedTuple):
    """A standard error (NaN with one cluster) and the number of clusters that it rests on."""

    se: float
    clusters: int


def by_cluster(*, event: Array, cluster: Whole) -> Spread:
    """Standard error of a share when the events of a cluster go together: HC0 with G / (G - 1). Cochran (1977).

    `event` is 0 or 1, `cluster` a number from 0, both of shape (pairs,), with at least one pair.
    """
    number = int((np.bincount(cluster) > 0).sum())
    away = np.bincount(cluster, weights=event - event.mean())
    return Spread(_root(float(away @ away), number) / len(event), number)


def by_member(*, event: Array, one: Whole, other: Whole) -> Spread:
    """Standard error of a share of pairs that go together when they have a member in common. Aronow et al. (2015).

    `one` and `other` are the two different members of each pair, numbered alike from 0, of shape (pairs,).
    """
    away, members = event - event.mean(), int(max(one.max(), other.max())) + 1
    whole = np.bincount(one, weights=away, minlength=members) + np.bincount(other, weights=away, minlength=members)
    twice = np.bincount(np.minimum(one, other) * members + np.maximum(one, other), weights=away)
    number = int((np.bincount(one, minlength=members) + np.bincount(other, minlength=members) > 0).sum())
    return Spread(_root(max(float(whole @ whole - twice @ twice), 0.0), number) / len(event), number)


def _root(total: float, clusters: int) -> float:
    return math.sqrt(clusters / (clusters - 1) * total) if clusters > 1 else float("nan")


def wilson_in_clusters(*, value: float, spread: Spread, confidence: float = 0.95) -> Interval:
    """Wilson's interval with the effective number p (1 - p) / se², less for few clusters. Korn and Graubard (1998).

    Where the value is 0 or 1 the clusters themselves are counted; else the standard error must be above 0.

    >>> low, high = wilson_in_clusters(value=0.5, spread=Spread(0.1, 10_000))
    >>> round(low, 3), round(high, 3)
    (0.318, 0.682)
    """
    if value in (0.0, 1.0):
        return wilson(successes=value * spread.clusters, n=spread.clusters, confidence=confidence)
    few = float(special.ndtri((1 + confidence) / 2) / special.stdtrit(spread.clusters - 1, (1 + confidence) / 2))
    effective = value * (1 - value) / spread.se**2 * few**2
    return wilson(successes=value * effective, n=effective, confidence=confidence)
