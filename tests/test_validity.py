import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risico.errors import UsageError
from risico.tally import count
from risico.validity import accuracy, auc, calibration, observed, validity
from stored import stored

RTOL = 1e-10  # closed forms against pROC 1.18.0, prop.test and epiR 2.0.57; script tests/reference/validity.R
ITERATED = 1e-8  # glm with epsilon 1e-14


def rows() -> dict[str, list[float]]:
    r = stored("validity")
    return {"score": r["ties"]["score"], "again": r["ties"]["outcome"], "risk": r["risk"]}


@pytest.mark.parametrize("case", ["ties", "distinct", "few"])
def test_auc_and_its_interval_equal_proc(case: str) -> None:
    r = stored("validity")[case]
    e = auc({"s": r["score"], "y": r["outcome"]}, "s", "y")["auc"]
    assert (e.value, e.se, e.low, e.high) == pytest.approx((r["auc"], r["se"], r["low"], r["high"]), rel=RTOL)


def test_accuracy_equals_r_and_epir() -> None:
    r = stored("validity")
    found = accuracy(rows(), "score", "again", at_least=4)
    for name, want in r["at_least_4"].items():
        e = found[name]
        assert (e.value, e.low, e.high, e.n) == pytest.approx(
            (want["value"], want["low"], want["high"], want["n"]), rel=RTOL
        )
    for name, theirs in (
        ("sensitivity", "se"),
        ("specificity", "sp"),
        ("ppv", "pv.pos"),
        ("npv", "pv.neg"),
        ("base_rate", "tp"),
    ):
        want = r["epiR"][theirs]
        assert (found[name].value, found[name].low, found[name].high) == pytest.approx(tuple(want.values()), rel=RTOL)


def test_low_scores_can_be_the_positive_ones() -> None:
    turned = {"score": [-s for s in rows()["score"]], "again": rows()["again"]}
    for a, b in zip(
        accuracy(rows(), "score", "again", at_least=4), accuracy(turned, "score", "again", below=-3.5), strict=True
    ):
        assert (a.value, a.low, a.high, a.n) == (b.value, b.low, b.high, b.n)


def test_share_per_level_equals_r() -> None:
    for e, want in zip(observed(rows(), "score", "again"), stored("validity")["observed"], strict=True):
        assert (e.at, e.value, e.low, e.high, e.n) == pytest.approx(
            (want["at"], want["value"], want["low"], want["high"], want["n"]), rel=RTOL, abs=1e-15
        )


@pytest.mark.parametrize("name", ["calibration_in_the_large", "calibration_slope", "calibration_intercept"])
def test_calibration_equals_glm(name: str) -> None:
    e, want = calibration(rows(), "risk", "again")[name], stored("validity")[name]
    assert (e.value, e.se, e.low, e.high) == pytest.approx(
        (want["value"], want["se"], want["low"], want["high"]), rel=ITERATED
    )


def test_right_probabilities_need_no_correction() -> None:
    perfect = {"risk": [0.2, 0.2, 0.6, 0.6], "again": [1, 0, 1, 0], "n": [20, 80, 60, 40]}
    found = calibration(count(perfect, ["risk", "again"], number="n"), "risk", "again")
    assert [e.value for e in found] == pytest.approx([0, 1, 0], abs=1e-12)


def test_turning_the_score_round_turns_the_area_round() -> None:
    turned = {"score": [-s for s in rows()["score"]], "again": rows()["again"]}
    one, other = auc(rows(), "score", "again")["auc"], auc(turned, "score", "again")["auc"]
    assert (one.value, one.se) == pytest.approx((1 - other.value, other.se), rel=RTOL)


def test_forms_without_score_or_outcome_are_left_out_and_counted() -> None:
    data = {"s": [1, 2, None, 3, 4, 1], "y": [0, 1, 1, None, 1, 0]}
    e = auc(data, "s", "y")["auc"]
    assert e.n == 4
    assert "2 forms without score or outcome left out" in e.method


@pytest.mark.parametrize(
    ("score", "outcome", "value", "why"),
    [
        ([], [], None, "no form has both"),
        ([None, 1], [1, None], None, "no form has both"),
        ([1, 2], [0, 0], None, "no form has the outcome"),
        ([1, 2], [1, 1], None, "every form has the outcome"),
        ([1, 2, 3, 4], [0, 0, 1, 1], 1.0, "do not overlap"),
        ([2, 2, 2, 2], [0, 0, 1, 1], 0.5, "all are equal"),
        ([1, 3, 2], [0, 0, 1], 0.5, "one form with"),
    ],
)
def test_degenerate_scores_have_a_defined_area(score: Any, outcome: Any, value: float | None, why: str) -> None:
    e = auc({"s": score, "y": outcome}, "s", "y")["auc"]
    assert (e.value, e.se, e.low) == (value, None, None)
    assert why in e.why


def test_accuracy_of_what_is_not_there_says_so() -> None:
    found = accuracy({"s": [1, 2], "y": [0, 0]}, "s", "y", at_least=9)
    assert found["sensitivity"].why == "no form has the outcome"
    assert found["ppv"].why == "no form is positive"
    assert found["specificity"].value == 1.0
    assert found["npv"].value == 1.0


@pytest.mark.parametrize(
    ("risk", "outcome", "name", "why"),
    [
        ([0.2, 0.8], [0, 1], "calibration_slope", "separate the outcomes"),
        ([0.3, 0.3, 0.3], [0, 1, 0], "calibration_slope", "all equal"),
        ([0.0, 0.3, 0.3], [0, 1, 0], "calibration_in_the_large", "exactly 0 or 1"),
        ([0.2, 0.3], [0, 0], "calibration_in_the_large", "no form has the outcome"),
        ([], [], "calibration_intercept", "no form has both"),
    ],
)
def test_no_calibration_with_a_reason(risk: Any, outcome: Any, name: str, why: str) -> None:
    e = calibration({"p": risk, "y": outcome}, "p", "y")[name]
    assert e.value is None
    assert why in e.why


@pytest.mark.parametrize(("at_least", "name"), [(9, "lr_negative"), (0, "lr_positive")])
def test_a_ratio_of_everybody_has_no_interval(at_least: float, name: str) -> None:
    """Its variance on the logarithm is 0, which made an interval from 1 to 1."""
    found = accuracy(rows(), "score", "again", at_least=at_least * 1e6 - 1)[name]
    assert (found.value, found.low, found.high) == (1, None, None)
    assert "one side of the cut-off" in (found.why or "")


def test_a_cut_off_that_is_no_number_is_refused() -> None:
    for way in ("at_least", "below"):
        with pytest.raises(UsageError, match="NaN"):
            accuracy({"s": [1, 2], "y": [0, 1]}, "s", "y", **{way: math.nan})


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(UsageError, match="other than true and false"):
        auc({"s": [1, 2], "y": [1, 2]}, "s", "y")
    with pytest.raises(UsageError, match="has no order"):
        auc({"s": ["low", "high"], "y": [0, 1]}, "s", "y")
    with pytest.raises(UsageError, match="Give one cut-off"):
        accuracy({"s": [1, 2], "y": [0, 1]}, "s", "y")
    with pytest.raises(UsageError, match="between 0 and 1"):
        calibration({"p": [3, 0.2], "y": [0, 1]}, "p", "y")


def test_a_curve_has_at_most_200_points() -> None:
    found = observed({"s": list(range(201)), "y": [0, 1, 0] * 67}, "s", "y")
    assert len(found) == 1
    assert "use its bands" in found[0].why


def test_validity_is_the_parts_together() -> None:
    found = validity(rows(), "score", "again", at_least=4)
    parts = (
        auc(rows(), "score", "again")
        + accuracy(rows(), "score", "again", at_least=4)
        + observed(rows(), "score", "again")
    )
    assert found == parts


cells = st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0, None]), st.sampled_from([0.0, 1.0, None]))


@settings(deadline=None, max_examples=150)
@given(st.lists(cells, max_size=12))
def test_never_nan_and_never_a_traceback(pairs: list[tuple[float | None, float | None]]) -> None:
    data = {"s": [s for s, _ in pairs], "y": [y for _, y in pairs]}
    for e in validity(data, "s", "y", at_least=0.5) + calibration(data, "s", "y"):
        assert e.value is not None or e.why
        assert e.low is None or e.low <= e.value <= e.high
        assert all(math.isfinite(x) for x in (e.value, e.se, e.low, e.high) if x is not None)
