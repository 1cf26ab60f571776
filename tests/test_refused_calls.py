"""A call that cannot be meant gets a message in words, from every public statistic: no number, no ValueError."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

import risico
from risico.disclosure import release
from risico.effects import adjusted, randomized
from risico.errors import UsageError
from risico.estimate import Estimate
from risico.pages.review import review
from risico.plan import EXAMPLE, Plan
from risico.profiles import explain as explain_profile
from risico.reliability import agreement, change, consistency, icc, reliability
from risico.validity import (
    accuracy,
    alarm_budget,
    auc,
    auc_bootstrap,
    auc_by_time,
    calibration,
    calibration_curve,
    chosen_cut_off,
    compare_auc,
    concordance,
    decision_curve,
    fairness,
    follow_up_audit,
    observed,
    partial_auc,
    prediction_error,
    selective,
    validity,
)

ITEMS = {name: [float((i * k) % 4) for i in range(30)] for k, name in enumerate("abc", start=1)}
RISK = {"s": [1.0, 2.0, 3.0, 4.0, 2.0], "p": [0.1, 0.2, 0.3, 0.4, 0.2], "y": [0.0, 0.0, 1.0, 1.0, 1.0]}
LOT = np.arange(40) % 2
Y = np.arange(40.0) % 3
X = {"x": np.arange(40.0) % 5}

CALLS = {
    "consistency": lambda **more: consistency(ITEMS, **more),
    "reliability": lambda **more: reliability(
        pl.DataFrame({f"gad2_{i}": [0, 1, 2, 3] for i in (1, 2)}), "gad2", **more
    ),
    "icc": lambda **more: icc(ITEMS, **more),
    "agreement": lambda **more: agreement(ITEMS, **more),
    "change": lambda **more: change(RISK, "s", "p", reliability=0.8, better="low", **more),
    "auc": lambda **more: auc(RISK, "s", "y", **more),
    "alarm_budget": lambda **more: alarm_budget(RISK, "s", "y", at_least=2, per_week=3, **more),
    "calibration_curve": lambda **more: calibration_curve(RISK, "p", "y", **more),
    "decision_curve": lambda **more: decision_curve(RISK, "p", "y", thresholds=[0.2], **more),
    "prediction_error": lambda **more: prediction_error(RISK, "p", "y", **more),
    "auc_bootstrap": lambda **more: auc_bootstrap(RISK, "s", "y", seed=1, **more),
    "auc_by_time": lambda **more: auc_by_time(RISK, "s", "p", "y", horizons=[0.2], **more),
    "concordance": lambda **more: concordance(RISK, "s", "p", "y", **more),
    "chosen_cut_off": lambda **more: chosen_cut_off(RISK, "s", "y", seed=1, **more),
    "fairness": lambda **more: fairness(RISK, "s", "y", "s", at_least=2, **more),
    "follow_up_audit": lambda **more: follow_up_audit(
        {"day": ["2024-01-01"] * 5, "y": RISK["y"]}, "day", "y", window_days=3, closed="2024-02-01", **more
    ),
    "selective": lambda **more: selective(RISK, "s", "y", at_least=2, **more),
    "compare_auc": lambda **more: compare_auc(RISK, "s", "p", "y", **more),
    "partial_auc": lambda **more: partial_auc(RISK, "s", "y", of="specificity", between=(0, 1), seed=1, **more),
    "accuracy": lambda **more: accuracy(RISK, "s", "y", at_least=2, **more),
    "observed": lambda **more: observed(RISK, "s", "y", **more),
    "calibration": lambda **more: calibration(RISK, "p", "y", **more),
    "validity": lambda **more: validity(RISK, "s", "y", **more),
    "randomized": lambda **more: randomized(outcome=Y, assigned=LOT, why_no_cluster="drawn one by one", **more),
    "adjusted": lambda **more: adjusted(outcome=Y, treated=LOT, covariates=X, why_no_cluster="one by one", **more),
}


@pytest.mark.parametrize("confidence", [95, 0, 1, -0.95, float("nan")])
@pytest.mark.parametrize("name", CALLS)
def test_a_confidence_lies_between_nought_and_one(name, confidence):
    with pytest.raises(UsageError, match=r"95 percent has 0\.95"):
        CALLS[name](confidence=confidence)


def infinite(columns, name):
    return columns | {name: [float("inf"), *list(columns[name])[1:]]}


@pytest.mark.parametrize(
    "call",
    [
        lambda: consistency(infinite(ITEMS, "a")),
        lambda: consistency(pd.DataFrame(infinite(ITEMS, "a"))),
        lambda: icc(infinite(ITEMS, "a")),
        lambda: agreement(infinite(ITEMS, "a")),
        lambda: change(infinite(RISK, "s"), "s", "p", reliability=0.8, better="low"),
        lambda: auc(infinite(RISK, "s"), "s", "y"),
        lambda: observed(infinite(RISK, "y"), "s", "y"),
        lambda: randomized(outcome=infinite({"y": Y}, "y")["y"], assigned=LOT, why_no_cluster="x"),
        lambda: randomized(outcome=Y, assigned=LOT, covariates=infinite(X, "x"), why_no_cluster="x"),
        lambda: adjusted(
            outcome=-np.array(infinite({"y": Y}, "y")["y"]), treated=LOT, covariates=X, why_no_cluster="x"
        ),
    ],
)
def test_an_infinite_number_is_refused_by_its_column(call):
    with pytest.raises(UsageError, match="nfinite"):
        call()


@pytest.mark.parametrize("call", [consistency, icc, agreement])
def test_two_columns_of_one_name_are_refused(call):
    with pytest.raises(UsageError, match="Two columns are named 'a'"):
        call(pd.DataFrame([[1, 2], [2, 3], [3, 3]], columns=["a", "a"]))


def test_an_end_that_is_not_named_is_no_better():
    with pytest.raises(UsageError, match="this is high or low"):
        change(RISK, "s", "p", reliability=0.8, better="up")


@pytest.mark.parametrize(
    "call",
    [
        lambda: risico.explain({"gad2_1": 1, "gad2_2": 1}, "gad2", "de"),
        lambda: explain_profile({"gezinsprofiel_t1": 0}, "de"),
        lambda: review(
            release([Estimate(name="itt", why="none")], "team"), Plan.model_validate(EXAMPLE), language="de"
        ),
    ],
)
def test_a_third_language_is_refused(call):
    with pytest.raises(UsageError, match="this is nl or en"):
        call()
