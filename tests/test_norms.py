"""Norms: equal to R, right at a ceiling, and a defined answer where there are none."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from risico.errors import UsageError
from risico.norms import (
    ABOVE,
    BELOW,
    CROSSING,
    FEW,
    HIGHEST,
    LOWEST,
    NOBODY,
    ONE_AGE,
    OUTSIDE,
    THIN,
    continuous_norms,
    norm_group,
    percentile_norms,
)
from risico.numbers import norms as numbers
from risico.tally import count
from stored import stored, table

R = stored("norms")
RTOL = 1e-9  # closed forms
REACHED = 1e-8  # the curve is turned round by uniroot in R
FORMS = table(R["forms"])


@pytest.mark.parametrize("sex", ["f", "m"])
def test_percentiles_and_their_interval_equal_r(sex: str) -> None:
    found = percentile_norms(FORMS, "raw", ["sex"]).where(sex=sex)
    ranks = {e.at: e for e in found if e.name == "percentile_rank"}
    ts = {e.at: e for e in found if e.name == "t_score"}
    assert len(R["groups"][sex]) > 10
    for row in R["groups"][sex]:
        rank = ranks[row["raw"]]
        assert (rank.value, rank.low, rank.high) == pytest.approx((row["rank"], row["low"], row["high"]), rel=RTOL)
        assert ts[row["raw"]].value == pytest.approx(row["t"], rel=RTOL)


@pytest.mark.parametrize(("case", "oldest"), [("running", 9), ("three_ages", 8)])
def test_norms_over_age_equal_lm(case: str, oldest: int) -> None:
    forms = pl.DataFrame(FORMS).filter(pl.col("age") <= oldest)
    for curve in R[case]:
        found = continuous_norms(forms, "raw", "age", ages=[curve["age"]], scores=curve["raw"])
        told = [e.value for e in found]
        assert told == [None if t in (None, "NA") else pytest.approx(t, rel=REACHED) for t in curve["t"]], curve["age"]
        assert sum(t is not None for t in told) >= 2


def test_the_interval_of_redraws_is_that_of_r_but_for_chance() -> None:
    """1,000 redraws in R against 500 here: an end of such an interval has an error of some 0.3 T."""
    for theirs in R["redrawn"]:
        (ours,) = continuous_norms(FORMS, "raw", "age", ages=[theirs["age"]], scores=[theirs["raw"]])
        assert (ours.low, ours.high) == pytest.approx(tuple(theirs["ends"]), abs=1.0)


def test_a_ceiling_is_not_taken_for_a_normal_distribution(real_data: Callable[[str], Path]) -> None:
    """At the end of grade 4 one in ten pupils has every answer right: T 66, where a normal assumption says 63."""
    elfe, forms = R["elfe"], pl.read_csv(real_data("norms-elfe") / "elfe.csv")
    oldest = percentile_norms(forms, "raw", ["group"]).where(group="5")
    t = {e.at: e for e in oldest if e.name == "t_score"}
    for row in elfe["oldest"]:
        assert t[row["raw"]].value == pytest.approx(row["t"], rel=RTOL)
    assert elfe["at_top"] > 0.1
    top = t[28]
    assert top.low is not None
    assert top.low > elfe["normal"]
    for curve in elfe["running"]:
        found = continuous_norms(forms, "raw", "group", ages=[curve["age"]], scores=curve["raw"])
        assert [e.value for e in found] == [
            None if x in (None, "NA") else pytest.approx(x, rel=REACHED) for x in curve["t"]
        ]
    highest = continuous_norms(forms, "raw", "group", ages=[5.0], scores=[28])[0]
    assert highest.value is not None
    assert abs(highest.value - (top.value or 0.0)) < abs(elfe["normal"] - (top.value or 0.0))


def test_a_higher_score_never_stands_lower() -> None:
    for found, name in (
        (percentile_norms(FORMS, "raw"), "percentile_rank"),
        (percentile_norms(FORMS, "raw"), "t_score"),
        (continuous_norms(FORMS, "raw", "age", ages=[7.5]), "t_score_continuous"),
    ):
        values = [e.value for e in found if e.name == name and e.value is not None]
        assert len(values) > 5
        assert values == sorted(values)


def test_a_score_that_nobody_had_has_an_answer() -> None:
    found = percentile_norms({"raw": [1, 2, 2, 2, 4, 4, 4, 5, 5, 5]}, "raw", scores=[0, 3, 6])
    rank = {e.at: e for e in found if e.name == "percentile_rank"}
    t = {e.at: e for e in found if e.name == "t_score"}
    assert [rank[at].value for at in (0, 3, 6)] == [0.0, 40.0, 100.0]
    assert (t[0].why, t[6].why) == (LOWEST, HIGHEST)
    assert t[3].value == pytest.approx(50 + 10 * -0.2533471031357997)  # qnorm(.4) of R
    assert (rank[0].low, rank[6].high) == (0.0, 100.0)


def test_a_small_group_has_no_norms() -> None:
    pair = [percentile_norms({"raw": [float(i) for i in range(n)]}, "raw") for n in (9, 10)]
    assert {e.why for e in pair[0]} == {FEW}
    assert all(e.value is not None for e in pair[1] if e.name == "percentile_rank")
    forms = {"raw": [float(i % 7) for i in range(29)], "age": [6.0] * 10 + [7.0] * 10 + [8.0] * 9}
    assert {e.why for e in continuous_norms(forms, "raw", "age")} == {THIN}


def test_one_age_has_no_norms_over_age() -> None:
    forms = {"raw": [float(i % 7) for i in range(30)], "age": [6.0] * 30}
    assert {e.why for e in continuous_norms(forms, "raw", "age")} == {ONE_AGE}


def test_norms_are_never_carried_further() -> None:
    found = continuous_norms(FORMS, "raw", "age", ages=[5.9, 6, 9, 9.1], scores=[8])
    assert [e.why for e in found.where(age="5.9")] == [OUTSIDE]
    assert [e.why for e in found.where(age="9.1")] == [OUTSIDE]
    assert all(e.value is not None for age in ("6", "9") for e in found.where(age=age))
    far = continuous_norms(FORMS, "raw", "age", ages=[7.5], scores=[-50, 90])
    assert [e.why for e in far] == [BELOW, ABOVE]


def test_curves_that_cross_are_refused() -> None:
    """The oldest score very low or very high: a cubic that jumps between the two falls again at both ends."""
    rng = np.random.default_rng(5)
    plain = [np.round(10 + 2 * age + rng.normal(0, 2, 60)) for age in (6, 7)]
    torn = np.concatenate([np.linspace(0, 3, 30), np.linspace(27, 30, 30)])
    forms = {"raw": np.concatenate([*plain, torn]), "age": np.repeat([6.0, 7.0, 8.0], 60)}
    found = continuous_norms(forms, "raw", "age", scores=[10.0])
    crossed = [e for e in found if e.why == CROSSING]
    assert crossed
    grid = np.linspace(-2, 2, 4001)
    told = count(forms, ["raw", "age"])
    ages, scores = np.unique(told.column("age")), np.unique(told.column("raw"))
    N = np.array(
        [[told.number[(told.column("age") == a) & (told.column("raw") == s)].sum() for s in scores] for a in ages]
    )
    curves = numbers.curves(ages=ages, scores=scores, N=N.astype(float))
    for e in crossed:
        line = np.polynomial.polynomial.polyval(grid, curves.at(float(e.by["age"])))
        assert np.diff(line).min() < 0


def test_blanks_are_left_out_and_counted() -> None:
    found = percentile_norms({"raw": [*range(12), None], "sex": ["f"] * 13}, "raw", ["sex"])
    assert {e.n for e in found} == {12}
    assert "1 forms with a blank left out" in found[0].method


def test_each_sex_has_curves_of_its_own() -> None:
    both = continuous_norms(FORMS, "raw", "age", ["sex"], ages=[7.5], scores=[8]).where(sex="f")
    alone = continuous_norms(pl.DataFrame(FORMS).filter(pl.col("sex") == "f"), "raw", "age", ages=[7.5], scores=[8])
    assert both[0].value == alone[0].value
    assert both[0].by == {"sex": "f", "age": "7.5"}


def test_the_size_and_age_of_a_norm_group() -> None:
    found = norm_group(FORMS, "raw", ["sex"], collected=date(2005, 3, 1), on=date(2025, 3, 1))
    assert [e.value for e in found if e.name == "norm_group_n"] == [150.0, 150.0]
    assert found["norms_age_years"].value == pytest.approx(20, abs=0.01)
    with pytest.raises(UsageError, match="before they were collected"):
        norm_group(FORMS, "raw", collected=date(2025, 1, 1), on=date(2024, 1, 1))


def test_nobody_with_a_score_is_no_norm_group() -> None:
    empty = {"raw": [None, 3.0], "age": [6.0, None]}
    size = norm_group(empty, "raw", ["age"], collected=date(2020, 1, 1), on=date(2024, 1, 1))
    assert [(e.name, e.why) for e in size] == [("norm_group_n", NOBODY), ("norms_age_years", None)]
    for found in (percentile_norms(empty, "raw", ["age"]), continuous_norms(empty, "raw", "age")):
        assert {e.why for e in found} == {NOBODY}


def test_scores_that_lie_far_apart_are_refused_at_once() -> None:
    with pytest.raises(UsageError, match="from 1 to 200 raw scores"):
        percentile_norms({"raw": [0.0, 1e15] * 5}, "raw")


def test_wrong_calls_are_refused() -> None:
    with pytest.raises(UsageError, match="words"):
        percentile_norms({"raw": ["a", "b"]}, "raw")
    with pytest.raises(UsageError, match="ages as numbers"):
        continuous_norms({"raw": [1.0, 2.0], "age": ["six", "seven"]}, "raw", "age")
    with pytest.raises(UsageError, match="from 1 to 200"):
        percentile_norms({"raw": [0.0, 500.0]}, "raw")
