"""How far predicted probabilities lie from what happened, over all forms together."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from risico.estimate import Estimate, Estimates
from risico.numbers import intervals
from risico.validity.levels import Levels, check_probability, levels

Array = NDArray[np.float64]


def prediction_error(forms: Any, probability: str, outcome: str, *, confidence: float = 0.95) -> Estimates:
    """How far predictions lie from what happened: `brier`, `brier_scaled` and `expected_observed`.

    `brier` is the mean square of prediction less outcome (Brier 1950), 0 for perfect; what it is for useless depends on
    the base rate, so `brier_scaled` gives the part of it that is gained over predicting the base rate for everybody: 1
    for perfect, 0 for useless, below 0 for harmful. `expected_observed` divides the number of outcomes predicted by the
    number seen: above 1, predictions are too high on average. Intervals: normal, by the delta method, and on the
    logarithm with the predictions taken as given (Debray et al. 2017).

    >>> forms = {"risk": [0.1, 0.2, 0.4, 0.6, 0.8, 0.3], "again": [0, 0, 1, 0, 1, 0]}
    >>> prediction_error(forms, "risk", "again")["expected_observed"]
    expected_observed 1.2 [0.387, 3.721], n = 6
    """
    table = levels(forms, probability, outcome, confidence)
    p = check_probability(table.values, probability)
    if table.n == 0:
        why = "no form has both a score and an outcome"
        return Estimates(Estimate(name=name, why=why) for name in ("brier", "brier_scaled", "expected_observed"))
    return Estimates([*_brier(table, p, confidence), _expected(table, p, confidence)])


def _brier(table: Levels, p: Array, confidence: float) -> list[Estimate]:
    n, share = table.n, float(table.events.sum()) / table.n
    loss = np.stack([(1 - p) ** 2, p**2])
    number = np.stack([table.events, table.others])
    value = float((loss * number).sum() / n)
    words = f"Brier score, the mean square of prediction less outcome{table.left}"
    brier = _normal("brier", value, loss - value, number, words, "Brier (1950)", confidence)
    spread = share * (1 - share)
    if spread == 0:
        why = "every form has the same outcome, so predicting the base rate is perfect"
        return [brier, Estimate(name="brier_scaled", n=n, why=why)]
    happened = np.array([[1.0], [0.0]])
    moves = -(loss - value) / spread + value * (1 - 2 * share) * (happened - share) / spread**2
    words = f"1 − Brier score / (base rate × (1 − base rate)){table.left}"
    return [
        brier,
        _normal("brier_scaled", 1 - value / spread, moves, number, words, "Kattan & Gerds (2018)", confidence),
    ]


def _normal(
    name: str, value: float, moves: Array, number: Array, method: str, source: str, confidence: float
) -> Estimate:
    """`moves` is what one form adds to the error of the value, for each kind of form."""
    n = float(number.sum())
    se = math.sqrt(float((number * moves**2).sum()) / n / max(n - 1, 1))
    plain: dict[str, Any] = {"name": name, "value": value, "n": int(n), "method": method, "source": source}
    if se < 1e-15:
        return Estimate(**plain, why="every form is as far off as the others: no interval")
    low, high = intervals.normal(value=value, se=se, confidence=confidence)
    low, high = (max(low, 0.0), min(high, 1.0)) if name == "brier" else (low, min(high, 1.0))
    return Estimate(**plain, low=low, high=high, confidence=confidence, se=se)


def _expected(table: Levels, p: Array, confidence: float) -> Estimate:
    seen, expected = float(table.events.sum()), float(table.trials @ p)
    name, source = "expected_observed", "Debray et al. (2017)"
    method = f"outcomes predicted / outcomes seen; interval on the logarithm{table.left}"
    if seen == 0:
        return Estimate(name=name, n=table.n, why="no form has the outcome")
    plain: dict[str, Any] = {"name": name, "value": expected / seen, "n": table.n, "method": method, "source": source}
    if seen == table.n or expected == 0:
        return Estimate(**plain, why="every form has the outcome, or every prediction is 0: no interval")
    se = math.sqrt((1 - seen / table.n) / seen)
    ends = intervals.normal(value=math.log(expected / seen), se=se, confidence=confidence)
    return Estimate(**plain, low=math.exp(ends[0]), high=math.exp(ends[1]), confidence=confidence)
