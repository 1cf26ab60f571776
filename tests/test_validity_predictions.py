"""Predicted probabilities against rms, car, dcurves, pmvalsampsize and pmsampsize.

The script is tests/reference/validity_predictions.R.
"""

from typing import Any

import numpy as np
import pytest
from scipy import special

from risico.disclosure import release
from risico.errors import UsageError
from risico.numbers.calibration import quantiles
from risico.tally import count
from risico.validity import (
    alarm_budget,
    calibration_curve,
    decision_curve,
    development_size,
    prediction_error,
    recalibration,
    validation_size,
)
from stored import stored

RTOL = 1e-9  # closed forms
ITERATED = 1e-7  # logistic regression, iterated to full precision on both sides
DRAWN = 0.01  # pmvalsampsize draws a million logits and steps a standard error by 0.0001
ENDS = ("value", "low", "high")


def rows() -> dict[str, Any]:
    r = stored("validity_predictions")
    return {"risk": r["risk"], "again": r["outcome"]}


def test_the_curve_equals_a_spline_of_rms() -> None:
    r = stored("validity_predictions")
    found = [e for e in calibration_curve(rows(), "risk", "again") if e.name == "calibration_curve"]
    assert [e.at for e in found] == pytest.approx(r["at"], rel=1e-12)
    for end in ENDS:
        assert [getattr(e, end) for e in found] == pytest.approx(r["curve"][end], rel=ITERATED)


@pytest.mark.parametrize("name", ["ici", "e50", "e90"])
def test_distances_to_the_curve_equal_r(name: str) -> None:
    assert calibration_curve(rows(), "risk", "again")[name].value == pytest.approx(
        stored("validity_predictions")[name], rel=ITERATED
    )


def test_an_organisation_may_see_how_far_predictions_are_off() -> None:
    found = calibration_curve(rows(), "risk", "again")[-3:] + prediction_error(rows(), "risk", "again")
    assert all(e.value is not None for e in release(found, "organisatie"))


def test_right_predictions_lie_on_the_curve() -> None:
    p = np.linspace(0.1, 0.9, 81)
    cells = {"p": np.repeat(p, 2), "y": np.tile([1, 0], 81), "n": np.stack([1000 * p, 1000 * (1 - p)], 1).ravel()}
    cells["n"] = cells["n"].round()
    found = calibration_curve(count(cells, ["p", "y"], number="n"), "p", "y")
    assert found["ici"].value < 1e-6
    assert found["e90"].value < 1e-6


@pytest.mark.parametrize(("levels", "said"), [(2, "logistic line"), (4, "with 3 knots"), (5, "with 4 knots")])
def test_few_predictions_take_fewer_knots(levels: int, said: str) -> None:
    p = np.repeat(np.linspace(0.1, 0.8, levels), 40)
    y = np.tile([0, 0, 1, 1, 0, 1, 0, 0], 5 * levels)
    assert said in calibration_curve({"p": p, "y": y}, "p", "y")["ici"].method


@pytest.mark.parametrize(("stretch", "case"), [(1, "recalibration"), (2, "recalibration_far")])
def test_recalibration_equals_glm(stretch: float, case: str) -> None:
    data = rows() | {"risk": special.expit(stretch * special.logit(np.array(rows()["risk"])))}
    want = stored("validity_predictions")[case]
    for e in recalibration(data, "risk", "again"):
        assert e.value == pytest.approx(want[e.name], rel=ITERATED)


def test_recalibrated_predictions_add_up_to_the_outcomes() -> None:
    data = rows()
    logit = 2 * special.logit(np.array(data["risk"]))
    found = recalibration({"p": special.expit(logit), "y": data["again"]}, "p", "y")
    a, b = found["recalibration_intercept"].value, found["recalibration_slope"].value
    assert special.expit(a + b * logit).sum() == pytest.approx(sum(data["again"]), rel=1e-9)
    assert 0 < found["recalibration_shrinkage"].value < 1


@pytest.mark.parametrize("name", ["brier", "brier_scaled", "expected_observed"])
def test_overall_errors_equal_r(name: str) -> None:
    e, want = prediction_error(rows(), "risk", "again")[name], stored("validity_predictions")[name]
    for key, value in want.items():
        assert getattr(e, key) == pytest.approx(value, rel=1e-7 if name == "brier_scaled" else RTOL), key
    assert stored("validity_predictions")["val.prob"]["Brier"] == pytest.approx(
        prediction_error(rows(), "risk", "again")["brier"].value, rel=RTOL
    )


def test_net_benefit_equals_dcurves() -> None:
    r = stored("validity_predictions")
    found = decision_curve(rows(), "risk", "again", thresholds=r["thresholds"])
    for name in ("net_benefit", "net_benefit_all"):
        assert [e.value for e in found if e.name == name] == pytest.approx(r[name], rel=RTOL)
    assert [e.se for e in found if e.name == "net_benefit"] == pytest.approx(r["net_benefit_se"], rel=RTOL)


@pytest.mark.parametrize(("case", "base_rate"), [("alarms_known", 0.06), ("alarms_counted", (30, 500))])
def test_alarms_at_an_own_base_rate_equal_the_formula(case: str, base_rate: Any) -> None:
    found = alarm_budget(rows(), "risk", "again", at_least=0.3, per_week=40, base_rate=base_rate)
    for e in found:
        want = stored("validity_predictions")[case][e.name]
        assert (e.value, e.low, e.high) == pytest.approx(want, rel=1e-6)  # numDeriv's gradient


def test_alarms_of_a_flow_like_these_forms_equal_prop_test() -> None:
    found = alarm_budget(rows(), "risk", "again", at_least=0.3, per_week=40)
    for e, want in zip(found, stored("validity_predictions")["alarms_here"], strict=True):
        assert (e.value, e.low, e.high) == pytest.approx(want, rel=RTOL)


def test_a_counted_base_rate_of_many_forms_is_as_good_as_a_known_one() -> None:
    known, counted = (
        alarm_budget(rows(), "risk", "again", at_least=0.3, per_week=40, base_rate=rate)
        for rate in (0.06, (60_000_000, 1_000_000_000))
    )
    for a, b in zip(known, counted, strict=True):
        assert (a.low, a.high) == pytest.approx((b.low, b.high), rel=1e-3)


@pytest.mark.parametrize(
    ("case", "logit", "near"), [("validation_normal", (-5, 2.5), DRAWN), ("validation_area", None, DRAWN)]
)
def test_sizes_of_a_check_equal_pmvalsampsize(case: str, logit: Any, near: float) -> None:
    found = validation_size(base_rate=0.018, auc=0.8, logit=logit, ratio_width=1, slope_width=0.2)
    want = stored("validity_predictions")[case]
    assert [e.value for e in found] == pytest.approx([want[3], *want[:3]], rel=near)
    assert found[3].value == want[2]  # the area is not drawn


def test_sizes_of_a_model_equal_pmsampsize() -> None:
    r = stored("validity_predictions")
    exact = development_size(base_rate=0.174, auc=0.89, parameters=24, r_squared=0.288)
    assert [e.value for e in exact] == [r["development_r2"][i] for i in (3, 0, 1, 2)]
    drawn = development_size(base_rate=0.174, auc=0.89, parameters=24)
    assert [e.value for e in drawn] == pytest.approx([r["development_area"][i] for i in (3, 0, 1, 2)], rel=0.004)


def test_quantiles_of_counts_are_those_of_forms() -> None:
    rng = np.random.default_rng(5)
    values, number, q = rng.normal(size=9), rng.integers(1, 6, 9), np.linspace(0, 1, 23)
    found = quantiles(values=values, number=number.astype(float), q=q)
    assert found == pytest.approx(np.quantile(np.repeat(values, number), q), rel=1e-12)


NONE: dict[str, Any] = {"p": [0.2, 0.4], "y": [0, 0]}
ALL: dict[str, Any] = {"p": [0.2, 0.4], "y": [1, 1]}
EMPTY: dict[str, Any] = {"p": [], "y": []}
APART: dict[str, Any] = {"p": [0.1, 0.2, 0.8, 0.9], "y": [0, 0, 1, 1]}
FLAT: dict[str, Any] = {"p": [0.5, 0.5], "y": [0, 1]}


@pytest.mark.parametrize(
    ("found", "name", "value", "why"),
    [
        (calibration_curve(NONE, "p", "y"), "ici", None, "no form has the outcome"),
        (calibration_curve(APART, "p", "y"), "e50", None, "separate the outcomes"),
        (calibration_curve({"p": [0, 0.5], "y": [0, 1]}, "p", "y"), "e90", None, "exactly 0 or 1"),
        (recalibration(ALL, "p", "y"), "recalibration_slope", None, "every form has the outcome"),
        (recalibration(FLAT, "p", "y"), "recalibration_slope", None, "all equal"),
        (prediction_error(EMPTY, "p", "y"), "brier", None, "no form has both"),
        (prediction_error(NONE, "p", "y"), "brier_scaled", None, "same outcome"),
        (prediction_error(NONE, "p", "y"), "expected_observed", None, "no form has the outcome"),
        (prediction_error(ALL, "p", "y"), "expected_observed", pytest.approx(0.3), "no interval"),
        (prediction_error(FLAT, "p", "y"), "brier", 0.25, "as far off"),
        (decision_curve(EMPTY, "p", "y", thresholds=[0.3]), "net_benefit", None, "no form has both"),
        (decision_curve(NONE, "p", "y", thresholds=[0.5]), "net_benefit", 0.0, "weigh the same"),
        (alarm_budget(NONE, "p", "y", at_least=0.3, per_week=5), "missed_per_week", None, "no form has the outcome"),
    ],
)
def test_degenerate_predictions_have_a_defined_answer(found: Any, name: str, value: Any, why: str) -> None:
    assert found[name].value == value
    assert why in found[name].why
    assert found[name].low is None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: decision_curve(FLAT, "p", "y", thresholds=[0, 0.2]), "chances above 0"),
        (lambda: decision_curve(FLAT, "p", "y", thresholds=[]), "chances above 0"),
        (lambda: prediction_error({"p": [2, 3], "y": [0, 1]}, "p", "y"), "between 0 and 1"),
        (lambda: alarm_budget(FLAT, "p", "y", at_least=0.2, per_week=0), "above 0"),
        (lambda: alarm_budget(FLAT, "p", "y", at_least=0.2, per_week=3, base_rate=3), "lies between 0 and 1"),
        (lambda: alarm_budget(FLAT, "p", "y", at_least=0.2, per_week=3, base_rate=(3, 2)), "of how many forms"),
        (lambda: validation_size(base_rate=0.2, auc=0.4), "between .5 and 1"),
        (lambda: validation_size(base_rate=0.2, auc=0.7, auc_width=0), "above 0"),
        (lambda: development_size(base_rate=0.2, auc=0.7, parameters=0), "at least one parameter"),
        (lambda: development_size(base_rate=0.2, auc=0.7, parameters=3, r_squared=0.9), "lies between 0 and"),
    ],
)
def test_calls_that_cannot_be_meant_are_refused(call: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        call()
