"""Means and shares of people who share a worker, team or household, with an interval that knows it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from risico.effects._inputs import Array, Clusters
from risico.effects._intervals import t_estimate, t_quantile
from risico.estimate import Estimate
from risico.numbers.clusters import cr2, degrees, design
from risico.numbers.intervals import wilson

ERRORS = "Bell & McCaffrey (2002)"


class Mean(NamedTuple):
    """A mean with its standard error (CR2) and degrees of freedom (Satterthwaite)."""

    value: float
    se: float
    df: float


def mean_of(values: Array, clusters: Clusters) -> Mean:
    """Return the mean of values, shape (n,) with n of at least 2.

    >>> mean_of(np.array([1.0, 2.0, 3.0]), Clusters(None)).se == (1 / 3) ** 0.5
    True
    """
    of = design(X=np.ones((len(values), 1)), cluster=clusters.index)
    value = float(values.mean())
    return Mean(value, float(cr2(of, values - value)[0, 0]) ** 0.5, degrees(of, np.ones((1, 1))))


def mean_estimate(name: str, values: Array, clusters: Clusters, confidence: float, method: str) -> Estimate:
    """Return the Estimate of a mean with Student's interval."""
    found = mean_of(values, clusters)
    told = t_estimate(
        name=name,
        value=found.value,
        se=found.se,
        df=found.df,
        n=len(values),
        confidence=confidence,
        method=f"{method}, {clusters.words}",
        source=ERRORS,
    )
    return replace(told, least=float(values.min()), most=float(values.max()))


def share_estimate(
    name: str,
    found: Array,
    clusters: Clusters,
    *,
    confidence: float,
    method: str,
    source: str,
    by: Mapping[str, str],
) -> Estimate:
    """Return the Estimate of a share of people, shape (n,) of 0 and 1.

    The interval is Student's on the scale of the log odds. Where it holds for nobody or everybody the spread between
    clusters is not seen, and each cluster counts as one person: Wilson's interval, wide on purpose.
    """
    n, share = len(found), float(found.mean())
    groups = n if clusters.index is None else len(np.unique(clusters.index))
    se = None
    if share in (0.0, 1.0):
        low, high = wilson(successes=share * groups, n=groups, confidence=confidence)
        method = f"{method}; nobody or everybody, Wilson interval over {groups} that are independent"
        source = f"{source}; Wilson (1927)"
    else:
        _, se, df = mean_of(found, clusters)
        method = f"{method}, {clusters.words}, t with {df:.1f} degrees of freedom on the log odds"
        source = f"{source}; {ERRORS}"
        half = t_quantile((1 - confidence) / 2, df) * se / (share * (1 - share))
        middle = math.log(share / (1 - share))
        low, high = (1 / (1 + math.exp(-end)) for end in (middle - half, middle + half))
    return Estimate(
        name=name,
        value=share,
        low=low,
        high=high,
        confidence=confidence,
        se=se,
        n=n,
        method=method,
        source=source,
        by=by,
    )
