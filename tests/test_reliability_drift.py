"""Drift of raters, against clubSandwich, with colleagues and with known answers."""

from typing import Any

import numpy as np
import pytest

from risico.errors import UsageError
from risico.estimate import Estimates
from risico.reliability import drift
from stored import stored, table

RTOL = 1e-8  # closed forms
KNOWN = stored("drift")
FORMS = table(KNOWN["data"])


def found(kind: str) -> Estimates:
    return drift(FORMS, "score", when="time", reference="gold" if kind == "gold" else None, periods=3)


@pytest.mark.parametrize("kind", ["others", "gold"])
def test_slopes_and_their_test_equal_clubsandwich(kind: str) -> None:
    told, estimates = KNOWN[kind], found(kind)
    for key in ("p", "f", "df"):
        assert estimates[f"drift_{key}"].value == pytest.approx(told[key], rel=RTOL)
    for place, rater in enumerate("abcd"):
        slope = estimates.where(rater=rater)["drift_slope"]
        expected = [told[key][place] for key in ("slope", "se", "low", "high")]
        assert [slope.value, slope.se, slope.low, slope.high] == pytest.approx(expected, rel=RTOL)


@pytest.mark.parametrize("kind", ["others", "gold"])
def test_the_chart_is_the_mean_of_each_period(kind: str) -> None:
    told, estimates = KNOWN[kind], found(kind)
    width = (told["to"] - told["from"]) / 3
    chart = {(e.by["rater"], round((e.at - told["from"]) / width - 0.5)): e for e in estimates if e.at is not None}
    assert len(chart) == 12
    for each in told["means"]:
        one = chart[each["rater"], each["window"]]
        assert (one.value, one.low, one.high, one.n) == pytest.approx(
            (each["value"], each["low"], each["high"], each["n"]), rel=RTOL
        )


def test_dates_are_years() -> None:
    days = np.datetime64("2026-01-01") + np.array(FORMS["time"]).astype(int)
    dated = drift({**FORMS, "time": [str(day) for day in days]}, "score", when="time")
    plain = drift(FORMS, "score", when="time")
    for one, other in zip(dated, plain, strict=True):
        if one.name == "drift_slope":
            assert one.value == pytest.approx(365.25 * other.value, rel=RTOL)
    assert "years of time" in dated[0].method


def test_two_raters_drift_from_each_other_and_nobody_can_tell_which() -> None:
    pair = {
        name: [v for v, r in zip(values, FORMS["rater"], strict=True) if r in "ac"] for name, values in FORMS.items()
    }
    estimates = drift(pair, "score", when="time")
    a, c = (estimates.where(rater=r)["drift_slope"] for r in "ac")
    assert a.value == pytest.approx(-c.value, rel=RTOL)
    assert estimates["drift_f"].value == pytest.approx((a.value / a.se) ** 2, rel=RTOL)


def rows(n: int, score: Any, **more: Any) -> dict[str, Any]:
    """Two raters of n cases, the second always at 0."""
    cases, day = [*range(n), *range(n)], [*range(n), *range(n)]
    forms = {"case": cases, "day": day, "rater": ["a"] * n + ["b"] * n, "score": [*map(score, range(n)), *([0.0] * n)]}
    return forms | more


@pytest.mark.parametrize(
    ("forms", "why", "of_all"),
    [
        (rows(5, float), "5 ratings can be held against another, and 10 are needed", "too few raters"),
        (rows(12, float, day=[3] * 24), "all ratings are of one time", "too few raters"),
        (rows(12, lambda i: 2.0 * i), "the distances do not vary", "too few raters"),
    ],
)
def test_what_cannot_be_told_has_a_defined_answer(forms: dict[str, Any], why: str, of_all: str) -> None:
    estimates = drift(forms, "score", when="day")
    for rater in "ab":
        assert why in estimates.where(rater=rater)["drift_slope"].why
    for name in ("drift_p", "drift_f", "drift_df"):
        assert estimates[name].value is None
        assert of_all in estimates[name].why


def test_ratings_without_a_colleague_are_not_held_against_anything() -> None:
    forms = {"case": [1, 2, 3], "day": [1, 2, 3], "rater": ["a", "a", "b"], "score": [1.0, 2.0, 3.0]}
    estimates = drift(forms, "score", when="day")
    assert {e.n for e in estimates} == {0}
    assert all(e.value is None for e in estimates)


def test_one_case_in_a_period_has_no_interval_and_none_no_value() -> None:
    forms = rows(12, lambda i: i % 3 + 0.5 * i, day=[*([0] * 11), 99] * 2)
    chart = [e for e in drift(forms, "score", when="day", periods=3).where(rater="a") if e.at is not None]
    assert [e.n for e in chart] == [11, 0, 1]
    assert "no rating of this period" in chart[1].why
    assert chart[2].value == 11 % 3 + 5.5
    assert "one case settles it" in chart[2].why


def test_what_cannot_be_meant() -> None:
    forms = rows(12, float)
    with pytest.raises(UsageError, match="more than one rating of the same unit"):
        drift({**forms, "case": [0] * 24}, "score", when="day")
    with pytest.raises(UsageError, match="blank in: day"):
        drift({**forms, "day": [None, *range(23)]}, "score", when="day")
    with pytest.raises(UsageError, match="no date"):
        drift({**forms, "day": ["spring"] * 24}, "score", when="day")
    with pytest.raises(UsageError, match="not numbers"):
        drift({**forms, "score": ["low"] * 24}, "score", when="day")
    with pytest.raises(UsageError, match="1 to 50"):
        drift(forms, "score", when="day", periods=0)


def test_slopes_that_follow_from_each_other_have_no_test_together() -> None:
    """Three raters of whom two are always alike and one differs on one kind of case."""
    table = [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0]] * 4
    each = [(i, j, i % 3, score) for i, row in enumerate(table) for j, score in enumerate(row)]
    forms = dict(zip(("case", "rater", "day", "score"), map(list, zip(*each, strict=True)), strict=True))
    assert "follow from each other" in drift(forms, "score", when="day")["drift_p"].why
