"""Limits of agreement against R and against Bland and Altman (1986)."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from risico.errors import UsageError
from risico.numbers.bland_altman import limit_factors
from risico.reliability import bland_altman
from stored import stored

CASES = ["pefr", "points", "narrow"]
NAMES = ["bias", "sd_of_differences", "limit_of_agreement_low", "limit_of_agreement_high", "proportional_bias"]


def numbers(values: list[Any]) -> list[float]:
    return [float("nan") if value in (None, "NA") else value for value in values]


def pair(case: dict[str, Any]) -> dict[str, list[float]]:
    return {"first": numbers(case["x"]), "second": numbers(case["y"])}


@pytest.mark.parametrize("data", CASES)
def test_equal_to_r(data: str) -> None:
    case = stored("bland_altman")[data]
    found = bland_altman(pair(case), within=case["within"], confidence=case["confidence"])
    assert [e.name for e in found] == NAMES
    for e in found:
        for key, value in case[e.name].items():
            assert getattr(e, key) == pytest.approx(value, rel=1e-8), (e.name, key)
        assert e.n == case["n"]


def test_the_seventeen_readings_of_bland_and_altman() -> None:
    found = bland_altman(pair(stored("bland_altman")["pefr"]))
    assert [round(found[name].value, 1) for name in NAMES[:2]] == [-2.1, 38.8]
    ends = found["limit_of_agreement_low"].value, found["limit_of_agreement_high"].value
    assert ends == pytest.approx((-79.7, 75.5), abs=2.6)  # printed with 2 standard deviations


def test_units_without_both_scores_are_left_out_and_counted() -> None:
    assert "3 units without both scores left out" in bland_altman(pair(stored("bland_altman")["points"]))[0].method


def test_the_exact_interval_holds_the_limit_as_often_as_it_says() -> None:
    """95 % of 20,000 samples of ten; the Monte Carlo error is 0.15 %."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(20_000, 10))
    low, high = limit_factors(n=10)
    mean, sd, true = X.mean(axis=1), X.std(axis=1, ddof=1), stats.norm.ppf(0.975)
    assert ((mean + low * sd <= true) & (true <= mean + high * sd)).mean() == pytest.approx(0.95, abs=0.006)


def test_a_million_units_are_no_trouble() -> None:
    low, high = limit_factors(n=1_000_000)
    near = 1.959964 + np.array([-1, 1]) * 1.959964 * (1 / 1e6 + 1.959964**2 / 2e6) ** 0.5  # Bland & Altman (1999)
    assert (low, high) == pytest.approx(tuple(near), abs=1e-5)


@pytest.mark.parametrize(
    ("rows", "name", "value", "why"),
    [
        ({"a": [], "b": []}, "bias", None, "no unit has both scores"),
        ({"a": [1], "b": [None]}, "limit_of_agreement_low", None, "no unit has both scores"),
        ({"a": [3], "b": [1]}, "bias", 2.0, "no interval"),
        ({"a": [3], "b": [1]}, "sd_of_differences", None, "two units"),
        ({"a": [3, 4], "b": [1, 1]}, "proportional_bias", None, "three units"),
        ({"a": [3, 4, 5], "b": [1, 2, 3]}, "limit_of_agreement_high", 2.0, "equally far apart"),
        ({"a": [3, 4, 5], "b": [1, 2, 3]}, "sd_of_differences", 0.0, "equally far apart"),
        ({"a": [3, 2, 1], "b": [1, 2, 3]}, "proportional_bias", None, "the mean of the two is the same"),
        ({"a": [2, 4, 6], "b": [1, 2, 3]}, "proportional_bias", 2 / 3, "on a line"),
        ({"a": [0.1, 0.1, 0.1], "b": [0.3, 0.3, 0.3]}, "proportional_bias", None, "the mean of the two is the same"),
    ],
)
def test_degenerate_pairs_have_a_defined_answer(rows: Any, name: str, value: float | None, why: str) -> None:
    e = bland_altman(rows)[name]
    assert e.value == (None if value is None else pytest.approx(value))
    assert why in e.why
    assert e.low is None


@pytest.mark.parametrize(
    ("rows", "more", "match"),
    [
        ({"a": [1, 2], "b": [1, 2], "c": [1, 2]}, {}, "two columns, and there are 3"),
        ({"a": ["low", "high"], "b": ["low", "low"]}, {}, "holds text"),
        ({"case": [1, 2], "b": [1, 2]}, {}, "case is a key of the forms"),
        ({"a": [1, 2], "b": [1, 2]}, {"within": 95}, "between 0 and 1"),
        ({"a": [1, 2], "b": [1, 2]}, {"confidence": 95}, "lies between 0 and 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(rows: Any, more: Any, match: str) -> None:
    with pytest.raises(UsageError, match=match):
        bland_altman(rows, **more)
