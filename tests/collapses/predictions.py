"""Predicted probabilities and what is decided by them, where they must be something known."""

import math

import numpy as np
from scipy import special

from collapses.made_up import OUTCOMES, Collapses, Counted, number, value
from risico.estimate import Estimates
from risico.tally import count
from risico.validity import (
    accuracy,
    alarm_budget,
    calibration_curve,
    decision_curve,
    development_size,
    prediction_error,
    recalibration,
    validation_size,
)

AGAIN = OUTCOMES["again"]
RATE = float(np.mean(AGAIN))
FLAT = {"risk": [RATE] * 30, "again": AGAIN}
TWO = {"risk": [0.2] * 10 + [0.6] * 10, "again": [1] * 3 + [0] * 7 + [1] * 8 + [0] * 2}
RIGHT = {"risk": [0.2] * 10 + [0.6] * 10, "again": [1] * 2 + [0] * 8 + [1] * 6 + [0] * 4}
SLOPED = {"risk": [0.01] * 200 + [0.9] * 200, "again": [1] * 50 + [0] * 150 + [1] * 110 + [0] * 90}


def error(name: str, data: dict[str, list[float]] = FLAT) -> float:
    return value(prediction_error(data, "risk", "again"), name)


def distance(name: str) -> float:
    return value(calibration_curve(TWO, "risk", "again"), name)


def benefit(name: str, at: float) -> float:
    return value(decision_curve(OUTCOMES, "risk", "again", thresholds=[at]), name)


def again(name: str, data: dict[str, list[float]]) -> float:
    return value(recalibration(data, "risk", "again"), name)


def mean_after() -> float:
    a, b = (again(f"recalibration_{name}", SLOPED) for name in ("intercept", "slope"))
    return float(special.expit(a + b * special.logit(np.array(SLOPED["risk"]))).mean())


def alarms(name: str) -> float:
    return value(alarm_budget(OUTCOMES, "score", "again", at_least=3, per_week=29), name)


def four() -> dict[str, int]:
    pairs = [(s >= 3, y == 1) for s, y in zip(OUTCOMES["score"], AGAIN, strict=True) if not math.isnan(s)]
    return {"hit": pairs.count((True, True)), "false": pairs.count((True, False)), "miss": pairs.count((False, True))}


def found_by_rates() -> float:
    e = accuracy(OUTCOMES, "score", "again", at_least=3)
    return value(e, "sensitivity") * 0.1 * 50


def sizes() -> Estimates:
    return validation_size(base_rate=0.5, auc=0.7, ratio_width=0.5)


def riley() -> Estimates:
    return development_size(base_rate=0.174, auc=0.89, parameters=24, r_squared=0.288)


COUNTED: Counted = {
    "prediction_error": (OUTCOMES, lambda data: prediction_error(data, "risk", "again"), count),
    "calibration_curve": (OUTCOMES, lambda data: calibration_curve(data, "risk", "again"), count),
    "recalibration": (OUTCOMES, lambda data: recalibration(data, "risk", "again"), count),
    "decision_curve": (OUTCOMES, lambda data: decision_curve(data, "risk", "again", thresholds=[0.2, 0.55]), count),
    "alarm_budget": (OUTCOMES, lambda data: alarm_budget(data, "score", "again", at_least=3, per_week=9), count),
    "alarm_budget_elsewhere": (
        OUTCOMES,
        lambda data: alarm_budget(data, "score", "again", at_least=3, per_week=9, base_rate=(7, 90)),
        count,
    ),
}

FORMS = {"validation_size": sizes, "development_size": riley}

COLLAPSES: Collapses = {
    "brier": lambda: (error("brier"), RATE * (1 - RATE)),
    "brier_scaled": lambda: (error("brier_scaled"), 0.0),
    "expected_observed": lambda: (error("expected_observed", OUTCOMES), float(np.mean(OUTCOMES["risk"])) / RATE),
    "calibration_curve": lambda: (number(calibration_curve(TWO, "risk", "again"), "calibration_curve"), 0.3),
    "ici": lambda: (distance("ici"), 0.15),
    "e50": lambda: (distance("e50"), 0.15),
    "e90": lambda: (distance("e90"), 0.2),
    "recalibration_shrinkage": lambda: (again("recalibration_shrinkage", RIGHT), 0.0),
    "recalibration_slope": lambda: (again("recalibration_slope", RIGHT), 1.0),
    "recalibration_intercept": lambda: (mean_after(), 0.4),
    "net_benefit": lambda: (benefit("net_benefit", 0.05), RATE - (1 - RATE) / 19),
    "net_benefit_all": lambda: (benefit("net_benefit_all", 0.5), 2 * RATE - 1),
    "signals_per_week": lambda: (alarms("signals_per_week"), four()["hit"] + four()["false"]),
    "found_per_week": lambda: (
        value(alarm_budget(OUTCOMES, "score", "again", at_least=3, per_week=50, base_rate=0.1), "found_per_week"),
        found_by_rates(),
    ),
    "missed_per_week": lambda: (alarms("missed_per_week"), four()["miss"]),
    "for_nothing_per_week": lambda: (alarms("for_nothing_per_week"), four()["false"]),
    "validation_n": lambda: (
        value(sizes(), "validation_n"),
        max(e.value or 0 for e in sizes() if e.name == "validation_n_for"),
    ),
    "validation_n_for": lambda: (
        number(sizes(), "validation_n_for", criterion="expected / observed"),
        math.ceil((float(special.ndtri(0.975)) / math.asinh(0.25)) ** 2),
    ),
    "development_n": lambda: (value(riley(), "development_n"), 662),
    "development_n_for": lambda: (
        number(development_size(base_rate=0.5, auc=0.8, parameters=5), "development_n_for", criterion="base rate"),
        385,
    ),
}
