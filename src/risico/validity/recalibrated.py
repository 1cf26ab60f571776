"""How far predicted probabilities are right, and how to set them right: logistic recalibration."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.estimate import Estimate, Estimates
from risico.numbers import calibration as logistic
from risico.numbers import intervals
from risico.validity.levels import Levels, check_probability, happened, known, levels, no_logit

Array = NDArray[np.float64]

STEYERBERG = "Steyerberg et al. (2004)"
COX = "Cox (1958); Van Calster et al. (2016)"
RECALIBRATED = (
    ("calibration_in_the_large", "intercept of a logistic model with the logit of the prediction as offset"),
    ("calibration_slope", "slope of a logistic model on the logit of the prediction"),
    ("calibration_intercept", "intercept of a logistic model on the logit of the prediction"),
)


def calibration(
    forms: Any, probability: str, outcome: str, *, cluster: str | None = None, confidence: float = 0.95
) -> Estimates:
    """How far predicted probabilities are right, by logistic recalibration on their logit; three numbers, three names.

    `calibration_in_the_large` is the intercept with the slope held at 1 (0 is right; above 0, predictions are too
    low). `calibration_slope` and `calibration_intercept` are estimated together (1 and 0 are right; a slope below 1
    says that predictions are too extreme). Wald intervals. With `cluster`, a column such as the team or region, they
    hold where forms of one cluster resemble each other (Liang and Zeger 1986, with Student's t on the clusters less
    one). Cox (1958); Van Calster et al. (2016).

    >>> forms = {"risk": [0.1, 0.2, 0.4, 0.6, 0.8, 0.3], "again": [0, 0, 1, 0, 1, 0]}
    >>> calibration(forms, "risk", "again")["calibration_in_the_large"]
    calibration_in_the_large -0.3752 [-2.309, 1.558], n = 6
    """
    table, groups = (
        (levels(forms, probability, outcome, confidence), None)
        if cluster is None
        else _by_cluster(forms, probability, outcome, cluster, confidence)
    )
    p = check_probability(table.values, probability)
    if (why := no_logit(p, table)) is not None:
        return Estimates(Estimate(name=name, why=why) for name, _ in RECALIBRATED)
    x, data = special.logit(p), {"events": table.events, "trials": table.trials}
    large, both = logistic.in_the_large(logit=x, **data), logistic.intercept_and_slope(logit=x, **data)
    df, ones = None, np.ones((len(x), 1))
    if groups is not None and large.converged and both.converged:
        df = int(groups.max())
        large = logistic.clustered(fit=large, X=ones, offset=x, cluster=groups, **data)
        both = logistic.clustered(fit=both, X=np.column_stack([ones, x]), offset=0 * x, cluster=groups, **data)
    places = ((large, 0), (both, 1), (both, 0))
    return Estimates(
        _coefficient(name, fit, place, table.n, text + table.left, confidence, df)
        for (name, text), (fit, place) in zip(RECALIBRATED, places, strict=True)
    )


def _by_cluster(
    forms: Any, probability: str, outcome: str, cluster: str, confidence: float
) -> tuple[Levels, NDArray[np.intp]]:
    """Forms by prediction and cluster, and the number of the cluster of each."""
    what = f"score, outcome or {cluster}"
    counts, left = known(forms, [probability, outcome, cluster], outcome, confidence, what)
    events, others = happened(counts, outcome)
    words = f"; interval for forms within {cluster} that resemble each other{left}"
    groups = np.unique(counts.column(cluster), return_inverse=True)[1]
    return Levels(counts.column(probability), events, others, words), groups


def recalibration(forms: Any, probability: str, outcome: str) -> Estimates:
    """How to set predictions right for the own base rate: new logit = intercept + slope × logit of the prediction.

    The slope is drawn back towards 1 as far as the forms do not show that it differs: `recalibration_shrinkage` is
    (χ² − 1) / χ², not below 0, of the likelihood-ratio test of the slope, and `recalibration_slope` is
    1 + shrinkage × (estimated slope − 1). `recalibration_intercept` is then fitted with that slope, so that the mean
    prediction equals the own base rate whatever the slope. Few forms thus give recalibration in the large alone.
    Steyerberg, Borsboom, Van Houwelingen, Eijkemans and Habbema (2004), after Van Houwelingen and Le Cessie (1990).

    >>> forms = {"risk": [0.1, 0.2, 0.4, 0.6, 0.8, 0.3], "again": [0, 0, 1, 0, 1, 0]}
    >>> [round(e.value, 3) for e in recalibration(forms, "risk", "again")]
    [0.0, 1.0, -0.375]
    """
    table = levels(forms, probability, outcome, 0.95)
    p = check_probability(table.values, probability)
    names = ("recalibration_shrinkage", "recalibration_slope", "recalibration_intercept")
    if (why := no_logit(p, table)) is not None:
        return Estimates(Estimate(name=name, why=why) for name in names)
    logit, data = special.logit(p), {"events": table.events, "trials": table.trials}
    large = logistic.in_the_large(logit=logit, **data)
    both = logistic.intercept_and_slope(logit=logit, **data)
    if not both.converged:
        why = "the predictions are all equal, or separate the outcomes perfectly"
        return Estimates(Estimate(name=name, why=why) for name in names)
    a, b = both.coefficients
    steps = (logit + large.coefficients[0], a + b * logit)
    chance, fitted = (logistic.log_likelihood(logit=line, **data) for line in steps)
    chi2 = 2 * (fitted - chance)
    shrinkage = max(0.0, (chi2 - 1) / chi2) if chi2 > 0 else 0.0
    slope = 1 + shrinkage * (float(b) - 1)
    intercept = float(logistic.in_the_large(logit=slope * logit, **data).coefficients[0])
    words = (
        "(χ² − 1) / χ² of the likelihood-ratio test that the slope is 1, not below 0",
        "1 + shrinkage × (estimated slope − 1)",
        "intercept of a logistic model with slope × logit of the prediction as offset",
    )
    return Estimates(
        Estimate(name=name, value=value, n=table.n, method=text + table.left, source=STEYERBERG)
        for name, value, text in zip(names, (shrinkage, slope, intercept), words, strict=True)
    )


def _coefficient(
    name: str, fit: logistic.Fit, place: int, n: int, method: str, confidence: float, df: int | None
) -> Estimate:
    """One coefficient; `df` is None for a normal interval, 0 where all forms are of one cluster."""
    if not fit.converged:
        return Estimate(name=name, why="the predictions are all equal, or separate the outcomes perfectly")
    value, se = float(fit.coefficients[place]), math.sqrt(fit.covariance[place, place])
    if df == 0:
        why = "these forms are all of one cluster: no interval"
        return Estimate(name=name, value=value, n=n, method=method, source=COX, why=why)
    if df is None:
        low, high = intervals.normal(value=value, se=se, confidence=confidence)
    else:
        low, high = intervals.student(value=value, se=se, df=df, confidence=confidence)
    source = COX if df is None else f"{COX}; Liang & Zeger (1986)"
    return Estimate(
        name=name, value=value, low=low, high=high, confidence=confidence, se=se, n=n, method=method, source=source
    )
