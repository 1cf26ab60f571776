"""On any few forms every function on validity gives numbers or reasons: never NaN, a traceback or a wrong interval."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risico.estimate import Estimates
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
    optimism,
    partial_auc,
    prediction_error,
    recalibration,
    selective,
)

SCORES, SHARES = st.sampled_from([0.0, 1.0, 2.0, 3.0, None]), st.sampled_from([0.0, 0.1, 0.4, 0.4001, 0.9, 1.0, None])
YES, DAYS = st.sampled_from([0.0, 1.0, None]), st.sampled_from(["2024-01-01", "2024-03-01", "2024-12-01", None])
FORMS = st.lists(st.tuples(SCORES, SHARES, YES, DAYS, st.sampled_from(["x", "y", None])), max_size=14)
NAMES = ("s", "p", "y", "day", "g")

CALLS: dict[str, Callable[[Any], Estimates]] = {
    "accuracy": lambda d: accuracy(d, "s", "y", at_least=1.5, interval="exact"),
    "accuracy in clusters": lambda d: accuracy(d, "s", "y", below=1.5, cluster="g"),
    "auc in clusters": lambda d: auc(d, "s", "y", cluster="g"),
    "auc_bootstrap": lambda d: auc_bootstrap(d, "s", "y", seed=1, redraws=100),
    "compare_auc": lambda d: compare_auc(d, "s", "p", "y"),
    "partial_auc": lambda d: partial_auc(d, "s", "y", of="sensitivity", between=(0.5, 1), seed=1, redraws=100),
    "prediction_error": lambda d: prediction_error(d, "p", "y"),
    "calibration": lambda d: calibration(d, "p", "y"),
    "calibration_curve": lambda d: calibration_curve(d, "p", "y"),
    "recalibration": lambda d: recalibration(d, "p", "y"),
    "decision_curve": lambda d: decision_curve(d, "p", "y", thresholds=[0.1, 0.5, 0.95]),
    "alarm_budget": lambda d: alarm_budget(d, "s", "y", at_least=2, per_week=10),
    "alarm_budget elsewhere": lambda d: alarm_budget(d, "s", "y", at_least=2, per_week=10, base_rate=(0, 40)),
    "concordance": lambda d: concordance(d, "s", "p", "y"),
    "auc_by_time": lambda d: auc_by_time(d, "s", "p", "y", horizons=[0.1, 0.4, 0.95, 2]),
    "optimism": lambda d: optimism(d, ["s", "p"], "y", seed=1, redraws=100),
    "chosen_cut_off": lambda d: chosen_cut_off(d, "s", "y", seed=1, redraws=100),
    "selective": lambda d: selective(d, "s", "y", at_least=2),
    "follow_up_audit": lambda d: follow_up_audit(d, "day", "y", window_days=100, closed="2024-12-31"),
    "fairness": lambda d: fairness(d, "s", "y", "g", at_least=2, probability="p"),
}


@pytest.mark.parametrize("name", CALLS)
@settings(deadline=None, max_examples=40, derandomize=True)
@given(rows=FORMS)
def test_numbers_or_reasons_on_any_few_forms(name: str, rows: list[Any]) -> None:
    times = 12 if name == "fairness" else 1  # a group needs ten outcomes
    data = {key: [row[i] for row in rows] * times for i, key in enumerate(NAMES)}
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # a division by 0 on the way is no answer either
        found = CALLS[name](data)
    assert len(found)
    for e in found:
        assert e.value is not None or e.why
        assert all(math.isfinite(x) for x in (e.value, e.se, e.low, e.high) if x is not None)
        assert e.low is None or e.low - 1e-9 <= e.value <= e.high + 1e-9
