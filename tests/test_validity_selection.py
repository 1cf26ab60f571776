"""Outcomes known of some only, against every filling-in and published liver scans (validity_selection.R)."""

import datetime
from typing import Any

import pandas as pd
import polars as pl
import pytest

from risico.disclosure import release
from risico.errors import UsageError
from risico.validity import accuracy, follow_up_audit, selective
from stored import stored

RTOL = 1e-10  # closed forms
LIVER = {"scan": [1, 1, 1, 0, 0, 0], "ill": [1, 0, None, 1, 0, None], "n": [231, 32, 166, 27, 54, 140]}


def rows() -> dict[str, Any]:
    r = stored("validity_selection")
    return {name: r[name] for name in ("score", "outcome", "day", "again")}


@pytest.mark.parametrize("name", ["base_rate", "sensitivity", "specificity", "ppv", "npv"])
def test_bounds_are_the_extremes_over_every_filling_in(name: str) -> None:
    r = stored("validity_selection")
    found = {e.name: e for e in selective(rows(), "score", "outcome", at_least=4).where(of=name) if e.at is None}
    assert found["lowest_possible"].value == pytest.approx(r["lowest"][name], rel=RTOL)
    assert found["highest_possible"].value == pytest.approx(r["highest"][name], rel=RTOL)


def test_a_bound_has_its_own_whole_as_n_so_that_few_are_withheld() -> None:
    bounds = [e for e in selective(rows(), "score", "outcome", at_least=4) if e.name.endswith("_possible")]
    assert all(e.value * e.n == pytest.approx(round(e.value * e.n), abs=1e-9) for e in bounds)
    few = selective({"s": [1, 9] * 30, "y": [0, 1] * 8 + [0, None] * 22}, "s", "y", at_least=5)
    lowest = next(e for e in few if e.name == "lowest_possible" and e.by["of"] == "base_rate")
    assert lowest.value * lowest.n == pytest.approx(8)
    assert release([lowest], "organisatie")[0].value is None


def test_other_odds_among_the_unknown_equal_r() -> None:
    r = stored("validity_selection")
    found = selective(rows(), "score", "outcome", at_least=4, odds=r["odds"])
    for name in r["tilted"][0]:
        curve = [e.value for e in found.where(of=name) if e.name == "if_unknown"]
        assert curve == pytest.approx([table[name] for table in r["tilted"]], rel=RTOL)
    assert [e.value for e in found if e.name == "known"] == pytest.approx(list(r["known"].values()), rel=RTOL)


def test_the_naive_numbers_are_those_of_accuracy() -> None:
    naive, found = accuracy(rows(), "score", "outcome", at_least=4), selective(rows(), "score", "outcome", at_least=4)
    for name in ("base_rate", "sensitivity", "specificity", "ppv", "npv"):
        assert found[name] == naive[name]


def test_liver_scans_of_begg_and_greenes() -> None:
    """Published: naive .90 and .63, corrected .84 and .74."""
    from risico.tally import count

    found = selective(count(LIVER, ["scan", "ill"], number="n"), "scan", "ill", at_least=1, odds=[1])
    corrected = {name: found.where(of=name)[-1].value for name in ("sensitivity", "specificity")}
    assert (round(found["sensitivity"].value, 2), round(found["specificity"].value, 2)) == (0.9, 0.63)
    assert {name: round(value, 2) for name, value in corrected.items()} == {"sensitivity": 0.84, "specificity": 0.74}
    assert corrected["sensitivity"] == pytest.approx(stored("validity_selection")["liver"]["sensitivity"], rel=RTOL)


def test_every_curve_lies_between_its_bounds() -> None:
    found = selective(rows(), "score", "outcome", at_least=4, odds=[0, 0.1, 1, 10, 1000])
    for name in ("base_rate", "sensitivity", "specificity", "ppv", "npv"):
        low, high, *curve = (e.value for e in found.where(of=name))
        assert all(low - 1e-12 <= value <= high + 1e-12 for value in curve)


@pytest.mark.parametrize(
    ("columns", "name", "why"),
    [
        ({"s": [1, 2, 2], "y": [0, None, None]}, "if_unknown", "no outcome is known at all"),
        ({"s": [1, 1, 1], "y": [0, 1, None]}, "known", "no form is on this side"),
        ({"s": [1, 2], "y": [0, 0]}, "lowest_possible", "no form has the outcome"),
        ({"s": [], "y": []}, "highest_possible", "there are no forms"),
    ],
)
def test_degenerate_selections_have_a_reason(columns: Any, name: str, why: str) -> None:
    found = [e for e in selective(columns, "s", "y", at_least=2) if e.name == name]
    assert any(e.value is None and why in e.why for e in found)


def test_the_audit_equals_prop_test_and_newcombe() -> None:
    r, found = (
        stored("validity_selection"),
        follow_up_audit(rows(), "day", "again", window_days=180, closed="2023-06-30"),
    )
    pairs = {
        "whole": found["whole_window"],
        "rate_whole": found.where(forms="whole window")[0],
        "rate_short": found.where(forms="cut short")[0],
        "difference": found["cut_short_difference"],
    }
    for name, e in pairs.items():
        assert (e.value, e.low, e.high) == pytest.approx(r[name], rel=1e-9), name
    assert "enrolled by 2023-01-01" in found["whole_window"].method


@pytest.mark.parametrize("kind", ["text", "polars", "pandas", "moments"])
def test_dates_of_every_kind_are_read_alike(kind: str) -> None:
    days = [datetime.date(2024, 1, 31), datetime.date(2024, 2, 1), datetime.date(2024, 2, 2), None]
    frames = {
        "text": {"day": [None if d is None else d.isoformat() for d in days], "y": [0, 1, 0, 1]},
        "polars": pl.DataFrame({"day": days, "y": [0, 1, 0, 1]}),
        "pandas": pd.DataFrame({"day": pd.to_datetime(pd.Series(days)), "y": [0, 1, 0, 1]}),
        "moments": pl.DataFrame({"day": days, "y": [0, 1, 0, 1]}).with_columns(pl.col("day").cast(pl.Datetime)),
    }
    found = follow_up_audit(frames[kind], "day", "y", window_days=10, closed="2024-02-11")
    assert (found["whole_window"].value, found["whole_window"].n) == (pytest.approx(2 / 3), 3)
    assert "1 forms without date or outcome left out" in found["whole_window"].method


@pytest.mark.parametrize(
    ("days", "outcomes", "why"),
    [
        (["2024-01-01", "2024-01-02"], [0, 1], "every form had the whole window"),
        (["2025-01-01", "2025-01-02"], [0, 1], "no form had the whole window"),
        ([], [], "no form has both a date"),
    ],
)
def test_an_audit_without_a_comparison_says_so(days: Any, outcomes: Any, why: str) -> None:
    found = follow_up_audit({"day": days, "y": outcomes}, "day", "y", window_days=30, closed="2024-12-31")
    assert why in found["cut_short_difference"].why


def test_calls_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(UsageError, match="no date such as") as told:
        follow_up_audit({"day": ["27-11-2023"], "y": [1]}, "day", "y", window_days=3, closed="2024-12-31")
    assert "27-11" not in str(told.value)
    with pytest.raises(UsageError, match="closed holds something"):
        follow_up_audit({"day": ["2024-12-31"], "y": [1]}, "day", "y", window_days=3, closed="today")
    with pytest.raises(UsageError, match="at least 1"):
        follow_up_audit(rows(), "day", "again", window_days=0, closed="2024-12-31")
    with pytest.raises(UsageError, match="0 or more times"):
        selective(rows(), "score", "outcome", at_least=4, odds=[-1])
    with pytest.raises(UsageError, match="other than true and false"):
        selective({"s": [1, 2], "y": ["yes", None]}, "s", "y", at_least=2)
    with pytest.raises(UsageError, match="other than true and false"):
        selective({"s": [1, 2], "y": [3, None]}, "s", "y", at_least=2)
