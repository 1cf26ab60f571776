"""Predicted beside observed, as a smooth curve, and how far the two lie apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.estimate import Estimate, Estimates
from risico.numbers import calibration as logistic
from risico.numbers import intervals
from risico.validity.levels import Levels, check_probability, levels, no_logit

Array = NDArray[np.float64]

POINTS = 50
KNOTS = {5: (0.05, 0.275, 0.5, 0.725, 0.95), 4: (0.05, 0.35, 0.65, 0.95), 3: (0.1, 0.5, 0.9)}
"""Shares of the forms below each knot. Harrell (2015), table 2.3."""
NAMES = ("calibration_curve", "ici", "e50", "e90")
HARRELL = "Harrell (2015); Van Calster et al. (2016)"
AUSTIN = "Austin & Steyerberg (2019)"


def calibration_curve(forms: Any, probability: str, outcome: str, *, confidence: float = 0.95) -> Estimates:
    """Chance of the outcome at each predicted probability (`calibration_curve`, with `at`), and its distance to it.

    The curve is a logistic model on a restricted cubic spline of the logit of the prediction, with five knots (four or
    three where predictions have few values, and a straight line where they have fewer than three); it is drawn from the
    1st to the 99th percentile of the predictions. Over all forms, `ici` is the mean distance between curve and
    prediction, `e50` the median and `e90` the 90th percentile. They have no interval: a distance is never below 0, and
    redrawing forms makes it larger. Austin and Steyerberg (2019).

    >>> forms = {"risk": [0.1, 0.2, 0.4, 0.6, 0.8, 0.3], "again": [0, 0, 1, 0, 1, 0]}
    >>> [e.name for e in calibration_curve(forms, "risk", "again")][-3:]
    ['ici', 'e50', 'e90']
    """
    table = levels(forms, probability, outcome, confidence)
    p = check_probability(table.values, probability)
    if (why := no_logit(p, table)) is not None:
        return _none(why)
    x, trials = special.logit(p), table.trials
    knots = _knots(x, trials)
    fit = logistic.logistic(X=_design(x, knots), events=table.events, trials=trials, offset=np.zeros(len(x)))
    if not fit.converged:
        return _none("the predictions are all equal, or separate the outcomes perfectly")
    shape = f"logistic model on a spline of the logit with {len(knots)} knots" if len(knots) else "logistic line"
    curve = _curve(table, p, knots, fit, shape, confidence)
    apart = np.abs(special.expit(_design(x, knots) @ fit.coefficients) - p)
    halves = logistic.quantiles(values=apart, number=trials, q=np.array([0.5, 0.9]))
    values = {"ici": float(trials @ apart / trials.sum()), "e50": float(halves[0]), "e90": float(halves[1])}
    words = {"ici": "mean", "e50": "median", "e90": "90th percentile"}
    distances = [
        Estimate(
            name=name,
            value=value,
            n=table.n,
            method=f"distance between prediction and curve ({words[name]}), {shape}{table.left}",
            source=AUSTIN,
        )
        for name, value in values.items()
    ]
    return Estimates([*curve, *distances])


def _none(why: str) -> Estimates:
    return Estimates(Estimate(name=name, why=why) for name in NAMES)


def _knots(x: Array, trials: Array) -> Array:
    """As many knots as the predictions have room for, and none for a straight line."""
    for shares in KNOTS.values():
        knots = np.unique(logistic.quantiles(values=x, number=trials, q=np.array(shares)))
        if len(knots) == len(shares) and len(x) > len(shares):
            return knots
    return np.empty(0)


def _design(x: Array, knots: Array) -> Array:
    bent = logistic.spline(x=x, knots=knots) if len(knots) else x[:, None]
    return np.column_stack([np.ones(len(x)), bent])


def _curve(table: Levels, p: Array, knots: Array, fit: logistic.Fit, shape: str, confidence: float) -> list[Estimate]:
    ends = logistic.quantiles(values=p, number=table.trials, q=np.array([0.01, 0.99]))
    at = np.linspace(float(ends[0]), float(ends[1]), POINTS)
    X = _design(special.logit(at), knots)
    middle, se = X @ fit.coefficients, np.sqrt(((X @ fit.covariance) * X).sum(axis=1))
    out: list[Estimate] = []
    for place, value, error in zip(at.tolist(), middle.tolist(), se.tolist(), strict=True):
        low, high = intervals.normal(value=value, se=error, confidence=confidence)
        out.append(
            Estimate(
                name="calibration_curve",
                at=place,
                value=float(special.expit(value)),
                low=float(special.expit(low)),
                high=float(special.expit(high)),
                confidence=confidence,
                n=table.n,
                method=f"chance of the outcome at this prediction, {shape}{table.left}",
                source=HARRELL,
            )
        )
    return out
