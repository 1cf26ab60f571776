"""Thirty forms, and how often each occurs: the same for every statistic."""

from collections.abc import Callable
from typing import Any

import numpy as np

from risico.estimate import Estimate, Estimates

Counted = dict[str, tuple[dict[str, Any], Callable[[Any], Estimates], Callable[..., Any]]]
"""Function to its rows, its call and the tally that it needs."""

Collapses = dict[str, Callable[[], tuple[float, float]]]
"""Name of an Estimate to what it gives in a special case, and what it must be there."""

RNG = np.random.default_rng(8)
ITEMS = {f"i{i}": np.clip(np.arange(30) % 4 + RNG.integers(-1, 2, 30), 0, 3) for i in range(4)}
RATERS = {f"r{i}": np.clip(np.arange(30) % 4 + RNG.integers(0, 2, 30), 1, 4).astype(float) for i in range(2)}
OUTCOMES = {
    "score": [float("nan") if i == 7 else float(i % 6) for i in range(30)],
    "risk": [0.1 + 0.15 * (i % 6) for i in range(30)],
    "again": [float(RNG.random() < 0.1 + 0.1 * (i % 6)) for i in range(30)],
}
MOMENTS = {
    "before": [float("nan") if i == 3 else 20.0 + i % 7 for i in range(30)],
    "after": [8.0 + 3 * (i % 6) for i in range(30)],
}
NUMBER = [int(n) for n in RNG.integers(1, 5, 30)]
ITEMS["i3"] = [None if i == 5 else float(value) for i, value in enumerate(ITEMS["i3"])]
RATERS["r1"][3] = np.nan

SHROUT = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float)


def value(found: Estimates, name: str, **by: str) -> float:
    result = found.where(**by)[name].value
    assert result is not None
    return result


def first(found: Estimates, name: str, **by: str) -> Estimate:
    """The first of this name: some have one for each arm, learner or covariate."""
    return next(e for e in found.where(**by) if e.name == name)


def number(found: Estimates, name: str, **by: str) -> float:
    result = first(found, name, **by).value
    assert result is not None
    return result
