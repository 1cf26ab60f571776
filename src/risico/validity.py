"""Does a score say something about what happens? Every number from counts of score by outcome.

An outcome is a Boolean column, or one of 0 and 1; forms without a score or without an outcome are left out, and counted
in `method`. Outcomes are often known only of families that were looked into: these numbers hold for those.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from risico.errors import UsageError
from risico.estimate import Estimate, Estimates, check_confidence
from risico.numbers import calibration as logistic
from risico.numbers import intervals, roc
from risico.tally import count

Array = NDArray[np.float64]

MOST_POINTS = 200
WILSON = "Wilson (1927)"
COX = "Cox (1958); Van Calster et al. (2016)"


class Levels(NamedTuple):
    """Forms with and without the outcome per value of the score, in rising order; shape (levels,)."""

    values: NDArray[Any]
    events: Array
    others: Array
    left: str


def validity(
    forms: Any,
    score: str,
    outcome: str,
    *,
    at_least: float | None = None,
    below: float | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """What a score says about an outcome: `auc`, where a cut-off is given `accuracy`, then `observed` per score.

    >>> forms = {"total": [1, 4, 6, 8, 9, 3], "again": [0, 0, 1, 1, 0, 0]}
    >>> print([e.name for e in validity(forms, "total", "again", at_least=5)][:6])
    ['auc', 'base_rate', 'sensitivity', 'specificity', 'ppv', 'npv']
    """
    counts = count(forms, [score, outcome])
    out = auc(counts, score, outcome, confidence=confidence)
    if at_least is not None or below is not None:
        out += accuracy(counts, score, outcome, at_least=at_least, below=below, confidence=confidence)
    return out + observed(counts, score, outcome, confidence=confidence)


def auc(forms: Any, score: str, outcome: str, *, confidence: float = 0.95) -> Estimates:
    """Chance that a form with the outcome has the higher score of two, ties counting half; interval of DeLong.

    `forms` is any frame, a mapping from column to values, or Counts. The score is numeric, or Boolean. An area below .5
    says that low scores go with the outcome; nothing is turned round. Returns one Estimate, `auc`.
    DeLong, DeLong and Clarke-Pearson (1988).

    >>> auc({"total": [1, 4, 6, 8, 9, 3], "again": [0, 0, 1, 1, 0, 0]}, "total", "again")["auc"]
    auc 0.75 [0.26, 1], n = 6
    """
    table = _levels(forms, score, outcome, confidence)
    _numeric(table, score)
    method, source = f"area under the ROC curve, DeLong interval{table.left}", "DeLong et al. (1988)"
    if (why := _one_sided(table)) is not None:
        return Estimates([Estimate(name="auc", why=why)])
    value, se = roc.auc(positives=table.events, negatives=table.others)
    n = int(table.events.sum() + table.others.sum())
    if not math.isfinite(se) or se == 0:
        why = "the scores with and without the outcome do not overlap, or all are equal, so there is no interval"
        why = why if se == 0 else "one form with, or one without the outcome: no interval"
        return Estimates([Estimate(name="auc", value=value, n=n, method=method, source=source, why=why)])
    low, high = intervals.normal(value=value, se=se, confidence=confidence)
    low, high = max(low, 0.0), min(high, 1.0)
    return Estimates(
        [
            Estimate(
                name="auc",
                value=value,
                low=low,
                high=high,
                confidence=confidence,
                se=se,
                n=n,
                method=method,
                source=source,
            )
        ]
    )


def accuracy(
    forms: Any,
    score: str,
    outcome: str,
    *,
    at_least: float | None = None,
    below: float | None = None,
    confidence: float = 0.95,
) -> Estimates:
    """What a cut-off does: `base_rate`, `sensitivity`, `specificity`, `ppv` and `npv`, with Wilson's intervals.

    A form is positive where its score is `at_least` the cut-off, or `below` it; give one of the two. The predictive
    values hold at this base rate and at no other. Each Estimate has its own denominator as `n`. Wilson (1927).

    >>> found = accuracy({"total": [1, 4, 6, 8, 9, 3], "again": [0, 0, 1, 1, 0, 0]}, "total", "again", at_least=5)
    >>> found["specificity"]
    specificity 0.75 [0.3006, 0.9544], n = 4
    """
    if (at_least is None) == (below is None):
        raise UsageError("Give one cut-off: `at_least` where high scores are positive, `below` where low ones are.")
    table = _levels(forms, score, outcome, confidence)
    _numeric(table, score)
    cut = at_least if at_least is not None else below
    positive = table.values >= cut if at_least is not None else table.values < cut
    said = f"{score} at least {cut:g}" if at_least is not None else f"{score} below {cut:g}"
    hit, false = table.events[positive].sum(), table.others[positive].sum()
    miss, true = table.events[~positive].sum(), table.others[~positive].sum()
    shares = {
        "base_rate": (hit + miss, hit + miss + false + true, "share with the outcome", "there are no forms"),
        "sensitivity": (hit, hit + miss, f"share of {said} with the outcome", "no form has the outcome"),
        "specificity": (true, true + false, f"share not of {said} without the outcome", "every form has the outcome"),
        "ppv": (hit, hit + false, f"share with the outcome where {said}", "no form is positive"),
        "npv": (true, true + miss, f"share without the outcome where not {said}", "every form is positive"),
    }
    return Estimates(
        _share(name, float(part), float(whole), method + table.left, confidence, why=why)
        for name, (part, whole, method, why) in shares.items()
    )


def observed(forms: Any, score: str, outcome: str, *, confidence: float = 0.95) -> Estimates:
    """Share with the outcome at each value of a score or band (`observed`, Wilson), a curve in `at` for numbers.

    For text the level stands in `by`. More than 200 values are refused with the reason: take the bands.

    >>> found = observed({"band": ["low", "high", "high", "low"], "again": [0, 1, 0, 0]}, "band", "again")
    >>> [(e.by["level"], e.value, e.n) for e in found]
    [('high', 0.5, 2), ('low', 0.0, 2)]
    """
    table = _levels(forms, score, outcome, confidence)
    if len(table.values) == 0:
        return Estimates([Estimate(name="observed", why="no form has both a score and an outcome")])
    if len(table.values) > MOST_POINTS:
        why = f"the score has {len(table.values)} values, more than {MOST_POINTS}; use its bands"
        return Estimates([Estimate(name="observed", why=why)])
    method = f"share with the outcome at this level{table.left}"
    out: list[Estimate] = []
    for value, events, others in zip(table.values.tolist(), table.events, table.others, strict=True):
        where: dict[str, Any] = {"by": {"level": value}} if isinstance(value, str) else {"at": value}
        out.append(_share("observed", float(events), float(events + others), method, confidence, **where))
    return Estimates(out)


def calibration(forms: Any, probability: str, outcome: str, *, confidence: float = 0.95) -> Estimates:
    """How far predicted probabilities are right, by logistic recalibration on their logit; three numbers, three names.

    `calibration_in_the_large` is the intercept with the slope held at 1 (0 is right; above 0, predictions are too
    low). `calibration_slope` and `calibration_intercept` are estimated together (1 and 0 are right; a slope below 1
    says that predictions are too extreme). Wald intervals. Cox (1958); Van Calster et al. (2016).

    >>> forms = {"risk": [0.1, 0.2, 0.4, 0.6, 0.8, 0.3], "again": [0, 0, 1, 0, 1, 0]}
    >>> calibration(forms, "risk", "again")["calibration_in_the_large"]
    calibration_in_the_large -0.3752 [-2.309, 1.558], n = 6
    """
    table = _levels(forms, probability, outcome, confidence)
    _numeric(table, probability)
    p = table.values.astype(np.float64)
    if ((p < 0) | (p > 1)).any():
        raise UsageError(f"Probabilities lie between 0 and 1, and {probability} does not. For a score use observed().")
    names = ("calibration_in_the_large", "calibration_slope", "calibration_intercept")
    why = _one_sided(table)
    if why is None and ((p == 0) | (p == 1)).any():
        why = "some probabilities are exactly 0 or 1, which no outcome can correct"
    if why is not None:
        return Estimates(Estimate(name=name, why=why) for name in names)
    data = {"logit": special.logit(p), "events": table.events, "trials": table.events + table.others}
    large, both = logistic.in_the_large(**data), logistic.intercept_and_slope(**data)
    words = (
        "intercept of a logistic model with the logit of the prediction as offset",
        "slope of a logistic model on the logit of the prediction",
        "intercept of a logistic model on the logit of the prediction",
    )
    places = ((large, 0), (both, 1), (both, 0))
    n = int(data["trials"].sum())
    return Estimates(
        _coefficient(name, fit, place, n, text + table.left, confidence)
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


def _share(
    name: str, part: float, whole: float, method: str, confidence: float, *, why: str = "", **where: Any
) -> Estimate:
    if whole == 0:
        return Estimate(name=name, why=why)
    low, high = intervals.wilson(successes=part, n=whole, confidence=confidence)
    return Estimate(
        name=name,
        value=part / whole,
        low=low,
        high=high,
        confidence=confidence,
        n=int(whole),
        method=method,
        source=WILSON,
        **where,
    )


def _levels(forms: Any, score: str, outcome: str, confidence: float) -> Levels:
    check_confidence(confidence)
    everything = count(forms, [score, outcome])
    counts = everything.complete()
    happened = counts.column(outcome)
    if not all(value in (0.0, 1.0) for value in np.unique(happened).tolist()):
        raise UsageError(
            f"{outcome} holds something other than true and false (or 1 and 0).\n"
            "An outcome happened or did not; say which values mean that it did."
        )
    values, place = np.unique(counts.column(score), return_inverse=True)
    number = counts.number.astype(np.float64)
    events, others = (
        np.bincount(place, weights=number * which, minlength=len(values)).astype(np.float64)
        for which in (happened == 1, happened == 0)
    )
    forms_left = everything.n - counts.n
    left = f"; {forms_left} forms without score or outcome left out" if forms_left else ""
    return Levels(values, events, others, left)


def _numeric(table: Levels, score: str) -> None:
    if table.values.dtype == object:
        raise UsageError(f"{score} is text and has no order. Use the score its levels come from, or observed().")


def _one_sided(table: Levels) -> str | None:
    events, others = table.events.sum(), table.others.sum()
    if events + others == 0:
        return "no form has both a score and an outcome"
    if events == 0:
        return "no form has the outcome"
    return "every form has the outcome" if others == 0 else None
