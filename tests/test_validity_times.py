"""Time to an event against survival and timeROC; the script is tests/reference/validity_times.R."""

import csv
import math
from typing import Any

import numpy as np
import pytest

from risico.errors import UsageError
from risico.numbers import concordance as numbers
from risico.validity import auc, auc_by_time, concordance
from stored import stored

RTOL = 1e-10  # closed forms on the same forms


def rows() -> dict[str, Any]:
    r = stored("validity_times")
    return {name: r[name] for name in ("score", "time", "weeks", "event")}


@pytest.mark.parametrize(("time", "case"), [("time", "harrell"), ("weeks", "harrell_weeks")])
def test_c_and_its_error_equal_survival(time: str, case: str) -> None:
    e = concordance(rows(), "score", time, "event")[0]
    assert (e.value, e.se, e.low, e.high) == pytest.approx(tuple(stored("validity_times")[case].values()), rel=RTOL)


def test_c_does_not_depend_on_how_forms_are_cut_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    before = concordance(rows(), "score", "weeks", "event")[0]
    monkeypatch.setattr(numbers, "BLOCK", 3)
    after = concordance(rows(), "score", "weeks", "event")[0]
    assert (after.value, after.se) == pytest.approx((before.value, before.se), rel=1e-12)


def test_areas_by_time_and_their_errors_equal_timeroc() -> None:
    r = stored("validity_times")
    found = auc_by_time(rows(), "score", "time", "event", horizons=r["horizons"])
    assert [e.value for e in found] == pytest.approx(r["area"], rel=RTOL)
    assert [e.se for e in found] == pytest.approx(r["se"], rel=RTOL)


def test_areas_with_equal_times_equal_every_pair_weighted() -> None:
    r = stored("validity_times")
    found = auc_by_time(rows(), "score", "weeks", "event", horizons=r["horizons"])
    assert [e.value for e in found] == pytest.approx(r["tied"], rel=RTOL)


def test_rearrest_of_released_prisoners(real_data: Any) -> None:
    """The Cox model of Fox and Weisberg, with its concordance in R; nobody was lost from sight before week 52."""
    with (real_data("rossi-recidivism") / "rossi.csv").open(encoding="utf-8") as file:
        people = list(csv.DictReader(file))
    r = stored("validity_times")["rossi"]
    x = {
        "aid": [p["fin"] == "yes" for p in people],
        "age": [float(p["age"]) for p in people],
        "black": [p["race"] == "black" for p in people],
        "worked": [p["wexp"] == "yes" for p in people],
        "unwed": [p["mar"] == "not married" for p in people],
        "parole": [p["paro"] == "yes" for p in people],
        "prio": [float(p["prio"]) for p in people],
    }
    risk = sum(b * np.array(x[name], dtype=float) for name, b in r["coefficients"].items())
    forms = {
        "risk": risk.round(10),
        "week": [float(p["week"]) for p in people],
        "arrest": [int(p["arrest"]) for p in people],
    }
    e = concordance(forms, "risk", "week", "arrest")[0]
    assert (e.value, e.se, e.n) == pytest.approx((r["c"], r["se"], 432), rel=1e-8)
    assert round(e.value, 2) == 0.64
    half = auc_by_time(forms, "risk", "week", "arrest", horizons=[26])[0]
    assert half.value == pytest.approx(r["area26"], rel=1e-9)
    by_then = {"risk": forms["risk"], "y": [w <= 26 and a for w, a in zip(forms["week"], forms["arrest"], strict=True)]}
    assert half.se == pytest.approx(auc(by_then, "risk", "y")[0].se, rel=0.02)  # n for n − 1 in each arm


@pytest.mark.parametrize(
    ("columns", "value", "why"),
    [
        ({"s": [], "t": [], "e": []}, None, "no form has a score, a time"),
        ({"s": [1, 2], "t": [3, 4], "e": [0, 0]}, None, "of no two forms"),
        ({"s": [1, 2], "t": [3, 3], "e": [1, 1]}, None, "of no two forms"),
        ({"s": [2, 2, 2], "t": [3, 4, 5], "e": [1, 1, 0]}, 0.5, "no interval"),
        ({"s": [3, 2, 1], "t": [3, 4, 5], "e": [1, 1, 0]}, 1.0, "no interval"),
    ],
)
def test_degenerate_times_have_a_defined_c(columns: Any, value: float | None, why: str) -> None:
    e = concordance(columns, "s", "t", "e")[0]
    assert (e.value, e.low) == (value, None)
    assert why in e.why


def test_degenerate_horizons_have_a_reason() -> None:
    forms = {"s": [1, 2, 3], "t": [3, 4, 5], "e": [1, 1, 0]}
    early, late = auc_by_time(forms, "s", "t", "e", horizons=[1, 9])
    assert early.why == "no form has the event by then"
    assert late.why == "no form was followed beyond then without the event"
    assert auc_by_time({"s": [], "t": [], "e": []}, "s", "t", "e", horizons=[1])[0].value is None


def test_nobody_followed_is_never_divided_by() -> None:
    forms = {"s": [1, 2, 3, 4, 2], "t": [1, 1, 1, 2, 3], "e": [0, 0, 0, 1, 0]}
    for e in auc_by_time(forms, "s", "t", "e", horizons=[0.5, 1, 2, 2.5, 3]):
        assert all(math.isfinite(x) for x in (e.value, e.se) if x is not None)


def test_calls_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(UsageError, match="length of time"):
        concordance({"s": [1, 2], "t": [-1, 2], "e": [0, 1]}, "s", "t", "e")
    with pytest.raises(UsageError, match="length of time"):
        concordance({"s": [1, 2], "t": ["2024-01-01", "2024-02-01"], "e": [0, 1]}, "s", "t", "e")
    with pytest.raises(UsageError, match="moments after the start"):
        auc_by_time(rows(), "score", "time", "event", horizons=[])
