"""Predicted probabilities and what is decided by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from risico.estimate import Estimates
from risico.statistics.row import CLOSED, Statistic
from risico.validity import (
    alarm_budget,
    calibration_curve,
    decision_curve,
    development_size,
    prediction_error,
    recalibration,
    validation_size,
)

ITERATED = "logistic regression iterated to full precision on both sides (glm with epsilon 1e-14)"
SPLINE = "glm(y ~ rms::rcs(x, knots)) of R 4.2.2, rms 6.5.0"
SHRUNK = "glm of R 4.2.2, with the formula of Steyerberg et al. (2004), R script"
ALARMS = "by hand after Zou & Donner (2008), with numDeriv and prop.test of R 4.2.2, R script"
PMVAL = "pmvalsampsize::pmvalsampsize(type = 'b', lpnormal | lpcstat) 0.1.0"
PM = "pmsampsize::pmsampsize(type = 'b', csrsquared | cstatistic) 1.1.3"
DRAWN = "pmvalsampsize draws a million logits and steps a standard error by 0.0001"


def _row(
    function: Callable[..., Estimates],
    reference: str,
    collapse: str,
    tolerance: float = 1e-8,
    reason: str = CLOSED,
    needs: Literal["counts", "nothing"] = "counts",
) -> Statistic:
    return Statistic(
        function=function,
        input=needs,
        reference=reference,
        stored="validity_predictions",
        tolerance=tolerance,
        reason=reason,
        collapse=collapse,
    )


ROWS: dict[str, Statistic] = {
    "brier": _row(
        prediction_error, "rms::val.prob 6.5.0; interval: lm of R 4.2.2", "the base rate for all: p × (1 − p)"
    ),
    "brier_scaled": _row(prediction_error, "car::deltaMethod 3.1.1", "the base rate for all: 0"),
    "expected_observed": _row(
        prediction_error, "formula of Debray et al. (2017), R script", "mean prediction / share with the outcome"
    ),
    "calibration_curve": _row(
        calibration_curve, f"predict of {SPLINE}", "two predictions: their shares", reason=ITERATED
    ),
    "ici": _row(calibration_curve, SPLINE, "two predictions: the mean of two distances", reason=ITERATED),
    "e50": _row(calibration_curve, SPLINE, "two predictions: half-way between two distances", reason=ITERATED),
    "e90": _row(calibration_curve, SPLINE, "two predictions: the larger of two distances", reason=ITERATED),
    "recalibration_shrinkage": _row(recalibration, SHRUNK, "right predictions: 0", 1e-7, ITERATED),
    "recalibration_slope": _row(recalibration, SHRUNK, "right predictions: 1", 1e-7, ITERATED),
    "recalibration_intercept": _row(
        recalibration, SHRUNK, "the mean of the recalibrated predictions is the base rate", 1e-7, ITERATED
    ),
    "net_benefit": _row(decision_curve, "dcurves::dca 0.5.1; error: lm", "below every prediction: acting on everybody"),
    "net_benefit_all": _row(decision_curve, "dcurves::dca 0.5.1", "base rate less weighted rest"),
    "signals_per_week": _row(alarm_budget, ALARMS, "the flow of the forms: their share of positives"),
    "found_per_week": _row(alarm_budget, ALARMS, "sensitivity × base rate × forms"),
    "missed_per_week": _row(alarm_budget, ALARMS, "the outcomes that were not found"),
    "for_nothing_per_week": _row(alarm_budget, ALARMS, "the signals that found nothing"),
    "validation_n": _row(validation_size, PMVAL, "the most of its three", 0.01, DRAWN, "nothing"),
    "validation_n_for": _row(
        validation_size, PMVAL, "half with the outcome: 1 / the squared error of log E/O", 0.01, DRAWN, "nothing"
    ),
    "development_n": _row(
        development_size,
        PM,
        "662 of Riley et al. (2020)",
        0.003,
        "with csrsquared exact; an area is simulated",
        "nothing",
    ),
    "development_n_for": _row(
        development_size,
        PM,
        "a base rate of half: 385",
        0.003,
        "with csrsquared exact; an area is simulated",
        "nothing",
    ),
}
