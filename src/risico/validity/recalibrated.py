"""How far predicted probabilities are right: logistic recalibration."""

from __future__ import annotations

import math
from typing import Any

from scipy import special

from risico.estimate import Estimate, Estimates
from risico.numbers import calibration as logistic
from risico.numbers import intervals
from risico.validity.levels import check_probability, levels, one_sided

COX = "Cox (1958); Van Calster et al. (2016)"


def calibration(forms: Any, probability: str, outcome: str, *, confidence: float = 0.95) -> Estimates:
    """How far predicted probabilities are right, by logistic recalibration on their logit; three numbers, three names.

    `calibration_in_the_large` is the intercept with the slope held at 1 (0 is right; above 0, predictions are too
    low). `calibration_slope` and `calibration_intercept` are estimated together (1 and 0 are right; a slope below 1
    says that predictions are too extreme). Wald intervals. Cox (1958); Van Calster et al. (2016).

    >>> forms = {"risk": [0.1, 0.2, 0.4, 0.6, 0.8, 0.3], "again": [0, 0, 1, 0, 1, 0]}
    >>> calibration(forms, "risk", "again")["calibration_in_the_large"]
    calibration_in_the_large -0.3752 [-2.309, 1.558], n = 6
    """
    table = levels(forms, probability, outcome, confidence)
    p = check_probability(table.values, probability)
    names = ("calibration_in_the_large", "calibration_slope", "calibration_intercept")
    why = one_sided(table.events, table.others)
    if why is None and ((p == 0) | (p == 1)).any():
        why = "some probabilities are exactly 0 or 1, which no outcome can correct"
    if why is not None:
        return Estimates(Estimate(name=name, why=why) for name in names)
    data = {"logit": special.logit(p), "events": table.events, "trials": table.trials}
    large, both = logistic.in_the_large(**data), logistic.intercept_and_slope(**data)
    words = (
        "intercept of a logistic model with the logit of the prediction as offset",
        "slope of a logistic model on the logit of the prediction",
        "intercept of a logistic model on the logit of the prediction",
    )
    places = ((large, 0), (both, 1), (both, 0))
    return Estimates(
        _coefficient(name, fit, place, table.n, text + table.left, confidence)
        for name, (fit, place), text in zip(names, places, words, strict=True)
    )


def _coefficient(name: str, fit: logistic.Fit, place: int, n: int, method: str, confidence: float) -> Estimate:
    if not fit.converged:
        return Estimate(name=name, why="the predictions are all equal, or separate the outcomes perfectly")
    value, se = float(fit.coefficients[place]), math.sqrt(fit.covariance[place, place])
    low, high = intervals.normal(value=value, se=se, confidence=confidence)
    return Estimate(
        name=name, value=value, low=low, high=high, confidence=confidence, se=se, n=n, method=method, source=COX
    )
