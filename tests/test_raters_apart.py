"""Raters who differ and units that split them: against R, without ranking."""

from typing import Any

import numpy as np
import pytest

from risico.errors import UsageError
from risico.numbers import raters as numbers
from risico.reliability import raters_apart, raters_split
from stored import stored, table

RTOL = 1e-8


@pytest.mark.parametrize("data", ["complete", "gaps"])
def test_differences_are_those_of_t_test(data: str) -> None:
    case = stored("raters_apart")[data]
    rows = table(case["ratings"])
    found = raters_apart(rows)
    for rater, expected in zip(rows, case["difference"], strict=True):
        e = found.where(rater=rater)["rater_difference"]
        for key, value in expected.items():
            assert getattr(e, key) == pytest.approx(value, rel=RTOL), (rater, key)
        assert e.confidence == 0.95


@pytest.mark.parametrize("data", ["complete", "gaps"])
def test_the_test_is_that_of_lm(data: str) -> None:
    case = stored("raters_apart")[data]
    found = raters_apart(table(case["ratings"]))
    assert found["raters_f"].value == pytest.approx(case["raters_f"], rel=RTOL)
    assert found["raters_p"].value == pytest.approx(case["raters_p"], rel=1e-6)
    assert f"{case['df']} and {case['df2']} degrees" in found["raters_f"].method


@pytest.mark.parametrize("data", ["pair", "two"])
def test_the_margins_are_those_of_irr_and_of_mcnemar(data: str) -> None:
    case = stored("raters_apart")[data]
    found = raters_apart(table(case["ratings"]))
    assert found["marginal_homogeneity_chi_square"].value == pytest.approx(case["chi_square"], rel=RTOL)
    assert found["marginal_homogeneity_p"].value == pytest.approx(case["p"], rel=RTOL)


def test_raters_stand_in_the_order_of_their_names() -> None:
    rows = table(stored("raters_apart")["complete"]["ratings"])
    assert list(rows) == ["cas", "ann", "bob"]
    assert [e.by["rater"] for e in raters_apart(rows) if e.by] == ["ann", "bob", "cas"]


def test_levels_in_words_count_as_their_places() -> None:
    rows = {"a": ["low", "mid", "high", "mid", "low"], "b": ["low", "high", "high", "low", "mid"]}
    places = {rater: [["low", "mid", "high"].index(word) for word in words] for rater, words in rows.items()}
    found = raters_apart(rows, levels=["low", "mid", "high"])
    assert [e.value for e in found] == [e.value for e in raters_apart(places)]
    with pytest.raises(UsageError, match="no order of their own"):
        raters_apart(rows)


def test_scores_may_have_any_number_of_values() -> None:
    rows = {"a": np.arange(150) + 1.0, "b": np.arange(150) + np.arange(150) % 2}
    found = raters_apart(rows)
    assert found.where(rater="a")["rater_difference"].value == pytest.approx(0.5)
    assert "at most 100 levels; this has 2 and 151" in found["marginal_homogeneity_p"].why


@pytest.mark.parametrize(
    ("rows", "name", "value", "why"),
    [
        ({"a": [1, 2, 1, 2], "b": [1, 1, 2, 2]}, "rater_difference", None, "fewer than 5 units"),
        ({"a": [1, 2, 1, 2, 1], "b": [2, 3, 2, 3, 2]}, "rater_difference", -1.0, "the same on every unit"),
        ({"a": [1, 2, 1, 2, 1], "b": [2, 3, 2, 3, 2]}, "raters_p", None, "the same on every unit"),
        ({"a": [1, 2], "b": [None, None]}, "raters_f", None, "no two raters share a unit"),
        ({"a": [1, 2], "b": [1, 2]}, "marginal_homogeneity_p", None, "differ on no unit"),
        ({"a": [1, 2], "b": [1, 2], "c": [1, 2]}, "marginal_homogeneity_chi_square", None, "of two raters"),
        ({"a": [], "b": []}, "raters_p", None, "no two raters share a unit"),
        ({"a": [1, 2, 3]}, "rater_difference", None, "fewer than 5 units"),
    ],
)
def test_without_a_difference_to_judge_the_reason_is_given(rows: Any, name: str, value: Any, why: str) -> None:
    e = next(e for e in raters_apart(rows) if e.name == name)
    assert e.value == value
    assert why in e.why


def test_levels_that_are_confused_in_two_islands() -> None:
    """1 with 2 and 3 with 4: two tests of McNemar, added up."""
    joint = np.array([[9.0, 6, 0, 0], [2, 9, 0, 0], [0, 0, 5, 1], [0, 0, 8, 5]])
    found = numbers.marginal_homogeneity(table=joint)
    assert found is not None
    assert (found.value, found.df) == (pytest.approx((6 - 2) ** 2 / 8 + (1 - 8) ** 2 / 9), 2)


# units that split ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", ["complete", "gaps"])
def test_shares_of_units_are_those_of_r(data: str) -> None:
    case = stored("raters_apart")[data]
    found = raters_split(table(case["ratings"]))
    for key, value in case["split"].items():
        assert getattr(found["units_split"], key) == pytest.approx(value, rel=RTOL)
    n = case["split"]["n"]
    pairs = [e for e in found if e.name == "levels_confused"]
    assert [e.by["levels"] for e in pairs] == ["1 / 2", "1 / 3", "1 / 4", "2 / 3", "2 / 4", "3 / 4"]
    for e in pairs:
        i, j = (int(level) - 1 for level in e.by["levels"].split(" / "))
        units = case["both"][i][j]
        assert e.value == (pytest.approx(units / n) if units >= 5 else None)
        assert e.why == (None if units >= 5 else "fewer than 5 units")


def test_few_units_are_people_and_have_no_number() -> None:
    found = raters_split({"a": [1] * 10, "b": [1] * 6 + [3] * 4})
    assert {e.why for e in found} == {"fewer than 5 units"}
    assert {e.value for e in found} == {None}
    assert raters_split({"a": [1, 2], "b": [None, None]})["units_split"].why == "no unit has two ratings"
    with pytest.raises(UsageError, match="21 levels make 210 pairs"):
        raters_split({"a": list(range(21)), "b": list(range(21))})
