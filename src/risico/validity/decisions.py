"""Is deciding by a prediction better than treating all alike? Net benefit per threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates
from risico.numbers import intervals
from risico.validity.levels import Levels, check_probability, levels

Array = NDArray[np.float64]

MOST_THRESHOLDS = 200
SOURCE = "Vickers & Elkin (2006)"


def decision_curve(
    forms: Any, probability: str, outcome: str, *, thresholds: Sequence[float], confidence: float = 0.95
) -> Estimates:
    """Net benefit of acting at or above each threshold: `net_benefit`, and `net_benefit_all` of acting on everybody.

    A threshold is the chance at which acting and waiting are equally good: at .2, one found is worth four acted on for
    nothing. Net benefit is the share found less the share acted on for nothing × threshold / (1 − threshold); acting on
    nobody has 0. Which thresholds are reasonable is for those who act to say, before they look. Each threshold stands
    in `at`; intervals are those of a mean over forms. Vickers and Elkin (2006).

    >>> forms = {"risk": [0.1, 0.2, 0.4, 0.6, 0.8, 0.3], "again": [0, 0, 1, 0, 1, 0]}
    >>> decision_curve(forms, "risk", "again", thresholds=[0.25])["net_benefit"]
    net_benefit 0.2222 [-0.2744, 0.7188], n = 6
    """
    at = np.unique(np.asarray(thresholds, dtype=np.float64))
    if not len(at) or not ((at > 0) & (at < 1)).all() or len(at) > MOST_THRESHOLDS:
        raise UsageError(f"Thresholds are chances above 0 and below 1, at most {MOST_THRESHOLDS} of them.")
    table = levels(forms, probability, outcome, confidence)
    p = check_probability(table.values, probability)
    if table.n == 0:
        why = "no form has both a score and an outcome"
        return Estimates(Estimate(name=name, why=why) for name in ("net_benefit", "net_benefit_all"))
    first = np.searchsorted(p, at, side="left")
    hits, false = (_from(part, first) for part in (table.events, table.others))
    every = np.zeros(len(at), dtype=np.intp)
    ways = {
        "net_benefit": (hits, false, "acting at or above the threshold"),
        "net_benefit_all": (_from(table.events, every), _from(table.others, every), "acting on everybody"),
    }
    return Estimates(
        _benefit(name, float(t), float(a), float(b), table, words, confidence)
        for name, (found, nothing, words) in ways.items()
        for t, a, b in zip(at, found, nothing, strict=True)
    )


def _from(number: Array, first: NDArray[np.intp]) -> Array:
    """Forms from each of these levels upward."""
    above = np.concatenate([np.cumsum(number[::-1])[::-1], [0.0]])
    return above[first]


def _benefit(name: str, t: float, hits: float, false: float, table: Levels, words: str, confidence: float) -> Estimate:
    n, weight = table.n, t / (1 - t)
    value = hits / n - weight * false / n
    square = (hits + weight**2 * false) / n
    plain: dict[str, Any] = {"name": name, "at": t, "value": value, "n": n, "source": SOURCE}
    plain["method"] = f"net benefit of {words}{table.left}"
    spread = square - value**2
    if n < 2 or spread < 1e-14:
        return Estimate(**plain, why="all forms weigh the same here: no interval")
    se = math.sqrt(spread / (n - 1))
    low, high = intervals.normal(value=value, se=se, confidence=confidence)
    return Estimate(**plain, low=low, high=high, confidence=confidence, se=se)
