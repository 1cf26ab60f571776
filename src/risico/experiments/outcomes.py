"""The outcome of one arm beside the effect: an effect without it hides how many it rests on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from risico.estimate import Estimate
from risico.numbers.intervals import wilson

Array = NDArray[np.float64]


def outcome_of(values: Array, arm: str) -> Estimate:
    """Return the share, or the mean, of the outcome in one arm, as it is, without any adjustment.

    Of a mean it says which values were seen at the ends: so it can be told on how few it rests.

    >>> outcome_of(np.array([0.0, 1.0, np.nan, 1.0, 0.0]), "offered")
    outcome · offered 0.5 [0.15, 0.85], n = 4
    """
    known = values[~np.isnan(values)]
    n = len(known)
    if n < 2:
        return Estimate(name="outcome", n=n, by={"arm": arm}, why="fewer than two with a known outcome")
    mean = float(known.mean())
    if np.isin(known, (0.0, 1.0)).all():
        low, high = wilson(successes=float(known.sum()), n=n)
        method, source, se = "share, Wilson interval", "Wilson (1927)", None
    else:
        se = float(known.std(ddof=1)) / n**0.5
        low, high = mean - 1.96 * se, mean + 1.96 * se
        method, source = "mean, normal interval", ""
    return Estimate(
        name="outcome", value=mean, low=low, high=high, confidence=0.95, se=se, n=n, method=method, source=source,
        by={"arm": arm}, least=float(known.min()), most=float(known.max()),
    )  # fmt: skip
